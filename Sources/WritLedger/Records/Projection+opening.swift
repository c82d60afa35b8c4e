// Opening the projection: believed where it fits the ledger, caught up, or thrown away and made again.
import Foundation
import GRDB
import WritVocabulary

/// What opening the projection took.
public enum ProjectionOpening: Hashable, Sendable {
    case current
    /// It lacked this many entries.
    case caughtUp(Int)
    /// It was made again from this many entries, because of the reason.
    case rebuilt(Int, reason: String)
}

struct OpenedProjection {
    var projection: Projection
    var state: RecordedState
    var opening: ProjectionOpening
}

extension Projection {
    static func open(path: String, log: LedgerView) throws -> OpenedProjection {
        let reason: String
        switch try sound({ try existing(path, log) }) {
        case .fits(let projection, var state):
            let missing = log.size - Int(state.next)
            let caughtUp = try sound { () -> Existing in
                try projection.catchUp(&state, log)
                return .fits(projection, state)
            }
            guard case .unfit(let why) = caughtUp else {
                return OpenedProjection(
                    projection: projection, state: state, opening: missing == 0 ? .current : .caughtUp(missing))
            }
            reason = why
        case .unfit(let why):
            reason = why
        }
        try discard(path)
        let projection = try Projection(path: path)
        var state = RecordedState()
        try projection.catchUp(&state, log)
        return OpenedProjection(projection: projection, state: state, opening: .rebuilt(log.size, reason: reason))
    }

    private enum Existing {
        case fits(Projection, RecordedState)
        case unfit(String)
    }

    private static func existing(_ path: String, _ log: LedgerView) throws -> Existing {
        guard Disk.exists(path) else { return .unfit("there was none") }
        let projection = try Projection(path: path)
        guard let (position, state) = try projection.state() else {
            try projection.close()
            return .unfit("it was made by another version of Writ")
        }
        guard position.size <= log.size, try log.root(at: position.size) == position.root else {
            try projection.close()
            return .unfit("it is of another ledger, or ahead of this one")
        }
        return .fits(projection, state)
    }

    /// Damage of the file is a reason to make it again; anything else is a failure.
    private static func sound(_ body: () throws -> Existing) throws -> Existing {
        do {
            return try body()
        } catch let error as DatabaseError where error.saysCorrupt {
            return .unfit("it is damaged: \(error.message ?? "unreadable")")
        } catch is DecodingError {
            return .unfit("a row of it cannot be read")
        } catch let failure as LedgerFailure where failure.code == "projection-malformed" {
            return .unfit(failure.message)
        }
    }

    /// Folds the entries that are not projected yet, many in one transaction.
    func catchUp(_ state: inout RecordedState, _ log: LedgerView) throws {
        while Int(state.next) < log.size {
            let start = Int(state.next)
            let end = min(start + Limits.catchUpEntries, log.size)
            var batch: [EncodedEntry] = []
            try log.forEachEntry(in: start..<end) { entry, bytes in
                batch.append(EncodedEntry(entry: entry, bytes: Array(bytes)))
                return true
            }
            let changes = state.fold(batch)
            try write(batch, changes: changes, state: state, root: try log.root(at: end))
        }
    }

    static func discard(_ path: String) throws {
        for suffix in ["", "-wal", "-shm", "-journal"] { try Disk.remove(path + suffix) }
    }
}

extension RecordedState {
    /// Adds entries; returns what they changed, with the entry that did so first.
    mutating func fold(_ entries: [EncodedEntry]) -> [RecordKey: Int64] {
        var changes: [RecordKey: Int64] = [:]
        for one in entries {
            for key in apply(one.entry) where changes[key] == nil { changes[key] = one.entry.sequence }
        }
        return changes
    }
}

extension DatabaseError {
    /// What no second try mends: the file is not a sound database with the tables it should have.
    var saysCorrupt: Bool {
        [
            ResultCode.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_SCHEMA, .SQLITE_CONSTRAINT,
            .SQLITE_MISMATCH,
        ]
        .contains(resultCode)
    }
}
