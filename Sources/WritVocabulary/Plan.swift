// A plan: data that planner and executor share, and all that they share.

/// One step that can be taken now. Steps of a plan do not depend on each other; what depends on them is in the next
/// plan.
public enum Action: Codable, Hashable, Sendable {
    case snapshot(SnapshotOrder)
    case execute(ExecutionOrder)
    case cancel(ExecutionID)
    case importArtefacts(ImportOrder)
    case register(RegistrationOrder)
    case startReplica(ReplicaOrder)
    case stopReplica(ReplicaStopOrder)
    case publish(RoutingChange)
    case propose(ProposalOrder)
    case attest(AttestationOrder)

    /// The idempotency key: what the act is about, never when.
    public var key: ActionKey {
        switch self {
        case .snapshot(let order): ActionKey(unchecked: "snapshot/\(order.recipe.digest.hex)")
        case .execute(let order): ActionKey(unchecked: "execute/\(order.id)")
        case .cancel(let id): ActionKey(unchecked: "cancel/\(id)")
        case .importArtefacts(let order): order.key
        case .register(let order): ActionKey(unchecked: "register/\(order.version.id)")
        case .startReplica(let order): ActionKey(unchecked: "start/\(order.id)")
        case .stopReplica(let order): ActionKey(unchecked: "stop/\(order.id)")
        case .publish(let change): ActionKey(unchecked: "publish/\(change.number)")
        // Going to a version from another one is another proposal.
        case .propose(let order): ActionKey(unchecked: "propose/\(order.id)/\(order.from?.version ?? 0)")
        case .attest(let order): order.key
        }
    }

    /// What a person sees in front of it.
    public var glyph: String {
        switch self {
        case .snapshot, .execute, .importArtefacts, .register, .startReplica, .attest: "+"
        case .cancel, .stopReplica: "-"
        case .publish: "~"
        case .propose: "→"
        }
    }

    public var verb: String {
        switch self {
        case .snapshot: "snapshot"
        case .execute(let order):
            switch order.purpose {
            case .training: "train"
            case .evaluation: "evaluate"
            case .materialisation: "materialise"
            }
        case .cancel: "cancel"
        case .importArtefacts: "import"
        case .register: "register"
        case .startReplica: "start"
        case .stopReplica: "stop"
        case .publish: "route"
        case .propose(let order): order.delivery == .branch ? "propose" : "commit"
        case .attest: "attest"
        }
    }
}

extension AttestationOrder {
    public var key: ActionKey {
        switch self {
        case .version(let facts): .attestation(of: facts.version.id)
        case .deployment(let facts): .attestation(of: facts.deployment, table: facts.table)
        }
    }
}

extension ActionKey {
    public static func attestation(of version: VersionID) -> ActionKey {
        ActionKey(unchecked: "attest/version/\(version)")
    }
    /// Without a table: the one statement a deployment had before each move of traffic had its own.
    public static func attestation(of deployment: DeploymentID, table: Int64?) -> ActionKey {
        ActionKey(unchecked: "attest/deployment/\(deployment)\(table.map { "/\($0)" } ?? "")")
    }
}

extension ImportOrder {
    public var key: ActionKey {
        switch source {
        case .content(let content, let name): ActionKey(unchecked: "import/\(model)/\(content)/\(name.prefix(100))")
        case .file(_, let print):
            ActionKey(unchecked: "import/\(model)/\(print.inode)-\(print.size)-\(print.modifiedNanoseconds)")
        }
    }
}

/// New routes for some endpoints. Applied to the table before it, it gives the table of this number.
public struct RoutingChange: Codable, Hashable, Sendable {
    public var number: Int64
    /// Sorted by endpoint.
    public var routes: [RoutingTable.Route]
    /// Endpoints that lose their route, sorted.
    public var removed: [ResourceName]
    /// True when the gateway had lost its table: every route on record has to be brought to it again.
    public var restores: Bool?

    public init(
        number: Int64, routes: [RoutingTable.Route], removed: [ResourceName] = [], restores: Bool? = nil
    ) {
        self.number = number
        self.restores = restores
        self.routes = routes.sorted { $0.endpoint < $1.endpoint }
        self.removed = removed.sorted()
    }

    /// Every endpoint it touches: all of them are to be planned again once it is done.
    public var endpoints: Set<ResourceName> { Set(routes.map(\.endpoint)).union(removed) }
}

extension RoutingTable {
    public func applying(_ change: RoutingChange) -> RoutingTable {
        let replaced = Set(change.routes.map(\.endpoint)).union(change.removed)
        return RoutingTable(
            number: change.number, routes: routes.filter { !replaced.contains($0.endpoint) } + change.routes)
    }
}

