// Runs one export: the machine decides, the closures act.
import WritVocabulary

/// What the shell gives. Each is called by one loop, one after another.
public struct ExportPorts: Sendable {
    /// At most so many entries from this one on; empty when there are none.
    public var read: @Sendable (_ from: Int64, _ limit: Int) async throws -> [LedgerEntry]
    /// Delivers and says what came of it. What it throws counts as “later”.
    public var deliver: @Sendable ([LedgerEntry]) async throws -> ExportAnswer
    /// Replaces the cursor durably: a new file, flushed, in the old one's place.
    public var save: @Sendable (ExportCursor) async throws -> Void
    /// Sleeps until then; throws when cancelled.
    public var wait: @Sendable (Timestamp) async throws -> Void
    public var now: @Sendable () -> Timestamp
    /// Told before each pause that a trouble made: nobody should have to guess why nothing moves.
    public var trouble: @Sendable (String) -> Void

    public init(
        read: @escaping @Sendable (Int64, Int) async throws -> [LedgerEntry],
        deliver: @escaping @Sendable ([LedgerEntry]) async throws -> ExportAnswer,
        save: @escaping @Sendable (ExportCursor) async throws -> Void,
        wait: @escaping @Sendable (Timestamp) async throws -> Void, now: @escaping @Sendable () -> Timestamp,
        trouble: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.read = read
        self.deliver = deliver
        self.save = save
        self.wait = wait
        self.now = now
        self.trouble = trouble
    }
}

public struct Exporter: Sendable {
    private let ports: ExportPorts
    /// Bytes an entry is sent as, for the size of batches.
    private let size: @Sendable (LedgerEntry) throws -> Int
    public private(set) var machine: ExportMachine

    public init(
        _ cursor: ExportCursor, idle: TimeSpan = .seconds(5), ports: ExportPorts,
        size: @escaping @Sendable (LedgerEntry) throws -> Int
    ) {
        machine = ExportMachine(cursor, idle: idle)
        self.ports = ports
        self.size = size
    }

    /// Goes on until it is cancelled; or, where `untilEnd` is set, until every entry there is was acknowledged.
    public mutating func run(untilEnd: Bool = false) async throws {
        var effect = machine.first
        var held: [LedgerEntry] = []
        while !Task.isCancelled {
            let happening: ExportMachine.Happening
            switch effect {
            case .read(let from, let limit):
                do {
                    held = try await ports.read(from, limit)
                    guard held.first.map({ $0.sequence == from }) ?? true else {
                        throw AuditFailure("the ledger gave entry \(held[0].sequence) where \(from) was asked for")
                    }
                    if untilEnd, held.isEmpty { return }
                    happening = .read(try held.map(size))
                } catch let error as CancellationError {
                    throw error
                } catch {
                    happening = .readFailed("the ledger could not be read: \(error)")
                }
            case .deliver(let range):
                happening = .answered(try await deliver(held.prefix(range.count)))
            case .save(let cursor):
                do {
                    try await ports.save(cursor)
                    happening = .saved
                } catch let error as CancellationError {
                    throw error
                } catch {
                    happening = .saveFailed("the cursor could not be kept: \(error)")
                }
            case .wait(let until):
                if let words = machine.trouble { ports.trouble(words) }
                try await ports.wait(until)
                happening = .woken
            }
            effect = machine.handle(happening, at: ports.now())
        }
    }

    private func deliver(_ entries: ArraySlice<LedgerEntry>) async throws -> ExportAnswer {
        do {
            return try await ports.deliver(Array(entries))
        } catch let error as CancellationError {
            throw error
        } catch {
            return .later(String("\(error)".prefix(ExportLimits.answerCharacters)))
        }
    }
}
