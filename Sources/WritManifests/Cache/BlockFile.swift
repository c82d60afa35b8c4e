// Bytes of a file on disk, read a block at a time, each checked before a byte of it counts.
import Glibc
import Synchronization
import WritVocabulary

/// Reads what is asked for and remembers it. What does not agree with its checksum is nil, and stays remembered as
/// damage.
///
/// Not a memory map: a file that is cut short while it is mapped ends the process, and one that is overwritten changes
/// what was checked. A read of a cached page costs about what its fault does.
final class BlockFile: Sendable {
    /// Negative where all is in memory.
    private let file: Int32
    private let memory: [UInt8]
    /// Where the body begins in the file.
    private let start: Int
    private let sums: [UInt64]
    let count: Int
    private let remembered = Mutex(Remembered())

    private struct Remembered {
        var blocks: [Int: [UInt8]] = [:]
        var isDamaged = false
    }

    /// Whether anything read so far was not what was written. What was answered then is not to be used.
    var isDamaged: Bool { remembered.withLock(\.isDamaged) }

    /// Takes the file over and closes it at the end.
    init(file: Int32, start: Int, sums: [UInt64]) {
        self.file = file
        self.start = start
        self.sums = sums
        count = sums.count * IndexFormat.blockBytes
        memory = []
    }

    /// Bytes that need no check.
    init(memory: [UInt8]) {
        (file, start, sums, count) = (-1, 0, [], memory.count)
        self.memory = memory
    }

    deinit { if file >= 0 { close(file) } }

    /// How many blocks were read.
    var readCount: Int { remembered.withLock(\.blocks.count) }

    func bytes(_ offset: Int, _ length: Int) -> ArraySlice<UInt8>? {
        guard offset >= 0, length >= 0, offset <= count, length <= count - offset else { return damaged() }
        if file < 0 { return memory[offset..<offset + length] }
        let size = IndexFormat.blockBytes
        let (first, last) = (offset / size, (offset + max(length, 1) - 1) / size)
        guard length > 0 else { return [] }
        guard let block = block(first) else { return nil }
        let from = offset - first * size
        if first == last { return block[from..<from + length] }
        var joined = Array(block[from...])
        for index in (first + 1)...last {
            guard let next = self.block(index) else { return nil }
            joined += next.prefix(length - joined.count)
        }
        return joined[...]
    }

    /// Notes that something does not add up.
    func damaged<Value>() -> Value? {
        remembered.withLock { $0.isDamaged = true }
        return nil
    }

    private func block(_ index: Int) -> [UInt8]? {
        if let known = remembered.withLock({ $0.blocks[index] }) { return known }
        guard let read = BlockFile.read(file, at: start + index * IndexFormat.blockBytes, IndexFormat.blockBytes),
            IndexFormat.sum(of: read) == sums[index]
        else { return damaged() }
        remembered.withLock { $0.blocks[index] = read }
        return read
    }

    /// Exactly so many bytes, or nil.
    static func read(_ file: Int32, at offset: Int, _ count: Int) -> [UInt8]? {
        var done = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while done < count, let base = buffer.baseAddress {
                let got = pread(file, base + done, count - done, off_t(offset + done))
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { break }
                done += got
            }
            initialized = done
        }
        return done == count ? bytes : nil
    }
}
