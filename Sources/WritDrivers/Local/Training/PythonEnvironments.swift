// The Python environments of this machine: built in a sandbox of their own, once for each lock.
import Foundation
import Synchronization
import WritBackends
import WritVocabulary

/// `<digest>/` is an environment that is whole; `<digest>.build-N/` is one being made, or the rest of one that failed.
///
/// Calls read and write a few small files and return; the build is a supervised process and outlives the controller.
public final class PythonEnvironments: Sendable {
    let folder: String
    let sandbox: Sandbox.Kind
    let hidden: [String]
    let tools: PythonTools
    let launcher: ProcessLauncher
    let settings: IndexSettings
    let limits: TrainingLimits
    /// Interpreters by the version asked for; also what makes two builders take turns.
    private let interpreters = Mutex<[String: PythonInterpreter]>([:])

    /// - Parameters:
    ///   - supervisor: the path of the `writ` program.
    ///   - environment: the controller's; package index settings are taken from it.
    ///   - hidden: what no build may see: the data directory, keys.
    ///   - uv: the operator's choice of uv; nil to look for it on `PATH`.
    public init(
        folder: String, supervisor: String, environment: [String: String], sandbox: Sandbox.Kind, hidden: [String],
        uv: String? = nil, limits: TrainingLimits = TrainingLimits()
    ) {
        self.folder = folder
        self.sandbox = sandbox
        self.hidden = hidden
        self.limits = limits
        tools = PythonTools(environment: environment, configuredTool: uv)
        settings = IndexSettings(environment: environment, read: { SystemCall.kernelText($0) })
        launcher = ProcessLauncher(
            supervisor: supervisor, environment: environment.merging(settings.variables) { _, own in own })
    }

    /// Begins an environment's build, or joins one that goes on or is done. Refuses a file without hashes.
    public func begin(python: String, requirements: [UInt8]) throws -> EnvironmentBuild {
        let locked = try LockedRequirements(requirements, limit: limits.requirementsBytes)
        return try interpreters.withLock { known in
            let interpreter = try interpreter(python, &known)
            let content = try Digest(canonical: Key(interpreter: interpreter, requirements: Digest(of: locked.bytes)))
            let latest = try attempts(content).last ?? 0
            let joined = EnvironmentBuild(content: content, attempt: max(1, latest))
            if try whole(content) != nil { return joined }
            if latest > 0, case .building = try progress(joined) { return joined }
            if try whole(content) != nil { return joined }
            let build = EnvironmentBuild(content: content, attempt: latest + 1)
            try lay(build, interpreter, locked)
            try discard(content, before: build.attempt)
            try launch(build, interpreter)
            return build
        }
    }

    /// How far a build is.
    public func observe(_ build: EnvironmentBuild) throws -> EnvironmentProgress {
        try interpreters.withLock { _ in try progress(build) }
    }

    private func interpreter(_ version: String, _ known: inout [String: PythonInterpreter]) throws -> PythonInterpreter
    {
        if let interpreter = known[version], access(interpreter.executable, X_OK) == 0 { return interpreter }
        let found = try tools.interpreter(version)
        known[version] = found
        return found
    }

    private func progress(_ build: EnvironmentBuild) throws -> EnvironmentProgress {
        if let environment = try whole(build.content) { return .ready(environment) }
        let place = BuildFolder(folder, build)
        guard let interpreter = try DurableFile.read(PythonInterpreter.self, at: place.interpreter) else {
            return .failed(reason: "The build of the Python environment is gone; start again.")
        }
        switch try place.process.observe() {
        case .notStarted:
            try launch(build, interpreter)
            return .building
        case .preparing, .running:
            return .building
        case .lost:
            return .failed(reason: "The build of the Python environment was killed, or the machine restarted.")
        case .ended(let ending) where ending.ending.succeeded:
            try complete(place, build.content)
            guard let environment = try whole(build.content) else { return .building }
            return .ready(environment)
        case .ended(let ending):
            let said = try place.lastWords(limit: limits.reasonBytes)
            return .failed(reason: "The Python environment could not be built: \(ending.ending.summary). \(said)")
        }
    }

    /// An environment whose folder has its final name is whole: it gets that name last.
    private func whole(_ content: Digest) throws -> PythonEnvironment? {
        let path = "\(folder)/\(content.hex)"
        guard let interpreter = try DurableFile.read(PythonInterpreter.self, at: "\(path)/interpreter.json") else {
            return nil
        }
        return PythonEnvironment(folder: "\(path)/root/env", interpreter: interpreter, sandbox: sandbox)
    }

    /// The numbers of the builds of an environment that have left a folder, rising.
    func attempts(_ content: Digest) throws -> [Int] {
        let prefix = "\(content.hex).build-"
        return try names().compactMap { $0.hasPrefix(prefix) ? Int($0.dropFirst(prefix.count)) : nil }.sorted()
    }

    func names() throws -> [String] {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    private struct Key: Encodable {
        /// Raised when environments are made in another way.
        var layout = 1
        var interpreter: PythonInterpreter
        var requirements: Digest
    }
}
