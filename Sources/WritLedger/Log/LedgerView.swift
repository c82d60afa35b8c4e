// The log at one moment: what a checkpoint signs, and the journal's entries after it.
import Foundation
import WritVocabulary

/// A stable view of a log. What a checkpoint covers is checked against it whenever it is read.
public final class LedgerView {
    /// The signed head, without the entries that are not signed yet.
    public let signed: SignedCheckpoint
    let tiles: TileReader
    private let tail: [[UInt8]]
    private let tailHashes: [TreeHash]

    init(signed: SignedCheckpoint, tiles: TileReader, tail: [[UInt8]]) {
        self.signed = signed
        self.tiles = tiles
        self.tail = tail
        tailHashes = tail.map { TreeHash.leaf($0) }
    }

    /// Entries, signed or not.
    public var size: Int { signedSize + tail.count }
    public var signedSize: Int { signed.checkpoint.size }
    var unsigned: [[UInt8]] { tail }

    /// The bytes of one entry.
    public func bytes(at index: Int) throws -> [UInt8] {
        guard index >= 0, index < size else { throw absent(index) }
        if index >= signedSize { return tail[index - signedSize] }
        var found: [UInt8] = []
        try tiles.forEachLeaf(in: index..<index + 1) { found = Array($1) }
        return found
    }

    public func entry(at index: Int) throws -> LedgerEntry {
        try LedgerView.decode(try bytes(at: index), index)
    }

    /// Calls `body` with each entry of a range in order; holds one bundle in memory. Ends early when `body` says false.
    public func forEachEntry(in range: Range<Int>, _ body: (LedgerEntry, UnsafeRawBufferPointer) throws -> Bool) throws
    {
        let range = range.clamped(to: 0..<size)
        var goingOn = true
        var start = range.lowerBound
        while goingOn, start < min(range.upperBound, signedSize) {
            let end = min((start / Limits.tileWidth + 1) * Limits.tileWidth, range.upperBound, signedSize)
            try tiles.forEachLeaf(in: start..<end) { index, bytes in
                if goingOn { goingOn = try body(try LedgerView.decode(bytes, index), bytes) }
            }
            start = end
        }
        while goingOn, start < range.upperBound {
            goingOn = try tail[start - signedSize].withUnsafeBytes { try body(try LedgerView.decode($0, start), $0) }
            start += 1
        }
    }

    /// The root of the log when it had `size` entries.
    public func root(at size: Int) throws -> TreeHash {
        guard size >= 0, size <= self.size else { throw absent(size) }
        return try TreeShape.root(of: 0..<size, hash)
    }

    /// The audit path of an entry that the checkpoint covers, in a file that proves it offline.
    public func proof(of index: Int) throws -> ProofFile {
        guard index >= 0, index < size else { throw absent(index) }
        guard index < signedSize else {
            throw LedgerFailure(
                code: "not-signed",
                message: "entry \(index) is recorded but not yet signed; ask again after the next checkpoint",
                retry: .transient)
        }
        let path = try TreeShape.inclusion(index, in: signedSize, tiles.hash)
        return ProofFile(index: index, path: path, checkpoint: signed.bytes)
    }

    /// The proof that the log of `old` entries is the beginning of the signed one.
    public func consistency(from old: Int) throws -> [TreeHash] {
        guard old >= 0, old <= signedSize else { throw absent(old) }
        return try TreeShape.consistency(old, to: signedSize, tiles.hash)
    }

    /// The audit path of an entry in the log as it was at `size`.
    func path(of index: Int, in size: Int) throws -> [TreeHash] { try TreeShape.inclusion(index, in: size, hash) }

    private func hash(level: Int, index: Int) throws -> TreeHash {
        if (index + 1) << level <= signedSize { return try tiles.hash(level: level, index: index) }
        if level == 0 { return tailHashes[index - signedSize] }
        return .node(try hash(level: level - 1, index: 2 * index), try hash(level: level - 1, index: 2 * index + 1))
    }

    private func absent(_ index: Int) -> LedgerFailure {
        LedgerFailure(
            code: "entry-absent", message: "the ledger has \(size) entries; there is no \(index)", retry: .terminal)
    }

    static func decode(_ bytes: some DataProtocol, _ index: Int) throws -> LedgerEntry {
        do {
            return try Canonical.decode(LedgerEntry.self, from: bytes)
        } catch {
            throw LedgerFailure.damaged(
                "entry-malformed",
                "entry \(index) of the ledger is not one this version of Writ can read; use the version that wrote it")
        }
    }
}
