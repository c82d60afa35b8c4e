// Every bound on executions and Python environments, in one place.
import WritVocabulary

/// What the local trainer takes, waits for and keeps. Beyond a limit it refuses with a message that names it.
public struct TrainingLimits: Sendable, Hashable {
    public var requirementsBytes = 4 << 20
    /// Environments built at the same time; the others wait their turn.
    public var environmentBuilds = 2
    public var environmentBuild = ProcessLimits(memory: ByteCount(bytes: 4 << 30), cpuMillis: 4000)
    public var environmentTimeout = TimeSpan.minutes(20)
    /// How much of a failed build's log is told as its reason.
    public var reasonBytes = 600
    /// Workspaces laid out or collected at the same time, and how many executions are looked at meanwhile.
    public var preparations = 2
    public var attended = 16
    /// How often laying out a workspace is tried again after a passing trouble.
    public var preparationAttempts = 5
    public var preparationPauseMilliseconds: Int64 = 500
    public var pollMilliseconds: Int64 = 100
    /// How often, and how far apart, a new supervisor is looked for before another one is sent.
    public var launchPolls = 250
    public var launchPollMilliseconds: Int64 = 20
    public var logHeadBytes = 32 << 20
    public var logTailBytes = 1 << 20
    /// One answer to a reader of the log.
    public var logReadBytes = 1 << 20
    public var metricsBytes = 64 << 20
    public var metricNames = 1000
    public var metricNameBytes = 200
    public var manifestBytes = 16 << 20
    public var processes = 4096
    public var grace = TimeSpan.seconds(10)

    public init() {}
}
