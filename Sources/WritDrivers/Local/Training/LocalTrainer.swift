// Training, evaluation and materialisation as supervised processes on this machine.
import Foundation
import NIOPosix
import Synchronization
import WritBackends
import WritVocabulary

/// Answers at once from a few small files; what takes time is done by `run()`.
///
/// Everything that must outlive the controller lies in the run's folder, so that a new controller goes on where the old
/// one was: an execution whose preparation was cut short is prepared again, one that runs is found running.
public final class LocalTrainer: Trainer {
    let runs: String
    let blobs: any BlobStore
    let source: any RevisionSource
    let environments: PythonEnvironments
    let launcher: ProcessLauncher
    let sandbox: Sandbox.Kind
    let hidden: [String]
    let limits: TrainingLimits
    let artefactLimits: DataLimits
    let now: @Sendable () -> Timestamp
    /// The executions that are not finished, and which of them are being worked on.
    let agenda: Agenda

    /// - Parameters:
    ///   - runs: the folder of all workspaces, on the same file system as the blobs for cheap links.
    ///   - hidden: what no process may see: the data directory, keys.
    public init(
        runs: String, blobs: any BlobStore, source: any RevisionSource, environments: PythonEnvironments,
        launcher: ProcessLauncher, sandbox: Sandbox.Kind, hidden: [String], limits: TrainingLimits = TrainingLimits(),
        artefactLimits: DataLimits = DataLimits(), now: @escaping @Sendable () -> Timestamp
    ) {
        self.runs = runs
        self.blobs = blobs
        self.source = source
        self.environments = environments
        self.launcher = launcher
        self.sandbox = sandbox
        self.hidden = hidden
        self.limits = limits
        self.artefactLimits = artefactLimits
        self.now = now
        agenda = Agenda()
    }

    public func start(_ order: ExecutionOrder) async throws {
        let folder = RunFolder(runs: runs, order.id)
        try await offLoop {
            guard access(folder.order, F_OK) != 0 else { return }
            try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
            try DurableFile.record(order, at: folder.order)
            try DurableFile.flushFolder(of: folder.path)
        }
        agenda.add(order.id)
    }

    public func cancel(_ id: ExecutionID) async throws {
        let folder = RunFolder(runs: runs, id)
        let isOpen = try await offLoop {
            switch try folder.situation() {
            case .unknown, .finished, .ended, .lost:
                return false
            case .preparing, .running:
                try DurableFile.write(Data(), to: folder.cancellation)
                try self.launcher.stop(folder.process)
                return true
            }
        }
        if isOpen { agenda.add(id) }
    }

    public func observe(_ ids: Set<ExecutionID>) async throws -> [ExecutionID: ExecutionPhase] {
        let runs = runs
        let found = try await offLoop {
            try ids.sorted().map { ($0, try RunFolder(runs: runs, $0).situation()) }
        }
        var phases: [ExecutionID: ExecutionPhase] = [:]
        for (id, situation) in found {
            switch situation {
            case .unknown: continue
            case .preparing: phases[id] = .preparing
            case .running, .ended, .lost: phases[id] = .running
            case .finished(let outcome): phases[id] = .finished(outcome)
            }
            if case .finished = situation { continue }
            agenda.add(id)
        }
        return phases
    }

    public func log(of id: ExecutionID, from offset: Int64, limit: Int) async throws -> [UInt8] {
        let folder = RunFolder(runs: runs, id)
        let bounded = min(limit, limits.logReadBytes)
        return try await offLoop { try folder.process.readLog(from: offset, limit: bounded) }
    }

    /// Runs what blocks on a thread of its own kind, so that it holds up nothing else.
    func offLoop<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await NIOThreadPool.singleton.runIfActive(body)
    }
}
