// `state.db`: the ledger's entries and their fold as tables, so that a start need not read the whole ledger.
import Foundation
import GRDB
import WritVocabulary

/// A cache of the ledger in SQLite. It says nothing the ledger does not say, and can be thrown away at any time.
final class Projection {
    /// Raised whenever a table or the meaning of a row changes; an older file is made again.
    static let schema = 4

    private let pool: DatabasePool

    /// How much of which ledger is projected.
    struct Position: Hashable {
        var size: Int
        var root: TreeHash
    }

    /// Opens the file at `path`, makes tables where there are none.
    init(path: String) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(Limits.databaseBusySeconds)
        configuration.label = "projection"
        pool = try DatabasePool(path: path, configuration: configuration)
        try pool.write { database in
            guard try !database.tableExists("position") else { return }
            try database.execute(sql: Projection.tables)
        }
    }

    /// Opens a file that another process may be writing.
    init(reading path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(Limits.databaseBusySeconds)
        pool = try DatabasePool(path: path, configuration: configuration)
    }

    func close() throws { try pool.close() }

    /// nil when the tables are of another schema.
    func position() throws -> Position? {
        try pool.read { try Projection.position($0) }
    }

    private static func position(_ database: Database) throws -> Position? {
        let row = try Row.fetchOne(database, sql: "SELECT schema, size, root FROM position")
        guard let row, try row.value("schema") == schema, let root = TreeHash(try row.value("root", of: Data.self))
        else {
            return nil
        }
        return Position(size: try row.value("size"), root: root)
    }

    /// The folded state and the position it is of, read in one transaction.
    func state() throws -> (position: Position, state: RecordedState)? {
        try pool.read { database in
            guard let position = try Projection.position(database) else { return nil }
            var state = RecordedState()
            state.next = Int64(position.size)
            let last = try Int64.fetchOne(database, sql: "SELECT time FROM entries ORDER BY sequence DESC LIMIT 1")
            state.lastTime = last.map { Timestamp(milliseconds: $0) }
            let rows = try Row.fetchCursor(
                database, sql: "SELECT kind, key, body FROM records ORDER BY since, kind, key")
            while let row = try rows.next() {
                guard let kind = RowKey.Kind(rawValue: try row.value("kind")) else { return nil }
                try state.restore(kind, try row.value("key"), try row.value("body"))
            }
            return (position, state)
        }
    }

    /// Adds entries and rewrites the rows of what they changed, in one transaction.
    func write(_ entries: [EncodedEntry], changes: [RecordKey: Int64], state: RecordedState, root: TreeHash) throws {
        try pool.write { database in
            try Projection.insert(entries, database)
            try Projection.rewrite(changes, state, database)
            try database.cachedStatement(sql: "UPDATE position SET size = ?, root = ?")
                .execute(arguments: [state.next, Data(root.bytes)])
        }
    }

    private static func insert(_ entries: [EncodedEntry], _ database: Database) throws {
        let insert = try database.cachedStatement(
            sql: "INSERT INTO entries (sequence, time, kind, cause, subject, body) VALUES (?, ?, ?, ?, ?, ?)")
        for one in entries {
            let entry = one.entry
            try insert.execute(arguments: [
                entry.sequence, entry.time.milliseconds, entry.event.kind, entry.cause.kind, entry.subject?.text,
                Data(one.bytes),
            ])
        }
    }

    private static func rewrite(_ changes: [RecordKey: Int64], _ state: RecordedState, _ database: Database) throws {
        let replace = try database.cachedStatement(
            sql: "INSERT INTO records (kind, key, since, body) VALUES (?, ?, ?, ?) "
                + "ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body")
        let delete = try database.cachedStatement(sql: "DELETE FROM records WHERE kind = ? AND key = ?")
        for (key, since) in changes {
            let name = RowKey(key)
            if let body = try state.row(key) {
                try replace.execute(arguments: [name.kind.rawValue, name.key, since, body])
            } else {
                try delete.execute(arguments: [name.kind.rawValue, name.key])
            }
        }
    }

    func entries(_ query: EntryQuery) throws -> [LedgerEntry] {
        var (conditions, arguments) = (["1"], StatementArguments())
        func require(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
            guard let value else { return }
            conditions.append(condition)
            arguments += [value]
        }
        require("subject = ?", query.subject?.text)
        require("kind = ?", query.kind)
        require("sequence > ?", query.after)
        require("sequence < ?", query.before)
        arguments += [query.limit]
        let sql =
            "SELECT sequence, body FROM entries WHERE \(conditions.joined(separator: " AND ")) "
            + "ORDER BY sequence \(query.newestFirst ? "DESC" : "ASC") LIMIT ?"
        let bound = arguments
        return try pool.read { database in
            try Row.fetchAll(database.cachedStatement(sql: sql), arguments: bound).map { row in
                try LedgerView.decode(try row.value("body", of: Data.self), try row.value("sequence"))
            }
        }
    }

    // `since` is the sequence of the entry that first named a record: executions are restored in that order.
    private static let tables = """
        CREATE TABLE position (schema INTEGER NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL);
        CREATE TABLE entries (
            sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, kind TEXT NOT NULL, cause TEXT NOT NULL,
            subject TEXT, body BLOB NOT NULL);
        CREATE INDEX entries_by_subject ON entries (subject);
        CREATE INDEX entries_by_kind ON entries (kind);
        CREATE TABLE records (
            kind TEXT NOT NULL, key TEXT NOT NULL, since INTEGER NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY (kind, key)) WITHOUT ROWID;
        INSERT INTO position VALUES (\(schema), 0, x'\(Hex.encode(TreeHash.empty.bytes))');
        """
}

extension Row {
    /// A column's value; the file may have been changed by anybody, so another type than expected is an error.
    fileprivate func value<Value: DatabaseValueConvertible>(_ column: String, of type: Value.Type = Value.self) throws
        -> Value
    {
        let stored: DatabaseValue = self[column]
        guard let value = Value.fromDatabaseValue(stored) else {
            throw LedgerFailure.damaged("projection-malformed", "a row of the projection has no sound \(column)")
        }
        return value
    }
}

extension Cause {
    /// A stable word for filters and tables.
    public var kind: String {
        switch self {
        case .commit: "commit"
        case .measurement: "measurement"
        case .schedule: "schedule"
        case .operatorAct: "operatorAct"
        }
    }
}
