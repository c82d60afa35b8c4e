// The program that stands between controller and child: small, synchronous, and there until the child is gone.
import CLinux
import Foundation
import WritBackends
import WritVocabulary

/// Runs what a folder's `spec.json` says and writes how it ended. Nothing it does needs the controller to be alive.
public struct Supervisor {
    private let folder: ProcessFolder
    private let environment: [String: String]
    private let now: () -> Timestamp

    /// `environment` is its own; the child receives of it only what the spec lets it inherit.
    public init(folder: ProcessFolder, environment: [String: String], now: @escaping () -> Timestamp) {
        self.folder = folder
        self.environment = environment
        self.now = now
    }

    /// Returns when the child's ending is durable; at once when another supervisor has or had this folder.
    public func run() throws {
        guard let claim = try folder.takeClaim() else { return }
        defer { close(claim) }
        guard try DurableFile.read(folder.record) == nil, try DurableFile.read(folder.ending) == nil,
            let spec = try DurableFile.read(ProcessSpec.self, at: folder.spec)
        else { return }
        // From here on a stop is heard, and only now can anybody know whom to ask.
        let stops = try stopDescriptor()
        defer { close(stops) }
        writ_set_child_subreaper()
        let identity = try ProcessIdentity.current()
        let startedAt = now()
        try DurableFile.record(SupervisorRecord(identity: identity, startedAt: startedAt), at: folder.record)
        let (ending, sandbox) = outcome(spec, identity, stops)
        try DurableFile.record(
            ProcessEnding(ending: ending, startedAt: startedAt, finishedAt: max(now(), startedAt), sandbox: sandbox),
            at: folder.ending)
    }

    private func outcome(_ spec: ProcessSpec, _ identity: ProcessIdentity, _ stops: Int32) -> (Ending, SandboxRecord) {
        let layout = ControlGroupLayout.ofThisMachine()
        var record = SandboxRecord(kind: "none", network: spec.sandbox.network, limits: layout.name)
        do {
            let walls = try Walls(spec, folder: folder, environment: environment)
            record.kind = walls.name
            record.network = walls.network
            let group = try ControlGroup(layout, owner: identity, limits: spec.limits)
            defer { _ = group.remove() }
            let child = try SupervisedChild(walls, spec: spec, layout: layout, group: group)
            var watch = try SupervisionLoop(child: child, group: group, spec: spec, folder: folder, stops: stops)
            return (try watch.run(), record)
        } catch {
            return (.notStarted(reason: FailureRecord(error).message), record)
        }
    }

    private func stopDescriptor() throws -> Int32 {
        var ends: [Int32] = [-1, -1]
        guard writ_pipe(&ends) == 0, fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0, fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0,
            writ_forward_stop_signals(ends[1]) == 0
        else { throw SystemCall.failure("prepare to be stopped in", folder.path) }
        return ends[0]
    }
}
