// Every bound of the controller, in one place.
import WritVocabulary

/// How much the controller does at once, and how often it looks.
public struct ControllerLimits: Sendable, Hashable {
    /// Actions in flight, of all kinds together.
    public var actions = 64
    /// Snapshots taken at once: each reads and hashes a whole dataset.
    public var snapshots = 2
    /// Training, evaluation and materialisation processes that run at once.
    public var executions = 2
    /// Resources planned in one pass; the rest follow in the next.
    public var resourcesPerPass = 10_000
    /// Times one pass plans again because it recorded a verdict.
    public var roundsPerPass = 8
    public var pollInterval = TimeSpan.seconds(30)
    /// Between two looks at the backends while something is under way.
    public var busyObservation = TimeSpan(milliseconds: 500)
    /// Between two looks while all is settled.
    public var idleObservation = TimeSpan.seconds(5)
    /// Until a resource whose plan broke a law is planned again.
    public var refusedPlanPause = TimeSpan.minutes(5)
    /// Looks in a row without an answer from the gateway until it counts as away.
    public var gatewayMisses = 3
    /// Without an answer of a backend until that is told of what depends on it.
    public var silenceTold = TimeSpan.seconds(30)
    /// Replicas nobody started that are remembered as reported.
    public var rememberedDrift = 1_000
    /// Until a change that is held for the same reasons in other words is recorded again.
    public var heldPause = TimeSpan.minutes(10)
    /// Diagnostics kept in the record of a refused revision; its evidence blob has all.
    public var recordedErrors = 20
    /// Resources listed in the record of an accepted revision.
    public var recordedResources = 100
    /// Workers that decode the manifests of a first look.
    public var decoders = 1
    /// Manifest files that may be kept decoded while nothing happens.
    public var unsettledManifests = 1_000

    /// What one look's call on a backend may take before it is cancelled.
    static let observationDeadline = Duration.seconds(20)
    /// What a look waits for the backends it asked; later answers belong to the next look.
    static let observationPatience = Duration.seconds(3)

    /// Larger manifests are not even read; smaller ones that are too large are refused with a place.
    public static let manifestBytes = 1 << 20

    /// The text of a pull request; every forge takes so much.
    static let proposalCharacters = 60_000

    /// How far the clock may be behind what was recorded before that is recorded too; the ledger's own tolerance.
    static let clockTolerance = TimeSpan.seconds(5)

    /// So many entries of the largest size are less than the ledger takes at once.
    static let entriesPerAppend = 256

    public init() {}
}
