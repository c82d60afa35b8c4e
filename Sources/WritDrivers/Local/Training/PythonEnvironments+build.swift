// How an environment is built: uv in a sandbox with network and without data.
import CLinux
import Foundation
import WritBackends
import WritVocabulary

extension PythonEnvironments {
    /// Makes the folder of a build. Its `interpreter.json` comes last: without it there is no build.
    func lay(_ build: EnvironmentBuild, _ interpreter: PythonInterpreter, _ requirements: LockedRequirements) throws {
        let place = BuildFolder(folder, build)
        for path in [place.root, place.cache, place.scratch] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        try DurableFile.write(requirements.bytes, to: place.requirements)
        try DurableFile.record(interpreter, at: place.interpreter)
    }

    /// Starts a build unless enough of them run; then it is started when it is next looked at.
    func launch(_ build: EnvironmentBuild, _ interpreter: PythonInterpreter) throws {
        let running = try names().filter { $0.contains(".build-") }.filter { name in
            switch try ProcessFolder("\(folder)/\(name)/process").observe() {
            case .preparing, .running: true
            case .notStarted, .ended, .lost: false
            }
        }
        guard running.count < limits.environmentBuilds else { return }
        let place = BuildFolder(folder, build)
        try launcher.start(spec(place, interpreter, uv: tools.uv()), in: place.process)
    }

    private static let script = """
        set -eu
        "$1" venv --no-project --relocatable --python "$2" "$3/env"
        "$1" pip install --strict --require-hashes --compile-bytecode --python "$3/env/bin/python" --requirements "$4"
        """

    private func spec(_ place: BuildFolder, _ interpreter: PythonInterpreter, uv: String) -> ProcessSpec {
        var binds = PythonEnvironment.binds(interpreter) + settings.paths.map { Sandbox.Bind(host: $0, inside: $0) }
        let root: String
        let (tool, requirements, configuration): (String, String, String?)
        switch sandbox {
        case .bubblewrap:
            (root, tool, requirements) = ("/writ", "/build/uv", "/build/requirements.txt")
            configuration = settings.configuration.map { _ in "/build/uv.toml" }
            binds += [
                Sandbox.Bind(host: place.root, inside: root, writable: true), Sandbox.Bind(host: uv, inside: tool),
                Sandbox.Bind(host: place.requirements, inside: requirements),
            ]
            if let host = settings.configuration { binds.append(Sandbox.Bind(host: host, inside: "/build/uv.toml")) }
        case .none:
            (root, tool, requirements) = (place.root, uv, place.requirements)
            configuration = settings.configuration
        }
        var variables = [
            "PATH": PythonEnvironment.systemPath, "HOME": "\(root)/tmp", "TMPDIR": "\(root)/tmp",
            "UV_CACHE_DIR": "\(root)/cache",
            "UV_NO_PROGRESS": "1", "UV_PYTHON_DOWNLOADS": "never", "LANG": "C.UTF-8",
        ]
        if let configuration { variables["UV_CONFIG_FILE"] = configuration } else { variables["UV_NO_CONFIG"] = "1" }
        return ProcessSpec(
            argv: ["/bin/sh", "-c", Self.script, "sh", tool, interpreter.executable, root, requirements],
            environment: variables, inherited: settings.variables.keys.filter { variables[$0] == nil }.sorted(),
            workingFolder: root, sandbox: Sandbox(kind: sandbox, network: true, binds: binds, hidden: hidden),
            limits: limits.environmentBuild, timeout: limits.environmentTimeout, grace: .seconds(2))
    }

    /// Gives a finished build its final name, after its bytes have reached the disk.
    func complete(_ place: BuildFolder, _ content: Digest) throws {
        for path in [place.cache, place.scratch] where FileManager.default.fileExists(atPath: path) {
            try FileManager.default.removeItem(atPath: path)
        }
        let descriptor = open(place.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemCall.failure("open", place.path) }
        defer { close(descriptor) }
        guard writ_flush_filesystem(descriptor) == 0, rename(place.path, "\(folder)/\(content.hex)") == 0 else {
            throw SystemCall.failure("finish", place.path)
        }
        try DurableFile.flushFolder(of: place.path)
    }

    /// Removes the rests of earlier builds; the last one is kept for its log.
    func discard(_ content: Digest, before attempt: Int) throws {
        for earlier in try attempts(content) where earlier < attempt {
            try FileManager.default.removeItem(
                atPath: BuildFolder(folder, EnvironmentBuild(content: content, attempt: earlier)).path)
        }
    }
}

/// Where one build lies.
struct BuildFolder {
    let path: String

    init(_ environments: String, _ build: EnvironmentBuild) {
        path = "\(environments)/\(build.content.hex).build-\(build.attempt)"
    }

    var process: ProcessFolder { ProcessFolder("\(path)/process") }
    var requirements: String { "\(path)/requirements.txt" }
    var interpreter: String { "\(path)/interpreter.json" }
    /// All the build may write to; on one file system, so that uv links instead of copying.
    var root: String { "\(path)/root" }
    var cache: String { "\(root)/cache" }
    var scratch: String { "\(root)/tmp" }

    /// The end of what the build said.
    func lastWords(limit: Int) throws -> String {
        let log = try process.readLog(from: 0, limit: 1 << 20)
        let lines = String(decoding: log.suffix(limit), as: UTF8.self).split(separator: "\n")
        return (log.count > limit ? lines.dropFirst() : lines[...]).joined(separator: " ")
    }
}
