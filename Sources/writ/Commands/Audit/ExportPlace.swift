// Where an export keeps how far it got: a cursor and a lock for each receiver.
import CLinux
import Foundation
import WritAudit
import WritServer
import WritVocabulary

/// One receiver's place in the log. Held by one export at a time: two would deliver everything twice and could bring
/// the cursor back. A deinitialised place, or the end of the process, lets the lock go.
final class ExportPlace: Sendable {
    private static let bytes = 16 << 10

    private let sink: String
    private let path: String
    private let lock: Int32

    /// Makes the folder when it is missing and takes the lock.
    init(folder: String, sink: String) throws {
        self.sink = sink
        let name = "\(folder)/\(Digest(of: Array(sink.utf8)).hex.prefix(16))"
        path = "\(name).json"
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw CommandFailure(
                "\(folder) cannot be made: \(SystemWords.of(error))",
                hint: "an export remembers there how far it got: run it as the owner of the data directory",
                code: .unknown)
        }
        lock = open("\(name).lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else {
            throw CommandFailure("\(name).lock cannot be opened: \(String(cString: strerror(errno)))", code: .unknown)
        }
        guard writ_try_lock(lock) == 0 else {
            close(lock)
            throw CommandFailure(
                "another export to this receiver runs already",
                hint: "stop that one first; with --follow one goes on for as long as it runs", code: .notSo)
        }
    }

    deinit { close(lock) }

    /// Where to go on. `entries` is what the ledger has: a receiver that got more was sent another ledger, or this one
    /// was rolled back, and to wait for it to grow again would leave out what is recorded meanwhile.
    func load(origin: String, entries: Int64) throws -> ExportCursor {
        guard FileManager.default.fileExists(atPath: path) else { return ExportCursor(sink: sink, origin: origin) }
        let cursor = try ExportCursor(
            FileBytes.read(path, limit: ExportPlace.bytes), sink: sink, origin: origin)
        guard cursor.next <= entries else {
            throw AuditFailure(
                "the receiver has \(cursor.next) entries of \(origin), and the ledger has only \(entries)",
                hint: "the ledger was rolled back or begun anew: look at `writ audit verify --known`; to send all of it "
                    + "again, delete \(path)")
        }
        return cursor
    }

    func save(_ cursor: ExportCursor) throws { try FileBytes.replace(try cursor.encoded(), at: path) }
}
