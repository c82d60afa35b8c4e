// What a supervisor is told: one program, its walls and its limits, complete.
import WritVocabulary

/// One process to run and watch. Written to the process's folder, so it must hold no secret.
public struct ProcessSpec: Codable, Hashable, Sendable {
    /// The program as it is found inside the sandbox, by path or on the `PATH` of `environment`, and its arguments.
    public var argv: [String]
    /// The child's whole environment, but for `inherited`.
    public var environment: [String: String]
    /// Names of variables handed on from the controller's environment; their values are never written down.
    public var inherited: [String]
    /// An absolute path inside the sandbox.
    public var workingFolder: String
    public var sandbox: Sandbox
    public var limits: ProcessLimits
    /// nil for a process that shall not end by itself.
    public var timeout: TimeSpan?
    /// How long it may take to end by itself when asked to.
    public var grace: TimeSpan
    public var log: LogPolicy

    public init(
        argv: [String], environment: [String: String] = [:], inherited: [String] = [], workingFolder: String,
        sandbox: Sandbox, limits: ProcessLimits, timeout: TimeSpan?, grace: TimeSpan = .seconds(10),
        log: LogPolicy = .ends(head: 32 << 20, tail: 1 << 20)
    ) {
        self.argv = argv
        self.environment = environment
        self.inherited = inherited
        self.workingFolder = workingFolder
        self.sandbox = sandbox
        self.limits = limits
        self.timeout = timeout
        self.grace = grace
        self.log = log
    }
}

/// The walls around a process.
public struct Sandbox: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Hashable, Sendable {
        case bubblewrap
        /// No walls: the operator's explicit choice, and recorded as such. Binds mean nothing then.
        case none
    }

    public var kind: Kind
    /// Whether it shares the machine's network. Otherwise it has none, not even a loopback that leads out.
    public var network: Bool
    /// What it sees beside the system's programs and libraries, in this order.
    public var binds: [Bind]
    /// Absolute host paths it must not see, wherever they lie: the data directory, keys.
    public var hidden: [String]

    public init(kind: Kind, network: Bool, binds: [Bind], hidden: [String]) {
        self.kind = kind
        self.network = network
        self.binds = binds
        self.hidden = hidden
    }

    /// A host file or folder shown inside the sandbox. Both paths are absolute.
    public struct Bind: Codable, Hashable, Sendable {
        public var host: String
        public var inside: String
        public var writable: Bool

        public init(host: String, inside: String, writable: Bool = false) {
            self.host = host
            self.inside = inside
            self.writable = writable
        }
    }
}

public struct ProcessLimits: Codable, Hashable, Sendable {
    public var memory: ByteCount
    /// Thousandths of a core.
    public var cpuMillis: Int
    /// Processes and threads.
    public var processes: Int

    public init(memory: ByteCount, cpuMillis: Int, processes: Int = 4096) {
        self.memory = memory
        self.cpuMillis = cpuMillis
        self.processes = processes
    }

    public init(_ resources: Resources) {
        self.init(memory: resources.memory, cpuMillis: resources.cpuMillis)
    }
}

/// What is kept of a log that grows too large.
public enum LogPolicy: Codable, Hashable, Sendable {
    /// The first `head` bytes, then, once the process has ended, the last `tail` bytes. For a process with an end:
    /// a byte of the file never changes.
    case ends(head: Int, tail: Int)
    /// The newest bytes, at most `limit` of them, the older half in `log.1`. For a process without an end.
    case newest(limit: Int)
}
