// Bytes by digest: whole or absent, read-only, verified.
import Foundation
import Testing
import WritVocabulary

@testable import WritLedger

struct FileBlobStoreTests {
    let folder: TemporaryFolder
    let store: FileBlobStore

    init() throws {
        folder = try TemporaryFolder()
        store = try FileBlobStore(directory: "\(folder.path)/blobs")
    }

    @Test("a blob lies under its digest, read-only, and comes back verified")
    func put() throws {
        let digest = try store.put(Array("abc".utf8))
        #expect(digest.hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let path = try #require(store.path(of: digest))
        #expect(path.hasSuffix("/blobs/sha256/ba/7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o444)
        #expect(try store.read(digest, limit: 3) == Array("abc".utf8))
        #expect(try store.verify(digest) == 3)
        #expect(store.size(of: digest) == 3)
        #expect(try store.put(Array("abc".utf8)) == digest)
        #expect(try Disk.names(in: "\(folder.path)/blobs/tmp").isEmpty)
    }

    @Test("the empty blob is a blob")
    func empty() throws {
        let digest = try store.put([])
        #expect(try store.read(digest, limit: 0).isEmpty)
    }

    @Test("an absent blob, one over the limit and one with other bytes are refused")
    func refusals() throws {
        let digest = try store.put(Array("abc".utf8))
        func code(_ body: () throws -> Void) -> String? {
            do {
                try body()
                return nil
            } catch {
                return (error as? LedgerFailure)?.code
            }
        }
        let absent = Digest(of: Data("never".utf8))
        #expect(store.path(of: absent) == nil)
        #expect(code { _ = try store.read(absent, limit: 9) } == "blob-missing")
        #expect(code { try store.verify(absent) } == "blob-missing")
        #expect(code { _ = try store.read(digest, limit: 2) } == "too-large")
        let path = try #require(store.path(of: digest))
        #expect(chmod(path, 0o644) == 0)
        try Data("abd".utf8).write(to: URL(filePath: path))
        #expect(code { _ = try store.read(digest, limit: 9) } == "digest-mismatch")
        #expect(code { try store.verify(digest) } == "digest-mismatch")
    }

    @Test("nothing is visible before finish, and abandoning leaves nothing")
    func writer() throws {
        let bytes = [UInt8](repeating: 5, count: 1000)
        let digest = Digest(of: Data(bytes))
        let writer = try store.makeWriter()
        try bytes.withUnsafeBytes { try writer.write($0) }
        #expect(store.path(of: digest) == nil)
        let other = try store.makeWriter()
        try bytes.withUnsafeBytes { try other.write($0) }
        other.abandon()
        other.abandon()
        #expect(try writer.finish() == (digest, 1000))
        #expect(throws: LedgerFailure.self) { try writer.finish() }
        #expect(throws: LedgerFailure.self) { try other.finish() }
        #expect(try Disk.names(in: "\(folder.path)/blobs/tmp").isEmpty)
    }

    @Test("a writer that is let go leaves nothing")
    func forgottenWriter() throws {
        do {
            let writer = try store.makeWriter()
            try [UInt8](repeating: 5, count: 10).withUnsafeBytes { try writer.write($0) }
        }
        #expect(try Disk.names(in: "\(folder.path)/blobs/tmp").isEmpty)
    }

    @Test("opening removes what a crash left, and spares what somebody is writing")
    func cleaning() throws {
        let writer = try store.makeWriter()
        try folder.write([1, 2, 3], "blobs/tmp/99999-0")
        _ = try FileBlobStore(directory: store.directory)
        #expect(!folder.exists("blobs/tmp/99999-0"))
        _ = try writer.finish()
    }

    @Test("a file larger than the buffer is taken in as it is")
    func ingest() throws {
        var numbers = SeededNumbers(seed: 7)
        let bytes = (0..<(Limits.copyBufferBytes * 2 + 17)).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }
        try folder.write(bytes, "source")
        let (digest, size) = try store.ingest(file: "\(folder.path)/source")
        #expect(size == Int64(bytes.count))
        #expect(digest == Digest(of: Data(bytes)))
        #expect(try store.read(digest, limit: bytes.count) == bytes)
    }

    @Test("symlinks, folders, pipes and absent files are not taken in")
    func notFiles() throws {
        try folder.write([1], "real")
        #expect(symlink("\(folder.path)/real", "\(folder.path)/link") == 0)
        #expect(mkfifo("\(folder.path)/pipe", 0o644) == 0)
        for name in ["link", "pipe", "blobs", "absent"] {
            #expect(throws: LedgerFailure.self, "\(name)") { try store.ingest(file: "\(folder.path)/\(name)") }
        }
        #expect(try Disk.names(in: "\(folder.path)/blobs/tmp").isEmpty)
    }

    @Test("a checker sees every blob in order, and what does not belong")
    func listing() throws {
        let digests = try (0..<40).map { try store.put(Array("blob \($0)".utf8)) }
        var listed: [Digest] = []
        try store.forEachBlob { listed.append($0) }
        #expect(listed == digests.sorted())
        let stranger = "blobs/sha256/\(digests[0].hex.prefix(2))/README"
        try folder.write([1], stranger)
        #expect(try store.strangers() == ["\(folder.path)/\(stranger)"])
    }

    @Test("many writers of the same bytes at once leave one whole blob")
    func concurrent() async throws {
        let bytes = [UInt8](repeating: 9, count: 100_000)
        let store = store
        try await withThrowingTaskGroup(of: Digest.self) { group in
            for _ in 0..<8 { group.addTask { try store.put(bytes) } }
            for try await digest in group { #expect(digest == Digest(of: Data(bytes))) }
        }
        #expect(try store.verify(Digest(of: Data(bytes))) == 100_000)
    }

    @Test("many writers of different bytes at once never take each other's temporary files away")
    func concurrentStrangers() async throws {
        let store = store
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    for number in 0..<150 { try store.verify(store.put(Array("\(writer)/\(number)".utf8))) }
                }
            }
            try await group.waitForAll()
        }
        #expect(try Disk.names(in: "\(folder.path)/blobs/tmp").isEmpty)
    }
}
