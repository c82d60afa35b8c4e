// Taking blobs out for good: only after the ledger says so.
import Glibc
import WritVocabulary

extension FileBlobStore {
    /// Removes a blob's bytes. One that is not there is no error: the act may be repeated after a crash.
    public func expunge(_ digest: Digest) throws {
        let path = location(of: digest)
        guard unlink(path) == 0 || errno == ENOENT else { throw LedgerFailure.system("remove", path) }
        guard Disk.exists(Disk.parent(of: path)) else { return }
        try Disk.flushFolder(Disk.parent(of: path))
    }
}
