// A world in which every act succeeds at once, for walking a repository through its life.
import Testing
import WritManifests
import WritPlanner
import WritVocabulary

struct World {
    var desired = DesiredState()
    var recorded = RecordedState()
    var live = LiveState(gateway: GatewayObservation(number: 0))
    var inFlight: Set<ActionKey> = []
    var now = Timestamp("2026-03-01T12:00:00.000Z")!
    private(set) var yaml = ""
    private(set) var contents: Set<String> = []
    /// What the next executions measure, by purpose; a new run is a little better.
    var measures: [Purpose: [String: MetricValue]] = [.evaluation: ["mae": 8.2]]
    /// What was asked of Git.
    var proposed: [ProposalOrder] = []
    /// Versions whose processes end as soon as they start.
    var crashing: Set<Int> = []
    /// As whom Writ may commit.
    var automation: Planner.Automation?
    /// Whether somebody signs attestations.
    var attests = false
    /// How snapshots of datasets turn out, when not well.
    var refusals: [ResourceName: SnapshotOutcome] = [:]
    /// Set to leave acts without effect: what was planned fails so.
    var failing: [String: FailureRecord] = [:]

    var observed: ObservedState { ObservedState(recorded: recorded, live: live) }

    // MARK: Git

    /// Declares the manifests; `contents` names paths whose bytes differ from before.
    mutating func commit(_ manifests: Manifests, contents: Set<String> = []) {
        declare(manifests.yaml, contents: contents)
    }

    mutating func declare(_ text: String, contents: Set<String> = []) {
        yaml = text
        self.contents = contents
        let revision = RevisionID(World.hex("revision \(yaml) \(contents.sorted())"))!
        apply(Desired.change(yaml, revision: revision, replacing: desired, contents: contents))
    }

    private mutating func apply(_ change: DesiredState.Change) {
        _ = desired.apply(change)
        record(.revisionAccepted(change.revision, previous: nil, changed: [], count: change.resources.count))
    }

    static func hex(_ text: String) -> String { String(Digest(of: Array(text.utf8)).hex.prefix(40)) }

    // MARK: Passes

    /// Everything declared, and everything something is left of.
    var scope: Set<ResourceID> {
        Set(desired.resources.keys).union(recorded.endpoints.keys.map { ResourceID(.endpoint, $0) })
            .union(recorded.unfinished.keys)
    }

    func plan(_ scope: Set<ResourceID>? = nil) throws -> Plan {
        try Planner(automation: automation, attests: attests).plan(
            scope: scope ?? self.scope, desired: desired, observed: observed, inFlight: inFlight, now: now)
    }

    /// Plans and performs once; returns the plan.
    @discardableResult
    mutating func pass() throws -> Plan {
        let plan = try plan()
        for rejection in plan.rejections ?? [] {
            record(.rejected(rejection), about: ResourceID(.endpoint, rejection.endpoint))
        }
        for judgement in plan.judgements { record(.judged(judgement), about: ResourceID(.model, judgement.model)) }
        for finding in plan.findings {
            record(.conditionsChanged(Conditions(finding)), about: finding.resource)
        }
        for planned in plan.actions { perform(planned) }
        return plan
    }

    mutating func perform(_ planned: PlannedAction) {
        record(.intended(planned.key, planned.action, planned.reason), about: planned.resource)
        if let failure = failing[planned.action.verb] {
            record(.failed(planned.key, failure), about: planned.resource)
        } else {
            record(.completed(planned.key, effect(of: planned.action)), about: planned.resource)
        }
    }

    mutating func record(_ event: Event, about resource: ResourceID? = nil) {
        let cause = Cause.schedule("test")
        recorded.apply(LedgerEntry(sequence: recorded.next, time: now, cause: cause, subject: resource, event: event))
    }

    /// Does what an ideal backend does.
    private mutating func effect(of action: Action) -> ActionResult {
        switch action {
        case .snapshot(let order):
            let digest = Digest(of: Array("rows of \(order.source)".utf8))
            return .snapshot(refusals[order.dataset] ?? SnapshotOutcome(digest: digest, size: 1000, rows: 20))
        case .execute(let order):
            live.executions[order.id] = .running
            return .started
        case .cancel(let id):
            live.executions[id] = nil
            finish(id, .cancelled)
            return .cancelled
        case .importArtefacts(let order):
            return .imported(artefacts: Digest(of: Array("files of \(order.source)".utf8)), size: 10)
        case .register(let order): return .registered(order.version)
        case .startReplica(let order):
            live.replicas[order.id] = ReplicaObservation(phase: .starting, startedAt: now, address: nil)
            return .started
        case .stopReplica(let order):
            live.replicas[order.id] = nil
            return .stopped
        case .propose(let order):
            let commit = RevisionID(String(repeating: "c", count: 40))!
            proposed.append(order)
            return .proposed(ProposalOutcome(commit: commit, request: proposed.count))
        case .attest(let order):
            return .attested([
                Attestation(
                    kind: .provenance, blob: Digest(of: Array(order.key.text.utf8)), key: Digest(of: Array("key".utf8)))
            ])
        case .publish(let change):
            live.gateway?.number = change.number
            return .published(number: change.number)
        }
    }

