// Every bound on serving processes, in one place.
import WritVocabulary

/// What the local serving driver waits for, probes and keeps.
public struct ServingLimits: Sendable, Hashable {
    /// Below the range Linux takes the ports of outgoing connections from, so that none of these is taken by chance.
    public var ports: ClosedRange<Int> = 20_000...29_999
    public var requirementsBytes = 4 << 20
    public var probeMilliseconds: Int64 = 1000
    /// All probes of one look together; replicas that had no turn keep what was known of them.
    public var probesMilliseconds: Int64 = 3000
    public var probesAtOnce = 16
    /// The first line of an answer is all that is read.
    public var statusLineBytes = 512
    public var healthPathBytes = 1024
    /// Failed probes in a row that make a ready replica unready.
    public var failuresUntilUnready = 3
    /// Successful probes in a row that make it ready again.
    public var successesUntilReady = 2
    /// How long beyond `drain` a killed replica may take to be gone.
    public var killMilliseconds: Int64 = 15_000
    public var pollMilliseconds: Int64 = 50
    /// Each process's log keeps its newest bytes.
    public var logBytes = 16 << 20
    public var logReadBytes = 1 << 20
    /// Logs of replicas that are gone.
    public var keptLogs = 50
    public var grace = TimeSpan.seconds(10)
    public var processes = 1024
    /// From one reading of all of a replica's files to the next. Reading starts at the first look after it.
    public var integrityInterval = TimeSpan.seconds(60)
    /// What reading files may take of one look, for all replicas together, one after another on one thread.
    public var sweepMilliseconds: Int64 = 1000
    public var sweepChunkBytes = 1 << 20
    /// How often a file that changes under the reader is begun anew.
    public var sweepRestarts = 3
    /// Entries of a model folder that are listed beyond those it should have.
    public var strangeEntries = 1000
    public var listedEntries = 100_000
    /// Open files looked at, of each process.
    public var heldDescriptors = 4096

    public init() {}
}