/// Why: a stable code for machines and one sentence for people, without time stamps.
public struct Reason: Codable, Hashable, Sendable {
    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public enum Code: String, Codable, Hashable, Sendable, CaseIterable {
        // Settled.
        case converged = "Converged"
        case notPinned = "NotPinned"
        // Acting.
        case contentChanged = "ContentChanged"
        case recipeIsNew = "RecipeIsNew"
        case retrying = "Retrying"
        case trialOfSweep = "TrialOfSweep"
        case evaluationMissing = "EvaluationMissing"
        case championNotComparable = "ChampionNotComparable"
        case gatesPassed = "GatesPassed"
        case importDeclared = "ImportDeclared"
        case versionPinned = "VersionPinned"
        case replicaMissing = "ReplicaMissing"
        case replicaExited = "ReplicaExited"
        case replicaNotReady = "ReplicaNotReady"
        case replicasReady = "ReplicasReady"
        case replaced = "Replaced"
        case notDeclared = "NotDeclared"
        case gatewayBehind = "GatewayBehind"
        case superseded = "Superseded"
        case versionRegistered = "VersionRegistered"
        case trafficMoved = "TrafficMoved"
        case bytesDiffer = "BytesDiffer"
        // Waiting.
        case executionRunning = "ExecutionRunning"
        case actionRunning = "ActionRunning"
        case backingOff = "BackingOff"
        case datasetNotReady = "DatasetNotReady"
        case versionUnknown = "VersionUnknown"
        case parallelLimit = "ParallelLimit"
        case replicasStarting = "ReplicasStarting"
        case draining = "Draining"
        case gatewayAway = "GatewayAway"
        case suspended = "Suspended"
        case notObserved = "NotObserved"
        // Refused: somebody has to change something.
        case snapshotRefused = "SnapshotRefused"
        case executionFailed = "ExecutionFailed"
        case gatesFailed = "GatesFailed"
        case digestDiffers = "DigestDiffers"
        case actionFailed = "ActionFailed"
        case sourceMissing = "SourceMissing"
        case nothingSucceeded = "NothingSucceeded"
        case rolledBack = "RolledBack"
        // Governance.
        case newerVersion = "NewerVersion"
        case takenBack = "TakenBack"
        case inForce = "InForce"
    }
}

/// An action with the resource it is for and why it is taken.
public struct PlannedAction: Codable, Hashable, Sendable {
    public var resource: ResourceID
    public var action: Action
    public var reason: Reason

    public init(resource: ResourceID, action: Action, reason: Reason) {
        self.resource = resource
        self.action = action
        self.reason = reason
    }

    public var key: ActionKey { action.key }
}

/// What the planner found about one resource. Conditions are made from this.
public struct Finding: Codable, Hashable, Sendable {
    public enum Standing: String, Codable, Hashable, Sendable {
        /// Observed equals desired.
        case settled
        /// The plan holds actions for it.
        case acting
        /// Something else must happen first; Writ will notice by itself.
        case waiting
        /// A person has to change something.
        case refused
    }

    public var resource: ResourceID
    public var standing: Standing
    public var reason: Reason
    /// The resource whose condition is the cause of this one.
    public var blockedBy: ResourceID?
    /// When time alone will change the plan.
    public var until: Timestamp?
    /// The steps that will follow, for people: `evaluate on flights-march`, `register version 2`.
    public var next: [String]

    public init(
        _ resource: ResourceID, _ standing: Standing, _ reason: Reason, blockedBy: ResourceID? = nil,
        until: Timestamp? = nil, next: [String] = []
    ) {
        self.resource = resource
        self.standing = standing
        self.reason = reason
        self.blockedBy = blockedBy
        self.until = until
        self.next = next
    }
}

/// The verdict of the gates on one candidate. Made once per candidate, evaluation and set of gates.
public struct Judgement: Codable, Hashable, Sendable {
    /// The digest over model, artefacts, evaluation and gates.
    public var id: Digest
    public var model: ResourceName
    public var run: ExecutionID?
    public var artefacts: Digest
    public var evaluation: RecipeID?
    public var results: [GateResult]

    public init(
        id: Digest, model: ResourceName, run: ExecutionID?, artefacts: Digest, evaluation: RecipeID?,
        results: [GateResult]
    ) {
        self.id = id
        self.model = model
        self.run = run
        self.artefacts = artefacts
        self.evaluation = evaluation
        self.results = results
    }

    public var passed: Bool { results.allSatisfy(\.passed) }
}

/// Everything one pass decided. Same inputs, same bytes.
public struct Plan: Codable, Hashable, Sendable {
    public var revision: RevisionID?
    /// Sorted by resource, then by key.
    public var actions: [PlannedAction]
    /// Verdicts reached in this pass; recorded before anything acts on them.
    public var judgements: [Judgement]
    /// Deployments given up in this pass; recorded like judgements. nil is none.
    public var rejections: [Rejection]?
    /// Sorted by resource.
    public var findings: [Finding]

    public init(
        revision: RevisionID?, actions: [PlannedAction], judgements: [Judgement], rejections: [Rejection] = [],
        findings: [Finding]
    ) {
        self.revision = revision
        self.actions = actions.sorted { ($0.resource, $0.key) < ($1.resource, $1.key) }
        self.judgements = judgements.sorted { $0.id < $1.id }
        self.rejections = rejections.isEmpty ? nil : rejections.sorted { $0.deployment < $1.deployment }
        self.findings = findings.sorted { $0.resource < $1.resource }
    }

    public var isEmpty: Bool { actions.isEmpty && judgements.isEmpty && rejections == nil }

    public var digest: Digest {
        get throws { try Digest(canonical: self) }
    }

    /// The earliest moment at which time alone changes the plan.
    public var wakeAt: Timestamp? { findings.compactMap(\.until).min() }
}
