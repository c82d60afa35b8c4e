// The bytes of tiles and bundles, to and from memory.
import WritVocabulary

enum TileFile {
    static func encode(_ hashes: [TreeHash]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(hashes.count * Limits.hashBytes)
        for hash in hashes { hash.withBytes { bytes.append(contentsOf: $0) } }
        return bytes
    }

    /// nil unless the bytes are exactly `width` hashes, or a full tile of which the first `width` are wanted.
    static func decode(_ bytes: [UInt8], width: Int) -> [TreeHash]? {
        guard bytes.count == width * Limits.hashBytes || bytes.count == Limits.tileBytes else { return nil }
        return bytes.withUnsafeBytes { buffer in (0..<width).map { TreeHash(loading: buffer, at: $0) } }
    }

    /// Adds one entry of a bundle: its length in two bytes, big-endian, and its bytes.
    static func append(_ entry: some Collection<UInt8>, to bundle: inout [UInt8]) {
        bundle.append(UInt8(truncatingIfNeeded: entry.count >> 8))
        bundle.append(UInt8(truncatingIfNeeded: entry.count))
        bundle.append(contentsOf: entry)
    }

    /// Where the entry lies whose length stands at `offset`; nil when it is not whole.
    static func entry(in bundle: UnsafeRawBufferPointer, at offset: Int) -> Range<Int>? {
        guard offset + 2 <= bundle.count else { return nil }
        let start = offset + 2
        let end = start + Int(bundle[offset]) << 8 + Int(bundle[offset + 1])
        return end <= bundle.count ? start..<end : nil
    }

    /// Where each entry lies in a bundle. nil unless the bytes are whole entries, at least `count` of them.
    /// Beyond `count` there may be more when the bundle was read in a fuller form than was asked for.
    static func entries(in bundle: UnsafeRawBufferPointer, count: Int) -> [Range<Int>]? {
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(count)
        var offset = 0
        while offset < bundle.count {
            guard offset + 2 <= bundle.count else { return nil }
            let start = offset + 2
            offset = start + Int(bundle[offset]) << 8 + Int(bundle[offset + 1])
            guard offset <= bundle.count else { return nil }
            if ranges.count < count { ranges.append(start..<offset) }
        }
        return ranges.count == count ? ranges : nil
    }
}
