// What may go wrong in a simulated world, and how often.
import WritVocabulary

/// Chances in percent, and the moment after which nothing goes wrong any more.
public struct Faults: Sendable, Hashable {
    /// A call fails and has done nothing.
    public var timeoutBefore = 0
    /// A call fails although it has taken effect.
    public var timeoutAfter = 0
    /// An observation shows what was true at the look before.
    public var staleRead = 0
    /// An observation leaves some things out.
    public var partialRead = 0
    /// An event is delivered twice.
    public var duplicate = 0
    /// The controller dies after a step and starts again; what it had begun goes on without it.
    public var crash = 0
    /// A replica dies.
    public var replicaDeath = 0
    /// A run fails.
    public var runFailure = 0
    /// The trainer forgets a run that is under way.
    public var lostRun = 0
    /// The gateway loses its table.
    public var lostTable = 0
    /// A replica stops answering for good.
    public var silence = 0
    /// A file a replica serves from is changed behind its back.
    public var bytesChange = 0
    /// The controller's clock is set back by up to ten minutes.
    public var clockStep = 0
    /// An append to the ledger fails, the entries kept or not; the controller ends, as it must.
    public var ledgerFailure = 0
    /// Faults happen before this moment of the simulation.
    public var until = TimeSpan.minutes(20)

    public init() {}

    public static let none = Faults()

    /// A fault and the most that a swarm turns it up to.
    public struct Dial: Sendable {
        public var name: String
        var path: any WritableKeyPath<Faults, Int> & Sendable
        var most: UInt64
    }

    /// Every fault there is, in the order a swarm turns them.
    public static let dials = [
        Dial(name: "timeout-before", path: \.timeoutBefore, most: 15),
        Dial(name: "timeout-after", path: \.timeoutAfter, most: 15),
        Dial(name: "stale-read", path: \.staleRead, most: 20),
        Dial(name: "partial-read", path: \.partialRead, most: 10),
        Dial(name: "duplicate", path: \.duplicate, most: 10),
        Dial(name: "crash", path: \.crash, most: 4),
        Dial(name: "replica-death", path: \.replicaDeath, most: 2),
        Dial(name: "bytes-change", path: \.bytesChange, most: 2),
        Dial(name: "lost-run", path: \.lostRun, most: 5),
        Dial(name: "lost-table", path: \.lostTable, most: 4),
        Dial(name: "silence", path: \.silence, most: 2),
        Dial(name: "clock-step", path: \.clockStep, most: 10),
        Dial(name: "ledger-failure", path: \.ledgerFailure, most: 4),
    ]

    /// Each seed disables some faults wholly and varies the rest, so that rare combinations occur.
    public static func swarm(_ random: inout SeededGenerator) -> Faults {
        var faults = Faults()
        for dial in dials where random.chance(60) {
            faults[keyPath: dial.path] = Int(random.next() % dial.most) + 1
        }
        return faults
    }

    /// The named faults, each turned up to something, and no other.
    public static func only(_ names: [String], _ random: inout SeededGenerator) -> Faults {
        var faults = Faults()
        for dial in dials where names.contains(dial.name) {
            faults[keyPath: dial.path] = Int(random.next() % dial.most) + 1
        }
        return faults
    }
}
