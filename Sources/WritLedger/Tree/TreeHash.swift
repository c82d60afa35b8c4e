// RFC 6962 hashing: leaves, nodes, and the root of nothing.
import Crypto
import Foundation

/// A hash of the log's Merkle tree. Base64 where people and other tools see it.
public struct TreeHash: Hashable, Sendable, CustomStringConvertible {
    // Four words in memory order rather than an array: a tree of a million entries then allocates nothing per node.
    private var a: UInt64 = 0
    private var b: UInt64 = 0
    private var c: UInt64 = 0
    private var d: UInt64 = 0

    /// nil unless there are exactly 32 bytes.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Limits.hashBytes else { return nil }
        self.init { target in target.copyBytes(from: bytes) }
    }

    /// nil unless the text is the standard, padded Base64 of 32 bytes.
    public init?(base64 text: some StringProtocol) {
        guard let bytes = Base64.decode(text) else { return nil }
        self.init(bytes)
    }

    init(loading source: UnsafeRawBufferPointer, at index: Int) {
        let start = index * Limits.hashBytes
        self.init { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[start..<start + Limits.hashBytes])) }
    }

    private init(_ digest: SHA256.Digest) {
        self.init { target in digest.withUnsafeBytes { target.copyMemory(from: $0) } }
    }

    private init(fill: (UnsafeMutableRawBufferPointer) -> Void) {
        withUnsafeMutableBytes(of: &self, fill)
    }

    /// The root of the tree without leaves: SHA-256 of nothing.
    public static let empty = TreeHash(SHA256.hash(data: [UInt8]()))

    /// SHA-256 of 0x00 and the leaf's bytes.
    public static func leaf(_ bytes: UnsafeRawBufferPointer) -> TreeHash {
        var hash = SHA256()
        withUnsafeBytes(of: UInt8(0)) { hash.update(bufferPointer: $0) }
        hash.update(bufferPointer: bytes)
        return TreeHash(hash.finalize())
    }

    public static func leaf(_ bytes: [UInt8]) -> TreeHash { bytes.withUnsafeBytes { leaf($0) } }

    /// SHA-256 of 0x01 and both children.
    public static func node(_ left: TreeHash, _ right: TreeHash) -> TreeHash {
        withUnsafeTemporaryAllocation(byteCount: 1 + 2 * Limits.hashBytes, alignment: 8) { buffer in
            buffer[0] = 1
            let base = UnsafeMutableRawBufferPointer(rebasing: buffer[1...])
            left.withBytes { base.copyMemory(from: $0) }
            right.withBytes { UnsafeMutableRawBufferPointer(rebasing: base[Limits.hashBytes...]).copyMemory(from: $0) }
            var hash = SHA256()
            hash.update(bufferPointer: UnsafeRawBufferPointer(buffer))
            return TreeHash(hash.finalize())
        }
    }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withUnsafeBytes(of: self, body)
    }

    public var bytes: [UInt8] { withBytes { Array($0) } }
    public var base64: String { Data(bytes).base64EncodedString() }
    public var description: String { base64 }
}
