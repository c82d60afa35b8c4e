// Bytes of a file on disk, read a block at a time, each checked before a byte of it counts.
import Glibc
import WritVocabulary

/// Reads what is asked for and remembers it. What does not agree with its checksum is nil, and stays remembered as
/// damage.
///
/// Not a memory map: a file that is cut short while it is mapped ends the process, and one that is overwritten changes
/// what was checked. A read of a cached page costs about what its fault does.
final class BlockFile {
    private let file: Int32
    /// Where the body begins in the file.
    private let start: Int
    private let sums: [UInt64]
    let count: Int
    private var blocks: [Int: [UInt8]] = [:]
    /// Whether anything read so far was not what was written. What was answered then is not to be used.
    private(set) var isDamaged = false

    /// Takes the file over and closes it at the end.
    init(file: Int32, start: Int, sums: [UInt64]) {
        self.file = file
        self.start = start
        self.sums = sums
        count = sums.count * IndexFormat.blockBytes
    }

    deinit { close(file) }

    /// How many blocks were read.
    var readCount: Int { blocks.count }

    func bytes(_ offset: Int, _ length: Int) -> ArraySlice<UInt8>? {
        guard offset >= 0, length >= 0, offset <= count, length <= count - offset else { return damaged() }
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
        isDamaged = true
        return nil
    }

    private func block(_ index: Int) -> [UInt8]? {
        if let known = blocks[index] { return known }
        guard let read = BlockFile.read(file, at: start + index * IndexFormat.blockBytes, IndexFormat.blockBytes),
            IndexFormat.sum(of: read) == sums[index]
        else { return damaged() }
        blocks[index] = read
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
