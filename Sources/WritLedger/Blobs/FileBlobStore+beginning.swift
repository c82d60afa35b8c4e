// The first bytes of a blob: what kind of content it is, without reading all of it.
import Foundation
import WritVocabulary

extension FileBlobStore {
    /// At most so many bytes, not compared with the digest; nil when the blob is absent.
    public func beginning(of digest: Digest, bytes: Int) throws -> [UInt8]? {
        guard let path = path(of: digest) else { return nil }
        guard let file = FileHandle(forReadingAtPath: path) else { throw LedgerFailure.system("open", path) }
        defer { try? file.close() }
        return Array(try file.read(upToCount: bytes) ?? Data())
    }
}
