// Port: bytes by digest.
import WritVocabulary

/// A content-addressed store on this machine. A blob is whole or absent.
public protocol BlobStore: Sendable {
    /// Keeps bytes and returns their digest.
    func put(_ bytes: [UInt8]) throws -> Digest

    /// Copies a regular file while hashing it. Refuses symlinks; never holds more than a buffer of it in memory.
    func ingest(file path: String) throws -> (digest: Digest, size: Int64)

    /// Begins a blob that is written piece by piece.
    func writer() throws -> any BlobWriter

    /// The bytes of a blob, verified against the digest. Refuses one larger than `limit`.
    func read(_ digest: Digest, limit: Int) throws -> [UInt8]

    /// Reads a blob through and compares it with its digest; returns its size.
    @discardableResult
    func verify(_ digest: Digest) throws -> Int64

    /// Where a blob lies, read-only, for drivers on the same machine; nil when absent.
    func path(of digest: Digest) -> String?
}

/// Hashes and keeps what is written; nothing is visible before `finish`.
public protocol BlobWriter: AnyObject {
    func write(_ bytes: UnsafeRawBufferPointer) throws
    func finish() throws -> (digest: Digest, size: Int64)
    /// Forgets what was written.
    func abandon()
}
