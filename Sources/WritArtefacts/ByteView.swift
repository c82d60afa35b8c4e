// Bytes that are read piece by piece: a file, a part of it, or what was unpacked.
import Foundation
import WritVocabulary

/// Where bytes come from; closes its file.
final class ByteSource {
    private enum Origin {
        case file(Int32, path: String)
        case memory([UInt8])
    }

    private let origin: Origin
    let size: Int64

    init(_ bytes: [UInt8]) {
        origin = .memory(bytes)
        size = Int64(bytes.count)
    }

    /// A regular file; a symbolic link in the last place is refused.
    init(file path: String) throws {
        let opened = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard opened >= 0 else { throw ArtefactFailure.system("open", path) }
        var facts = stat()
        guard fstat(opened, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            close(opened)
            throw ArtefactFailure(
                code: "not-a-file", message: "\(path) is not a regular file; restore it.", retry: .stalled)
        }
        origin = .file(opened, path: path)
        size = Int64(facts.st_size)
    }

    deinit { if case .file(let descriptor, _) = origin { close(descriptor) } }

    /// Fewer than `count` only at the end.
    func read(at offset: Int64, _ count: Int) throws -> [UInt8] {
        guard offset >= 0, offset < size, count > 0 else { return [] }
        let wanted = Int(min(Int64(count), size - offset))
        switch origin {
        case .memory(let bytes): return Array(bytes[Int(offset)..<Int(offset) + wanted])
        case .file(let descriptor, let path): return try read(descriptor, path, at: offset, wanted)
        }
    }

    private func read(_ descriptor: Int32, _ path: String, at offset: Int64, _ wanted: Int) throws -> [UInt8] {
        var done = 0
        var failed = false
        var bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, initialized in
            while done < wanted {
                let count = pread(
                    descriptor, buffer.baseAddress.map { $0 + done }, wanted - done, off_t(offset) + off_t(done))
                if count < 0 && errno == EINTR { continue }
                failed = count < 0
                if count <= 0 { break }
                done += count
            }
            initialized = done
        }
        if failed { throw ArtefactFailure.system("read", path) }
        bytes.removeLast(bytes.count - done)
        return bytes
    }
}

/// A part of a source. Offsets are its own.
struct ByteView {
    let source: ByteSource
    private let start: Int64
    let size: Int64

    init(_ source: ByteSource) {
        self.source = source
        start = 0
        size = source.size
    }

    init(_ bytes: [UInt8]) { self.init(ByteSource(bytes)) }

    private init(_ source: ByteSource, _ start: Int64, _ size: Int64) {
        self.source = source
        self.start = start
        self.size = size
    }

    func bytes(at offset: Int64, _ count: Int) throws -> [UInt8] {
        guard offset >= 0, offset < size else { return [] }
        return try source.read(at: start + offset, Int(min(Int64(count), size - offset)))
    }

    /// nil when it does not lie within.
    func part(at offset: Int64, size: Int64) -> ByteView? {
        guard offset >= 0, size >= 0, offset <= self.size, size <= self.size - offset else { return nil }
        return ByteView(source, start + offset, size)
    }

    func starts(with bytes: [UInt8], at offset: Int64 = 0) throws -> Bool {
        try self.bytes(at: offset, bytes.count) == bytes
    }

    /// Whether any of these occurs anywhere. Reads all of it.
    func contains(_ needles: [[UInt8]]) throws -> [Bool] {
        var found = needles.map { _ in false }
        let overlap = (needles.map(\.count).max() ?? 1) - 1
        var offset: Int64 = 0
        var kept: [UInt8] = []
        while offset < size, found.contains(false) {
            let piece = try bytes(at: offset, RecognitionLimits.chunkBytes)
            if piece.isEmpty { break }
            offset += Int64(piece.count)
            let window = kept + piece
            for (index, needle) in needles.enumerated() where !found[index] {
                found[index] = window.occurs(needle)
            }
            kept = Array(window.suffix(overlap))
        }
        return found
    }
}

extension [UInt8] {
    func occurs(_ needle: [UInt8]) -> Bool {
        guard let first = needle.first else { return true }
        return withUnsafeBytes { all in
            guard let base = all.baseAddress else { return false }
            var start = 0
            while start + needle.count <= count,
                let hit = memchr(base + start, Int32(first), count - start - needle.count + 1)
            {
                if needle.withUnsafeBytes({ memcmp(hit, $0.baseAddress!, needle.count) }) == 0 { return true }
                start = UnsafeRawPointer(hit) - base + 1
            }
            return false
        }
    }

    /// Little-endian, from `offset`; the caller has seen to the length.
    func little(_ offset: Int, _ width: Int) -> UInt64 {
        (0..<width).reduce(0) { $0 | UInt64(self[offset + $1]) << UInt64(8 * $1) }
    }

    func big(_ offset: Int, _ width: Int) -> UInt64 {
        (0..<width).reduce(0) { $0 << 8 | UInt64(self[offset + $1]) }
    }
}

/// Reads a view from its beginning on, buffered. What is not there is nil.
struct ByteCursor {
    private let view: ByteView
    private(set) var position: Int64 = 0
    private var buffer: [UInt8] = []
    private var index = 0

    init(_ view: ByteView, at position: Int64 = 0) {
        self.view = view
        self.position = position
    }

    var rest: Int64 { view.size - position }

    mutating func next() throws -> UInt8? {
        if index == buffer.count {
            buffer = try view.bytes(at: position, RecognitionLimits.chunkBytes)
            index = 0
            if buffer.isEmpty { return nil }
        }
        defer {
            index += 1
            position += 1
        }
        return buffer[index]
    }

    mutating func take(_ count: Int) throws -> [UInt8]? {
        guard count >= 0, Int64(count) <= rest else { return nil }
        if count <= buffer.count - index {
            defer {
                index += count
                position += Int64(count)
            }
            return Array(buffer[index..<index + count])
        }
        let bytes = try view.bytes(at: position, count)
        guard bytes.count == count else { return nil }
        move(to: position + Int64(count))
        return bytes
    }

    /// False when so much is not there.
    mutating func skip(_ count: UInt64) -> Bool {
        guard count <= UInt64(max(0, rest)) else { return false }
        if count <= UInt64(buffer.count - index) {
            index += Int(count)
            position += Int64(count)
        } else {
            move(to: position + Int64(count))
        }
        return true
    }

    private mutating func move(to position: Int64) {
        self.position = position
        buffer = []
        index = 0
    }

    mutating func little(_ width: Int) throws -> UInt64? { try take(width)?.little(0, width) }
    mutating func big(_ width: Int) throws -> UInt64? { try take(width)?.big(0, width) }

    /// Without its line end, or without its last byte where the view ends before one, as Python's unpicklers have it.
    /// Of a longer line than `limit` its beginning and its last byte; nil where no byte is left.
    mutating func line(limit: Int) throws -> [UInt8]? {
        var line: [UInt8] = []
        while let byte = try next() {
            if byte == 0x0A { return line }
            if line.count < limit { line.append(byte) } else { line[limit - 1] = byte }
        }
        return line.isEmpty ? nil : line.dropLast()
    }
}
