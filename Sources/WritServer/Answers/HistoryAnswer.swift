// `writ history`: what was decided and what came of it, newest first.
import WritVocabulary

/// Ledger entries as sentences. `writ audit show SEQUENCE` has the whole entry.
public struct HistoryAnswer: Codable, Hashable, Sendable {
    public var resource: ResourceID?
    public var entries: [Row]
    /// Where the next page begins (`--before`); nil when this is the last.
    public var before: Int64?

    public struct Row: Codable, Hashable, Sendable {
        public var sequence: Int64
        public var time: Timestamp
        public var subject: ResourceID?
        /// `commit 1a2b3c4d`, `measurement …`, `schedule …`, `operator ada`.
        public var cause: String
        /// A stable word, such as `judged`.
        public var event: String
        public var sentence: String

        init(_ entry: LedgerEntry) {
            sequence = entry.sequence
            time = entry.time
            subject = entry.subject
            cause = entry.cause.words
            event = entry.event.kind
            sentence = entry.event.sentence
        }
    }

    init(_ resource: ResourceID?, _ entries: [LedgerEntry], limit: Int) {
        self.resource = resource
        self.entries = entries.map(Row.init)
        before = entries.count == limit ? entries.last.flatMap { $0.sequence > 0 ? $0.sequence : nil } : nil
    }
}

extension HistoryAnswer {
    func text(_ style: TextStyle) -> String {
        guard !entries.isEmpty else { return "nothing is recorded\n" }
        var table = TextTable("ENTRY", "TIME", "CAUSE", "ABOUT", "WHAT HAPPENED")
        for row in entries {
            table.add(
                "\(row.sequence)", TextTable.Cell(row.time.toSecond, .faint), TextTable.Cell(row.cause),
                TextTable.Cell(row.subject?.text ?? ""), TextTable.Cell(row.sentence))
        }
        let more = before.map { "\nolder: --before \($0)\n" } ?? ""
        return table.text(style) + more
    }
}

extension Timestamp {
    /// `2026-11-23T19:12:23Z`: enough for people to read.
    public var toSecond: String { String(text.dropLast(5)) + "Z" }
}

extension Cause {
    var words: String {
        switch self {
        case .commit(let revision): "commit \(revision.short)"
        case .measurement(let what): "measurement \(what)"
        case .schedule(let what): "schedule \(what)"
        case .operatorAct(let actor): "operator \(actor)"
        }
    }
}
