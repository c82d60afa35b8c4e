// A world in virtual time: a repository, processes, a gateway and a store, all of them values in memory.
import Foundation
import Synchronization
import WritBackends
import WritVocabulary

/// Everything outside the controller. Its ports act on this state under a lock; a simulation calls them one at a time.
public final class SimulatedWorld: Sendable {
    struct State {
        var now: Timestamp
        var random: SeededGenerator
        var faults: Faults
        var faultsEnd: Timestamp
        var repository = SimulatedRepository()
        var blobs: [Digest: [UInt8]] = [:]
        var executions: [ExecutionID: SimulatedExecution] = [:]
        var replicas: [ReplicaID: SimulatedReplica] = [:]
        var table = RoutingTable()
        var registry: [VersionID: VersionRecord] = [:]
        /// Commits made for proposals, by what was proposed from what.
        var proposals: [String: RevisionID] = [:]
        var requests: [SimulatedRequest] = []
        /// Observations of the look before, for stale reads.
        var lastExecutions: [ExecutionID: ExecutionPhase] = [:]
        var lastReplicas: [ReplicaID: ReplicaObservation] = [:]
        /// What broke a law, in words.
        var violations: [String] = []
        var nextPort = 20_000
        /// When a fault last struck a replica of an endpoint.
        var harmedAt: [ResourceName: Timestamp] = [:]
        /// Up to when the look at replicas that was answered last is true; nil where it left some out.
        var sight: Timestamp?
        /// The same of the looks before, for stale ones.
        var lastSight: Timestamp?
        /// Up to when whoever decided the act that happens now knew what is true; nil while not known.
        var decidedKnowing: Timestamp?
        /// What the ledger says is published: a gateway that lost its table gets this one back.
        var recordedTable = RoutingTable()
        /// Endpoints that had a replica with wrong bytes: only they may be routed to nothing.
        var corrupted: Set<ResourceName> = []
        /// Deployments that ever got traffic.
        var served: Set<DeploymentID> = []
    }

    // Guards all of the world: ports are called from whatever task a test uses.
    let state: Mutex<State>

    public init(seed: UInt64, faults: Faults = .none, start: Timestamp) {
        state = Mutex(
            State(
                now: start, random: SeededGenerator(seed: seed), faults: faults, faultsEnd: start + faults.until))
    }

    public var now: Timestamp { state.withLock { $0.now } }
    public func advance(to time: Timestamp) { state.withLock { $0.now = max($0.now, time) } }
    public var violations: [String] { state.withLock { $0.violations } }
    /// Up to when the last look at replicas is true.
    var sight: Timestamp? { state.withLock { $0.sight } }
    /// Said before an act is carried out: what the ledger has, and what whoever decided it had seen.
    func prepare(recorded: RoutingTable, knowing sight: Timestamp?) {
        state.withLock { state in
            state.recordedTable = recorded
            state.decidedKnowing = sight
        }
    }

    func isUnanswered(_ endpoint: ResourceName) -> Bool { state.withLock { $0.unanswered.contains(endpoint) } }
    /// Replicas that have had traffic with wrong bytes for longer than given, by endpoint.
    func corruptTraffic(longerThan span: TimeSpan) -> [(endpoint: ResourceName, replica: ReplicaID)] {
        state.withLock { state in
            state.table.routes.flatMap { route in
                route.targets.flatMap(\.replicas).map(\.replica).filter { id in
                    guard let replica = state.replicas[id], replica.exitedAt == nil else { return false }
                    return replica.corruptSince.map { $0 + span < state.now } ?? false
                }.map { (route.endpoint, $0) }
            }
        }
    }

    public var table: RoutingTable { state.withLock { $0.table } }
    public var registered: [VersionID: VersionRecord] { state.withLock { $0.registry } }

    /// The ports a controller is given.
    public var backends: Backends {
        Backends(
            trainer: SimulatedTrainer(world: self), serving: SimulatedServing(world: self),
            router: SimulatedRouter(world: self), data: SimulatedData(world: self),
            registry: SimulatedRegistry(world: self), proposer: SimulatedProposer(world: self),
            attestor: SimulatedAttestor(world: self))
    }

    /// Runs an effect that may fail before or after it happened.
    func perform<Value>(_ what: String, _ effect: (inout State) throws -> Value) throws -> Value {
        try state.withLock { state in
            if state.strikes(\.timeoutBefore) { throw SimulatedWorld.timeout(what, "nothing was done") }
            let value = try effect(&state)
            if state.strikes(\.timeoutAfter) { throw SimulatedWorld.timeout(what, "it may have been done") }
            return value
        }
    }

    static func timeout(_ what: String, _ note: String) -> BackendFailure {
        BackendFailure(code: "timeout", message: "\(what) timed out; \(note)", retry: .transient)
    }
}

extension SimulatedWorld.State {
    /// Whether a fault happens now.
    mutating func strikes(_ fault: KeyPath<Faults, Int>) -> Bool {
        let percent = faults[keyPath: fault]
        guard percent > 0, now < faultsEnd else { return false }
        return random.chance(percent)
    }
}

/// A process that will end at a known moment with a known outcome.
struct SimulatedExecution {
    var order: ExecutionOrder
    var startedAt: Timestamp
    var endsAt: Timestamp
    var outcome: ExecutionOutcome
}

struct SimulatedReplica {
    var order: ReplicaOrder
    var startedAt: Timestamp
    var readyAt: Timestamp
    var address: RoutingTable.Address
    var exitedAt: Timestamp?
    /// It runs and does not answer.
    var isSilent = false
    /// Since when it serves other bytes than were approved.
    var corruptSince: Timestamp?

    /// Whether it gives answers that count.
    func answers(at now: Timestamp) -> Bool {
        exitedAt == nil && !isSilent && corruptSince == nil && readyAt <= now
    }
}
