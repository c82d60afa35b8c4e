// Serving processes on this machine: supervised, on loopback ports, adopted by whichever controller comes next.
import Foundation
import NIOPosix
import Synchronization
import WritBackends
import WritVocabulary

/// Keeps everything that must outlive the controller in one folder a replica. What it holds in memory are the latest
/// answers to probes, and those are asked again.
///
/// An environment may take minutes to build. `start` does not wait for it: each `observe` does the next thing that has
/// become possible, until the process runs.
public final class LocalServing: Serving {
    let replicas: String
    let blobs: any BlobStore
    let source: any RevisionSource
    let environments: PythonEnvironments
    let launcher: ProcessLauncher
    let sandbox: Sandbox.Kind
    let hidden: [String]
    let limits: ServingLimits
    let now: @Sendable () -> Timestamp
    let probe: HealthProbe
    /// Which replicas are being begun or ended right now, and what probes told of the others.
    let memory = Mutex(Memory())

    struct Memory {
        var busy: Set<ReplicaID> = []
        var readiness: [ReplicaID: Readiness] = [:]
        /// What is known of the files of each, and of a reading that is under way.
        var integrity: [ReplicaID: IntegrityWatch] = [:]
        var isExamining = false
        /// How often replicas were looked at; decides who is probed first.
        var looks = 0

        /// False while another look reads: one reading at a time leaves the machine to those who serve.
        mutating func beginExamination() -> Bool {
            defer { isExamining = true }
            return !isExamining
        }
    }

    /// - Parameters:
    ///   - replicas: the folder of all replicas, on the same file system as the blobs for cheap links.
    ///   - hidden: what no process may see: the data directory, keys.
    public init(
        replicas: String, blobs: any BlobStore, source: any RevisionSource, environments: PythonEnvironments,
        launcher: ProcessLauncher, sandbox: Sandbox.Kind, hidden: [String], limits: ServingLimits = ServingLimits(),
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.replicas = replicas
        self.blobs = blobs
        self.source = source
        self.environments = environments
        self.launcher = launcher
        self.sandbox = sandbox
        self.hidden = hidden
        self.limits = limits
        self.now = now
        probe = HealthProbe(limits: limits)
    }

    /// Makes the folder, and removes replicas whose beginning a killed controller left half laid. Called once, before
    /// the first order.
    public func prepare() throws {
        try FileManager.default.createDirectory(atPath: replicas, withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: replicas) {
            guard let id = ReplicaID(name) else { continue }
            let folder = ReplicaFolder(replicas: replicas, id)
            if access(folder.order, F_OK) != 0 { try FileManager.default.removeItem(atPath: folder.path) }
        }
    }

    /// Lays the version's files, compares them with their digests, and starts the process as soon as its environment is
    /// there. An altered artefact and an order that could never serve are refused before anything runs.
    public func start(_ order: ReplicaOrder) async throws {
        guard take(order.id) else { throw Self.busy(order.id) }
        defer { giveBack(order.id) }
        let folder = ReplicaFolder(replicas: replicas, order.id)
        try ReplicaLayout(order, folder: folder, sandbox: sandbox).checkWalls()
        if access(folder.order, F_OK) != 0 { try await lay(order, folder) }
        try await advance(order, folder)
    }

    /// Returns when the process and all it started are gone. Its log is kept a while.
    public func stop(_ order: ReplicaStopOrder) async throws {
        guard take(order.id) else { throw Self.busy(order.id) }
        defer { giveBack(order.id) }
        let folder = ReplicaFolder(replicas: replicas, order.id)
        guard access(folder.path, F_OK) == 0 else { return }
        try await end(order, folder)
        try await offLoop { try self.remove(folder, order.id) }
        memory.withLock { memory in
            memory.readiness[order.id] = nil
            memory.integrity[order.id] = nil
        }
    }

    /// A replica's log from a byte offset; empty when there is no more yet.
    public func log(of id: ReplicaID, from offset: Int64, limit: Int) async throws -> [UInt8] {
        let process = ReplicaFolder(replicas: replicas, id).process
        let bounded = min(limit, limits.logReadBytes)
        return try await offLoop { try process.readLog(from: offset, limit: bounded) }
    }

    /// False when somebody works on it already.
    func take(_ id: ReplicaID) -> Bool { memory.withLock { $0.busy.insert(id).inserted } }

    func giveBack(_ id: ReplicaID) { memory.withLock { _ = $0.busy.remove(id) } }

    private static func busy(_ id: ReplicaID) -> BackendFailure {
        BackendFailure(
            code: "replica-busy",
            message: "Replica \(id) is being started or stopped at this moment; it is tried again.",
            retry: .transient)
    }

    /// Runs what blocks on a thread of its own kind, so that it holds up nothing else.
    func offLoop<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await NIOThreadPool.singleton.runIfActive(body)
    }
}
