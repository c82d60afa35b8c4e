// Hashes of a log's tree, believed only after their tiles were checked against the signed root.
import WritVocabulary

/// Reads tiles below one checkpoint. Nothing it returns is unchecked.
final class TileReader {
    let folder: TileFolder
    let size: Int
    private let edge: [[TreeHash]]
    private var cache: [Tile: [TreeHash]] = [:]

    /// Throws when the tiles at the right edge do not add up to `root`.
    init(folder: TileFolder, size: Int, root: TreeHash) throws {
        self.folder = folder
        self.size = size
        edge = try folder.edge(size: size)
        guard TreeBuilder(size: size, edge: edge).root == root else {
            throw LedgerFailure.damaged(
                "root-mismatch",
                "the tiles of the ledger in \(folder.directory) do not add up to the root its checkpoint signs; "
                    + "run `writ audit verify` to see which is wrong")
        }
    }

    /// The tree's builder, to go on from.
    var builder: TreeBuilder { TreeBuilder(size: size, edge: edge) }

    /// The complete subtree's hash; it must end within the checkpoint's size.
    func hash(level: Int, index: Int) throws -> TreeHash {
        let (tileLevel, inner) = (level / 8, level % 8)
        let first = index << inner
        let hashes = try hashes(level: tileLevel, index: first >> 8)
        let start = first & (Limits.tileWidth - 1)
        return TreeShape.complete(hashes[start..<start + 1 << inner])
    }

    /// The hashes of one tile, checked up to the root.
    func hashes(level: Int, index: Int) throws -> [TreeHash] {
        let full = size >> (8 * (level + 1))
        if index == full, level < edge.count { return edge[level] }
        guard index < full else { throw outside(level, index) }
        let tile = Tile(.hashes(level: level), index: index, width: Limits.tileWidth)
        if let known = cache[tile] { return known }
        let expected = try hashes(level: level + 1, index: index >> 8)[index & (Limits.tileWidth - 1)]
        let found = try folder.hashes(of: tile)
        guard TreeShape.complete(found[...]) == expected else {
            throw LedgerFailure.damaged(
                "tile-mismatch",
                "\(tile.path) of the ledger in \(folder.directory) was changed: "
                    + "its hash is not the one in the tile above it; restore it from a backup",
                tile: tile)
        }
        if cache.count >= Limits.cachedTiles { cache.removeAll(keepingCapacity: true) }
        cache[tile] = found
        return found
    }

    /// Calls `body` with the bytes of each leaf in `range`, each checked against its hash.
    func forEachLeaf(in range: Range<Int>, _ body: (Int, UnsafeRawBufferPointer) throws -> Void) throws {
        guard !range.isEmpty else { return }
        for index in range.lowerBound / Limits.tileWidth...(range.upperBound - 1) / Limits.tileWidth {
            let first = index * Limits.tileWidth
            let tile = Tile(.entries, index: index, width: min(Limits.tileWidth, size - first))
            let hashes = try hashes(level: 0, index: index)
            try folder.bytes(of: tile).withUnsafeBytes { bundle in
                guard let entries = TileFile.entries(in: bundle, count: tile.width) else { throw malformed(tile) }
                for leaf in range.clamped(to: first..<first + tile.width) {
                    let bytes = UnsafeRawBufferPointer(rebasing: bundle[entries[leaf - first]])
                    guard TreeHash.leaf(bytes) == hashes[leaf - first] else { throw changed(leaf, tile) }
                    try body(leaf, bytes)
                }
            }
        }
    }

    private func outside(_ level: Int, _ index: Int) -> LedgerFailure {
        LedgerFailure(
            code: "not-signed",
            message: "hash \(index) of tile level \(level) lies beyond the checkpoint's \(size) entries",
            retry: .transient)
    }

    private func malformed(_ tile: Tile) -> LedgerFailure {
        .damaged(
            "bundle-malformed",
            "\(tile.path) of the ledger in \(folder.directory) is not a bundle of \(tile.width) entries; "
                + "restore it from a backup", tile: tile)
    }

    private func changed(_ leaf: Int, _ tile: Tile) -> LedgerFailure {
        .damaged(
            "entry-mismatch",
            "entry \(leaf) in \(tile.path) of the ledger in \(folder.directory) was changed: its hash is not the one "
                + "the tree has; restore it from a backup")
    }
}
