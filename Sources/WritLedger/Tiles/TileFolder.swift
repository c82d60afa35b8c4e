// Tiles where they lie: found in the form asked for, or in a fuller one.
import Foundation
import WritVocabulary

/// The tiles below a log's folder, unchecked.
struct TileFolder: Sendable {
    let directory: String
    var gate: (any DiskGate)?

    /// The bytes of a tile. A partial tile may be gone once the full one exists; then the full one is returned.
    func bytes(of tile: Tile) throws -> [UInt8] { try found(tile).bytes }

    /// The bytes of a tile, and whether they are those of the full one in the place of a partial one.
    func found(_ tile: Tile) throws -> (bytes: [UInt8], isFuller: Bool) {
        if let found = try bytes(at: tile.path, of: tile) { return (found, false) }
        if !tile.isFull, let found = try bytes(at: tile.fullPath, of: tile) { return (found, true) }
        throw LedgerFailure.damaged(
            "tile-missing", "\(tile.path) of the ledger in \(directory) is missing; restore it from a backup",
            tile: tile)
    }

    private func bytes(at path: String, of tile: Tile) throws -> [UInt8]? {
        do {
            let limit = tile.content == .entries ? Limits.bundleBytes : Limits.tileBytes
            return try Disk.read("\(directory)/\(path)", limit: limit)
        } catch var failure as LedgerFailure where failure.retry == .terminal {
            failure.tile = tile
            throw failure
        }
    }

    func hashes(of tile: Tile) throws -> [TreeHash] {
        let (bytes, isFuller) = try found(tile)
        let expected = isFuller ? Limits.tileBytes : tile.width * Limits.hashBytes
        guard bytes.count == expected, let hashes = TileFile.decode(bytes, width: tile.width) else {
            throw LedgerFailure.damaged(
                "tile-malformed",
                "\(tile.path) of the ledger in \(directory) has the wrong length; restore it from a backup",
                tile: tile)
        }
        return hashes
    }

    /// The partial tiles at the right edge of a tree, by level; empty where a level has none.
    func edge(size: Int) throws -> [[TreeHash]] {
        var edge: [[TreeHash]] = []
        var (rest, level) = (size, 0)
        while rest > 0 {
            let width = rest % Limits.tileWidth
            let tile = Tile(.hashes(level: level), index: rest / Limits.tileWidth, width: width)
            edge.append(width == 0 ? [] : try hashes(of: tile))
            rest /= Limits.tileWidth
            level += 1
        }
        return edge
    }

    func write(_ bytes: [UInt8], as tile: Tile) throws {
        let path = "\(directory)/\(tile.path)"
        try Disk.makeFolder(Disk.parent(of: path), gate: gate)
        try Disk.replace(path, with: bytes, via: "\(directory)/tmp/tile", gate: gate)
    }

    /// Removes the partial forms of a tile that is full now.
    func removePartial(of tile: Tile) throws {
        let folder = "\(directory)/\(tile.partialFolder)"
        for name in try Disk.names(in: folder) { try Disk.remove("\(folder)/\(name)", gate: gate) }
        try Disk.removeFolder(folder, gate: gate)
    }
}
