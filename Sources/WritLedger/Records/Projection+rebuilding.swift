// The projection made again beside the old one, and where the two differ: what `writ fsck --rebuild` does.
import Foundation
import GRDB
import WritVocabulary

/// What a projection said before it was made again from the ledger.
public struct ProjectionComparison: Hashable, Sendable {
    /// One row. A side without it is nil; the longest texts are cut.
    public struct Difference: Hashable, Sendable {
        /// `entry`, or the kind of a record: `version`, `endpoint`, …
        public var kind: String
        /// A sequence number, or what the record is of.
        public var key: String
        public var projected: String?
        public var recorded: String?
    }

    /// Rows of the new projection.
    public var entries = 0
    public var records = 0
    public var differenceCount = 0
    /// The first hundred, entries before records, each in order.
    public var differences: [Difference] = []
    /// Why there was nothing to compare with: no file, another version's, damage.
    public var incomparable: String?

    public var isEqual: Bool { differenceCount == 0 && incomparable == nil }
}

extension Records {
    /// Makes the projection of a data directory again from its ledger, compares, and swaps it in.
    ///
    /// Needs the public key alone, and that no controller runs: throws `ledger-locked` otherwise. A crash leaves the
    /// old projection, the new one, or none, which the next start makes.
    public static func rebuildProjection(data: String, verifier: NoteVerifier) throws -> ProjectionComparison {
        let ledger = ledgerPath(in: data)
        let lock = try Ledger.takeLock(in: ledger)
        let path = projectionPath(in: data)
        let log = try LedgerReader(directory: ledger, verifier: verifier).view()
        let comparison = try Projection.translating(path) { try Projection.rebuild(path: path, log: log) }
        // Held until here.
        withExtendedLifetime(lock.number) {}
        return comparison
    }
}

extension Projection {
    static func rebuild(path: String, log: LedgerView) throws -> ProjectionComparison {
        let fresh = "\(path).new"
        try discard(fresh)
        let projection = try Projection(path: fresh)
        var state = RecordedState()
        try projection.catchUp(&state, log)
        try projection.close()

        let queue = try DatabaseQueue(path: fresh)
        let comparison = try queue.writeWithoutTransaction { try compare($0, with: path) }
        try queue.close()
        try discard(path)
        guard rename(fresh, path) == 0 else { throw LedgerFailure.system("write", path) }
        try discard(fresh)
        try Disk.flushFolder(Disk.parent(of: path))
        return comparison
    }

    private static func compare(_ database: Database, with path: String) throws -> ProjectionComparison {
        var comparison = ProjectionComparison()
        comparison.entries = try Int.fetchOne(database, sql: "SELECT count(*) FROM entries") ?? 0
        comparison.records = try Int.fetchOne(database, sql: "SELECT count(*) FROM records") ?? 0
        guard Disk.exists(path) else {
            comparison.incomparable = "there was none"
            return comparison
        }
        do {
            try database.execute(sql: "ATTACH DATABASE ? AS old", arguments: [path])
            let found = try Int.fetchOne(database, sql: "SELECT schema FROM old.position")
            guard found == schema else {
                comparison.incomparable = "it was made by another version of Writ"
                return comparison
            }
            for sql in [differentEntries, differentRecords] { try collect(database, sql, &comparison) }
            try database.execute(sql: "DETACH DATABASE old")
        } catch let error as DatabaseError where error.saysCorrupt || error.resultCode == .SQLITE_CANTOPEN {
            comparison.incomparable = "it is damaged: \(error.message ?? "unreadable")"
        }
        return comparison
    }

    private static func collect(_ database: Database, _ sql: String, _ comparison: inout ProjectionComparison) throws {
        let rows = try Row.fetchCursor(database, sql: sql)
        while let row = try rows.next() {
            comparison.differenceCount += 1
            guard comparison.differences.count < Limits.reportedDifferences else { continue }
            comparison.differences.append(
                ProjectionComparison.Difference(
                    kind: text(row[0]) ?? "", key: text(row[1]) ?? "", projected: text(row[2]), recorded: text(row[3])))
        }
    }

    /// Whatever somebody put into the old file, as text.
    private static func text(_ value: DatabaseValue) -> String? {
        let whole: String
        switch value.storage {
        case .null: return nil
        case .int64(let number): whole = String(number)
        case .double(let number): whole = String(number)
        case .string(let string): whole = string
        case .blob(let data): whole = String(decoding: data, as: UTF8.self)
        }
        return whole.count > Limits.reportedRowCharacters ? whole.prefix(Limits.reportedRowCharacters) + "…" : whole
    }

    // `IS NOT` also tells a row from none. A record's `since` depends on how entries were batched and is not compared.
    private static let differentEntries = """
        SELECT 'entry', sequence, old, new FROM (
            SELECT n.sequence, o.body AS old, n.body AS new FROM main.entries n
            LEFT JOIN old.entries o USING (sequence)
            WHERE o.body IS NOT n.body OR o.time IS NOT n.time OR o.kind IS NOT n.kind OR o.cause IS NOT n.cause
                OR o.subject IS NOT n.subject
            UNION ALL
            SELECT o.sequence, o.body, NULL FROM old.entries o
            WHERE NOT EXISTS (SELECT 1 FROM main.entries n WHERE n.sequence = o.sequence)
        ) ORDER BY sequence
        """
    private static let differentRecords = """
        SELECT kind, key, old, new FROM (
            SELECT n.kind, n.key, o.body AS old, n.body AS new FROM main.records n
            LEFT JOIN old.records o ON o.kind = n.kind AND o.key = n.key
            WHERE o.body IS NOT n.body
            UNION ALL
            SELECT o.kind, o.key, o.body, NULL FROM old.records o
            WHERE NOT EXISTS (SELECT 1 FROM main.records n WHERE n.kind = o.kind AND n.key = o.key)
        ) ORDER BY kind, key
        """
}
