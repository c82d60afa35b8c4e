// Stands for a value where the value itself would take too much memory.

/// MurmurHash3 x64 128 with seed 0 (Austin Appleby, public domain).
///
/// Two different values among ten million share a hash with a chance of about 1 in 10^24. Somebody who builds such a
/// pair only gets his own dataset refused.
struct ValueHash: Hashable {
    var first: UInt64
    var second: UInt64

    init(first: UInt64, second: UInt64) {
        self.first = first
        self.second = second
    }

    init(_ bytes: ByteSlice) {
        var h1: UInt64 = 0
        var h2: UInt64 = 0
        let raw = UnsafeRawBufferPointer(bytes)
        let blocks = bytes.count / 16
        for block in 0..<blocks {
            h1 ^= Self.scrambleFirst(
                UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: block * 16, as: UInt64.self)))
            h1 = (Self.rotate(h1, 27) &+ h2) &* 5 &+ 0x52dc_e729
            h2 ^= Self.scrambleSecond(
                UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: block * 16 + 8, as: UInt64.self)))
            h2 = (Self.rotate(h2, 31) &+ h1) &* 5 &+ 0x3849_5ab5
        }
        let tail = blocks * 16
        h2 ^= Self.scrambleSecond(Self.word(bytes, from: tail + 8))
        h1 ^= Self.scrambleFirst(Self.word(bytes, from: tail))
        h1 ^= UInt64(bytes.count)
        h2 ^= UInt64(bytes.count)
        h1 &+= h2
        h2 &+= h1
        h1 = Self.finish(h1)
        h2 = Self.finish(h2)
        first = h1 &+ h2
        second = h2 &+ first
    }

    /// Up to eight bytes from `start`, little-endian, zeros behind the end.
    private static func word(_ bytes: ByteSlice, from start: Int) -> UInt64 {
        var word: UInt64 = 0
        var index = min(bytes.count, start + 8)
        while index > start {
            index -= 1
            word = word << 8 | UInt64(bytes[index])
        }
        return word
    }

    private static func scrambleFirst(_ word: UInt64) -> UInt64 {
        rotate(word &* 0x87c3_7b91_1142_53d5, 31) &* 0x4cf5_ad43_2745_937f
    }

    private static func scrambleSecond(_ word: UInt64) -> UInt64 {
        rotate(word &* 0x4cf5_ad43_2745_937f, 33) &* 0x87c3_7b91_1142_53d5
    }

    private static func rotate(_ word: UInt64, _ bits: UInt64) -> UInt64 { word << bits | word >> (64 - bits) }

    private static func finish(_ word: UInt64) -> UInt64 {
        var word = word
        word = (word ^ word >> 33) &* 0xff51_afd7_ed55_8ccd
        word = (word ^ word >> 33) &* 0xc4ce_b9fe_1a85_ec53
        return word ^ word >> 33
    }
}
