// Runs the production controller in a simulated world, in virtual time, from one seed.
import Foundation
import WritBackends
import WritController
import WritExecutor
import WritLedger
import WritPlanner
import WritVocabulary

/// One simulation. Equal seeds, scenarios and faults give equal courses, step by step.
public struct Simulation {
    public static let start = Timestamp(milliseconds: 1_767_225_600_000)  // 2026-01-01T00:00:00Z
    /// Virtual time after the last fault and the last commit by which everything must have come to rest.
    public static let patience = TimeSpan.minutes(60)
    public static let maximumSteps = 200_000

    let seed: UInt64
    let scenario: Scenario
    let faults: Faults
    let crash: Crash?
    /// Whether a commit waits until the controller is at rest. Then the end does not depend on how long faults
    /// delayed it:
    /// a run that a newer commit overtakes is cancelled, and rightly leaves no version.
    let isPatient: Bool

    /// The controller dies at one append of the ledger, counted from 0, before or after the entries are durable.
    public struct Crash: Sendable, Hashable {
        public var append: Int
        public var keeping: Bool
        public init(append: Int, keeping: Bool) {
            self.append = append
            self.keeping = keeping
        }
    }

    public init(seed: UInt64, scenario: Scenario, faults: Faults, crash: Crash? = nil, isPatient: Bool = true) {
        self.seed = seed
        self.scenario = scenario
        self.faults = faults
        self.crash = crash
        self.isPatient = isPatient
    }

    public func run() async throws -> SimulationReport {
        var course = SimulationCourse(self)
        return try await course.run()
    }
}

/// What a simulation came to.
public struct SimulationReport: Sendable {
    public var steps: Int
    public var appends: Int
    public var crashes: Int
    public var entries: Int
    public var virtualTime: TimeSpan
    public var converged: Convergence
    public var end: EndState
    /// Revisions that were accepted, and those that policies held, at whatever time.
    public var accepted: Set<RevisionID>
    public var held: Set<RevisionID>
    /// Replicas found with wrong bytes.
    public var incidents: Int
    /// Subjects that were attested.
    public var attestations: Int
    /// Deployments that were taken back.
    public var rejections: Int
    /// Laws that were broken, in order; empty is good.
    public var violations: [String]
}

/// What remains when everything is at rest: the part that must not depend on faults.
public struct EndState: Codable, Hashable, Sendable {
    public var revision: RevisionID?
    /// Version to artefacts.
    public var versions: [VersionID: Digest]
    /// Endpoint to version and number of replicas that get traffic.
    public var routes: [ResourceName: [String]]
    /// Proposal to how it ended, or that it is open.
    public var proposals: [String: String]
    /// Resource to its condition in a word, with the reason's code.
    public var conditions: [ResourceID: String]

    init(_ recorded: RecordedState, table: RoutingTable) {
        revision = recorded.source.accepted
        versions = [:]
        for (model, numbers) in recorded.versions {
            for (number, record) in numbers { versions[VersionID(model, number)] = record.artefacts }
        }
        routes = Dictionary(
            uniqueKeysWithValues: table.routes.map { route in
                (route.endpoint, route.targets.map { "\($0.version) \($0.weight)% x\($0.replicas.count)" })
            })
        proposals = Dictionary(
            uniqueKeysWithValues: recorded.proposals.map { ("\($0.key)", $0.value.ending?.rawValue ?? "open") })
        conditions = recorded.conditions.mapValues { "\($0.word) \($0.reason.code.rawValue)" }
    }
}
