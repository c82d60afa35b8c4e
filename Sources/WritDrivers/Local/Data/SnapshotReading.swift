// One pass over a dataset's bytes: hashed, kept and checked at the same time.
import WritBackends
import WritVocabulary

struct SnapshotReading<Reader: RowReader & ~Copyable>: ~Copyable {
    private var reader: Reader
    private var checker: RowChecker
    private var mark = ByteOrderMark()
    /// nil for bytes the store has already; then they are only hashed.
    private let writer: (any BlobWriter)?
    private var hash = DigestBuilder()

    init(_ reader: consuming Reader, checker: RowChecker, writer: (any BlobWriter)?) {
        self.reader = reader
        self.checker = checker
        self.writer = writer
    }

    /// Reads a regular file from its beginning to its end. Fails when it is larger than `limit` bytes or changes
    /// meanwhile.
    mutating func run(over file: consuming OpenFile, limit: Int64, chunkBytes: Int) async throws -> SnapshotOutcome {
        let before = try file.regularFacts()
        try Self.check(size: before.fingerprint.size, of: file.path, limit)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 16)
        defer { buffer.deallocate() }
        var size: Int64 = 0
        while true {
            let count = try file.read(into: buffer)
            if count == 0 { break }
            size += Int64(count)
            try Self.check(size: size, of: file.path, limit)
            try consume(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            // A chunk takes milliseconds; others may run in between, and a cancelled pass ends here.
            try Task.checkCancellation()
            await Task.yield()
        }
        guard try file.facts() == before, size == before.fingerprint.size else {
            throw BackendFailure.fileChanged(file.path)
        }
        return try finish(size: size)
    }

    private static func check(size: Int64, of path: String, _ limit: Int64) throws {
        if size > limit { throw BackendFailure.tooLarge("“\(path)”", limit: limit, unit: "bytes") }
    }

    private mutating func consume(_ chunk: UnsafeRawBufferPointer) throws {
        if let writer { try writer.write(chunk) } else { hash.update(chunk) }
        mark.strip(chunk.bindMemory(to: UInt8.self)) { reader.consume($0, into: &checker) }
    }

    private mutating func finish(size: Int64) throws -> SnapshotOutcome {
        mark.finish { reader.consume($0, into: &checker) }
        reader.finish(into: &checker)
        let (rows, violations, count) = checker.finish()
        let digest = try writer?.finish().digest ?? hash.finish()
        return SnapshotOutcome(digest: digest, size: size, rows: rows, violations: violations, violationCount: count)
    }
}
