// One blob on its way into the store.
import CLinux
import Foundation
import WritVocabulary

/// Hashes and keeps what is written; nothing is visible before `finish`.
public final class FileBlobWriter {
    private let store: FileBlobStore
    private let temporary: String
    private var file: Descriptor?
    private var digest = DigestBuilder()

    /// Bytes written so far.
    public var byteCount: Int64 { digest.byteCount }

    init(store: FileBlobStore) throws {
        self.store = store
        let created = try FileBlobWriter.create(in: store.temporaryFolder)
        temporary = created.path
        file = consume created
    }

    deinit { abandon() }

    public func write(_ bytes: UnsafeRawBufferPointer) throws {
        guard file != nil else { throw ended }
        try file?.write(bytes)
        digest.update(bytes)
    }

    /// Makes the blob durable and visible. A blob that is there already is kept as it is.
    public func finish() throws -> (digest: Digest, size: Int64) {
        guard let file = file.take() else { throw ended }
        let name = digest.finish()
        if store.size(of: name) == byteCount {
            unlink(temporary)
            return (name, byteCount)
        }
        do {
            guard fchmod(file.number, 0o444) == 0 else { throw LedgerFailure.system("write", temporary) }
            try file.flushAll()
            try Disk.makeFolder(store.folder(of: name))
            guard rename(temporary, store.location(of: name)) == 0 else {
                throw LedgerFailure.system("write", store.location(of: name))
            }
        } catch {
            // Only here: once it is renamed, the temporary name may already be another writer's.
            unlink(temporary)
            throw error
        }
        try Disk.flushFolder(store.folder(of: name))
        return (name, byteCount)
    }

    /// Forgets what was written.
    public func abandon() {
        guard file.take() != nil else { return }
        unlink(temporary)
    }

    private var ended: LedgerFailure {
        LedgerFailure(code: "blob-ended", message: "this blob was finished or abandoned already", retry: .terminal)
    }

    /// A writer holds a lock on its temporary file, so that what is not locked is known to be left over.
    private static func create(in folder: String) throws -> Descriptor {
        for number in 0..<Limits.temporaryNameAttempts {
            let path = "\(folder)/\(getpid())-\(number)"
            let opened = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            if opened < 0 {
                guard errno == EEXIST else { throw LedgerFailure.system("create", path) }
                continue
            }
            let file = Descriptor(adopting: opened, path: path)
            // Between the two calls somebody opening the store may have taken the file for left over.
            if writ_try_lock(opened) == 0, try file.information().st_nlink == 1 { return file }
        }
        throw LedgerFailure(
            code: "busy", message: "\(folder) holds too many unfinished blobs; try again when fewer are written",
            retry: .transient)
    }
}
