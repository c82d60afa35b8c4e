// The growing tree: its root at any moment, and the tiles it has filled.

/// Holds the right edge of a tree, never the whole of it.
struct TreeBuilder {
    struct FullTile {
        var tile: Tile
        var hashes: [TreeHash]
    }

    private(set) var size = 0
    /// At each tile level, the hashes of the tile that is not full yet.
    private(set) var edge: [[TreeHash]] = []
    /// Tiles filled since `takeFullTiles` was last called, lower levels before the levels above them.
    private var full: [FullTile] = []
    /// The roots of the complete subtrees the tree consists of, largest first: a binary counter.
    private var peaks: [TreeHash] = []

    init() {}

    /// Goes on from the partial tiles of a tree that is there already.
    init(size: Int, edge: [[TreeHash]]) {
        self.size = size
        self.edge = edge
        for hashes in edge.reversed() {
            var rest = hashes[...]
            while !rest.isEmpty {
                let count = 1 << TreeShape.level(rest.count)
                peaks.append(TreeShape.complete(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
        }
    }

    var root: TreeHash { TreeShape.fold(peaks) }

    mutating func append(_ leaf: TreeHash) {
        size += 1
        place(leaf, at: 0)
        var hash = leaf
        for level in 0..<size.trailingZeroBitCount {
            hash = .node(peaks.removeLast(), hash)
            if (level + 1).isMultiple(of: 8) { place(hash, at: (level + 1) / 8) }
        }
        peaks.append(hash)
    }

    /// Tiles filled since the last call.
    mutating func takeFullTiles() -> [FullTile] {
        defer { full = [] }
        return full
    }

    /// The tiles at the edge that hold something.
    var partialTiles: [FullTile] {
        edge.enumerated().compactMap { level, hashes in
            guard !hashes.isEmpty else { return nil }
            let tile = Tile(.hashes(level: level), index: size >> (8 * (level + 1)), width: hashes.count)
            return FullTile(tile: tile, hashes: hashes)
        }
    }

    private mutating func place(_ hash: TreeHash, at level: Int) {
        if level == edge.count { edge.append([]) }
        edge[level].append(hash)
        guard edge[level].count == Limits.tileWidth else { return }
        let tile = Tile(.hashes(level: level), index: (size >> (8 * (level + 1))) - 1, width: Limits.tileWidth)
        full.append(FullTile(tile: tile, hashes: edge[level]))
        edge[level] = []
    }
}
