// Artefacts, datasets and evidence by digest: `<data>/blobs/sha256/ab/cdef…`.
import CLinux
import Foundation
import WritVocabulary

/// A content-addressed folder. A blob is whole or absent, and read-only once it is there.
///
/// Its methods are those of the `BlobStore` port; the composition root joins the two.
public struct FileBlobStore: Sendable {
    /// `<data>/blobs`.
    public let directory: String

    /// Opens the store, makes its folders, and removes what interrupted writers left behind.
    public init(directory: String) throws {
        self.directory = directory
        try Disk.makeFolder("\(directory)/sha256")
        try Disk.makeFolder(temporaryFolder)
        try removeAbandoned()
    }

    /// Opens a store somebody else owns: makes nothing, removes nothing.
    public init(reading directory: String) { self.directory = directory }

    /// Keeps bytes and returns their digest.
    public func put(_ bytes: [UInt8]) throws -> Digest {
        let writer = try makeWriter()
        try bytes.withUnsafeBytes { try writer.write($0) }
        return try writer.finish().digest
    }

    /// Copies a regular file while hashing it. Refuses symlinks, and a file that changes meanwhile.
    public func ingest(file path: String) throws -> (digest: Digest, size: Int64) {
        let source = try Descriptor(path, O_RDONLY | O_NONBLOCK, verb: "read")
        let before = try source.information()
        guard before.isRegularFile else {
            throw LedgerFailure(
                code: "not-a-file", message: "\(path) is not a regular file; only regular files are kept",
                retry: .terminal)
        }
        let writer = try makeWriter()
        try BlobCopy.copy(source) { try writer.write($0) }
        let after = try source.information()
        guard before.st_size == after.st_size, before.st_mtim.tv_sec == after.st_mtim.tv_sec,
            before.st_mtim.tv_nsec == after.st_mtim.tv_nsec, writer.byteCount == Int64(after.st_size)
        else {
            writer.abandon()
            throw LedgerFailure(
                code: "file-changed",
                message: "\(path) changed while it was read; it will be read again once it is still",
                retry: .transient)
        }
        return try writer.finish()
    }

    /// Begins a blob that is written piece by piece.
    public func makeWriter() throws -> FileBlobWriter { try FileBlobWriter(store: self) }

    /// The bytes of a blob, verified against the digest. Refuses one larger than `limit` bytes.
    public func read(_ digest: Digest, limit: Int) throws -> [UInt8] {
        guard let bytes = try Disk.read(location(of: digest), limit: limit) else { throw missing(digest) }
        guard Digest(of: bytes) == digest else { throw mismatch(digest) }
        return bytes
    }

    /// Reads a blob through and compares it with its digest; returns its size in bytes.
    @discardableResult
    public func verify(_ digest: Digest) throws -> Int64 {
        guard let file = try Descriptor.openExisting(location(of: digest), O_RDONLY | O_NONBLOCK) else {
            throw missing(digest)
        }
        guard try file.information().isRegularFile else { throw mismatch(digest) }
        var builder = DigestBuilder()
        try BlobCopy.copy(file) { builder.update($0) }
        guard builder.finish() == digest else { throw mismatch(digest) }
        return builder.byteCount
    }

    /// Where a blob lies; nil when absent.
    public func path(of digest: Digest) -> String? {
        size(of: digest) == nil ? nil : location(of: digest)
    }

    /// Bytes of a blob; nil when absent.
    public func size(of digest: Digest) -> Int64? {
        var information = stat()
        guard lstat(location(of: digest), &information) == 0, information.isRegularFile else { return nil }
        return Int64(information.st_size)
    }

    func location(of digest: Digest) -> String { "\(folder(of: digest))/\(digest.hex.dropFirst(2))" }
    func folder(of digest: Digest) -> String { "\(directory)/sha256/\(digest.hex.prefix(2))" }
    var temporaryFolder: String { "\(directory)/tmp" }

    private func missing(_ digest: Digest) -> LedgerFailure {
        LedgerFailure(
            code: "blob-missing",
            message: "blob \(digest) is not in \(directory); restore it from a backup, or make it again",
            retry: .stalled)
    }

    private func mismatch(_ digest: Digest) -> LedgerFailure {
        .damaged(
            "digest-mismatch",
            "the file of blob \(digest) in \(directory) has other bytes than its name says; restore it from a backup")
    }
}

enum BlobCopy {
    /// Hands a file's bytes to `sink`, a buffer at a time.
    static func copy(_ file: borrowing Descriptor, to sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Limits.copyBufferBytes, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = try file.read(into: buffer)
            if count == 0 { return }
            try sink(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }
}
