// libyaml counts characters; sources are bytes. This walks from one to the other.

/// Turns libyaml's character index into a byte offset.
///
/// Marks come almost in order, so a cursor that steps forward, and seldom back, costs next to nothing.
struct CharacterOffsets {
    private let isASCII: Bool
    private let base: Int
    private var character = 0
    private var byte: Int

    /// `base` is the length of a byte order mark, which libyaml never sees.
    init(isASCII: Bool, base: Int) {
        self.isASCII = isASCII
        self.base = base
        byte = base
    }

    @inline(__always)
    mutating func byteOffset(of index: Int, in source: UnsafeBufferPointer<UInt8>) -> Int {
        isASCII ? index + base : step(to: index, in: source)
    }

    private mutating func step(to index: Int, in source: UnsafeBufferPointer<UInt8>) -> Int {
        while character < index, byte < source.count {
            byte += 1
            while byte < source.count, source[byte] & 0xC0 == 0x80 { byte += 1 }
            character += 1
        }
        while character > index, byte > base {
            byte -= 1
            while byte > base, source[byte] & 0xC0 == 0x80 { byte -= 1 }
            character -= 1
        }
        return byte
    }
}