    // MARK: What happens by itself

    mutating func advance(_ span: TimeSpan) { now = now + span }

    mutating func finish(_ id: ExecutionID, _ ending: Ending, _ metrics: [String: MetricValue] = [:]) {
        guard let order = recorded.executions[id]?.order else { return }
        live.executions[id] = nil
        let outcome = ExecutionOutcome(
            ending: ending, startedAt: now, finishedAt: now,
            sandbox: SandboxRecord(kind: "simulated", network: false, limits: "simulated"),
            artefacts: ending.succeeded ? Digest(of: Array("artefacts of \(order.recipe)".utf8)) : nil, metrics: metrics
        )
        record(.executionFinished(id, order.purpose, order.recipe, outcome), about: order.resource)
    }

    mutating func finishAll(_ ending: Ending = .exited(code: 0)) {
        for id in live.executions.keys.sorted() {
            guard let purpose = recorded.executions[id]?.order.purpose else { continue }
            finish(id, ending, ending.succeeded ? measures[purpose] ?? [:] : [:])
        }
    }

    /// Replicas that are starting answer from now on; those of a version that crashes end.
    mutating func ready(_ chosen: (ReplicaID) -> Bool = { _ in true }) {
        for id in live.replicas.keys.sorted() where live.replicas[id]?.phase == .starting && chosen(id) {
            let endpoint = recorded.endpoint(of: id)
            if let version = endpoint.flatMap({ recorded.endpoints[$0]?.replicas[id]?.version }),
                crashing.contains(version.number)
            {
                crash(id)
                continue
            }
            let port = 20_000 + Int(World.hex(id.text).utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFF })
            live.replicas[id]?.phase = .ready
            live.replicas[id]?.address = RoutingTable.Address(replica: id, host: "127.0.0.1", port: port)
        }
    }

    /// A file of a replica changed on the machine; the controller records it before it plans.
    mutating func corrupt(_ id: ReplicaID, isRecorded: Bool = true) {
        let fault = IntegrityObservation.Fault(detectedAt: now, path: "model.json", found: "it is gone")
        let observation = IntegrityObservation(intactAt: now + TimeSpan(milliseconds: -60_000), fault: fault)
        live.replicas[id]?.integrity = observation
        guard isRecorded, let endpoint = recorded.endpoint(of: id),
            let version = recorded.endpoints[endpoint]?.replicas[id]?.version,
            let artefacts = recorded.versions[version.model]?[version.number]?.artefacts
        else { return }
        record(
            .integrityFailed(
                IntegrityIncident(replica: id, version: version, artefacts: artefacts, observation: observation)))
    }

    mutating func crash(_ id: ReplicaID, _ ending: Ending = .exited(code: 1)) {
        live.replicas[id]?.phase = .exited(ending, at: now)
        record(.replicaExited(id, ending))
    }

    /// Passes until that can be said of the world and of the plan that comes next.
    mutating func go(to isThere: (World, Plan) -> Bool) throws {
        for _ in 0..<100 {
            let next = try plan()
            if isThere(self, next) { return }
            try pass()
            finishAll()
            ready()
            if next.isEmpty, let wake = next.wakeAt { now = max(now, wake) }
            advance(.seconds(1))
        }
        Issue.record("the world never got there")
    }

    /// Passes until nothing is planned, everything that goes on ending well; nil when that takes more passes than
    /// given.
    @discardableResult
    mutating func settle(within passes: Int = 60, each look: (World, Plan) -> Void = { _, _ in }) throws -> Int? {
        for count in 1...passes {
            let before = self
            let plan = try pass()
            look(before, plan)
            if plan.isEmpty, live.executions.isEmpty, plan.wakeAt == nil { return count }
            finishAll()
            ready()
            if plan.isEmpty, let wake = plan.wakeAt { now = max(now, wake) }
            advance(.seconds(1))
        }
        return nil
    }
}

extension Conditions {
    init(_ finding: Finding) {
        self.init(
            ready: finding.standing == .settled,
            reconciling: finding.standing == .acting || finding.standing == .waiting,
            stalled: finding.standing == .refused, reason: finding.reason)
    }
}
