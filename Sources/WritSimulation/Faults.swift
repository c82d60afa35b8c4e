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

    /// Each seed disables some faults wholly and varies the rest, so that rare combinations occur.
    public static func swarm(_ random: inout SeededGenerator) -> Faults {
        var faults = Faults()
        let dials: [(WritableKeyPath<Faults, Int>, UInt64)] = [
            (\.timeoutBefore, 15), (\.timeoutAfter, 15), (\.staleRead, 20), (\.partialRead, 10), (\.duplicate, 10),
            (\.crash, 4), (\.replicaDeath, 2), (\.bytesChange, 2),
        ]
        for (dial, most) in dials where random.chance(60) { faults[keyPath: dial] = Int(random.next() % most) + 1 }
        return faults
    }
}
