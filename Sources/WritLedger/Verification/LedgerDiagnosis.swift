// Which part is wrong when the tiles do not add up to the signed root: everything is computed again from the entries.
import WritVocabulary

struct LedgerDiagnosis {
    let folder: TileFolder
    let head: Checkpoint
    private var builder = TreeBuilder()
    private var firstEntry: Int?
    private var firstTile: (tile: Tile, slot: Int)?

    init(folder: TileFolder, head: Checkpoint) {
        self.folder = folder
        self.head = head
    }

    func find() throws -> LedgerProblem {
        var work = self
        try work.readEntries()
        return work.verdict()
    }

    private mutating func readEntries() throws {
        for index in 0..<(head.size + Limits.tileWidth - 1) / Limits.tileWidth {
            let first = index * Limits.tileWidth
            let width = min(Limits.tileWidth, head.size - first)
            let tile = Tile(.entries, index: index, width: width)
            let bytes = try tileProblems { try folder.bytes(of: tile) }
            let leaves = try bytes.withUnsafeBytes { bundle in
                guard let ranges = TileFile.entries(in: bundle, count: width) else {
                    throw LedgerProblem(.tile(tile), "\(tile.path) was changed: it is not a bundle of \(width) entries")
                }
                return ranges.map { TreeHash.leaf(UnsafeRawBufferPointer(rebasing: bundle[$0])) }
            }
            for leaf in leaves { builder.append(leaf) }
            try compareLeaves(leaves, index: index)
            try compareTiles(builder.takeFullTiles().filter { $0.tile.content != .hashes(level: 0) })
        }
        try compareTiles(builder.partialTiles.filter { $0.tile.content != .hashes(level: 0) })
    }

    private mutating func compareLeaves(_ leaves: [TreeHash], index: Int) throws {
        let tile = Tile(.hashes(level: 0), index: index, width: leaves.count)
        let stored = try tileProblems { try folder.hashes(of: tile) }
        guard let offset = leaves.indices.first(where: { leaves[$0] != stored[$0] }) else { return }
        firstEntry = firstEntry ?? index * Limits.tileWidth + offset
        firstTile = firstTile ?? (tile, offset)
    }

    private mutating func compareTiles(_ tiles: [TreeBuilder.FullTile]) throws {
        for computed in tiles {
            let stored = try tileProblems { try folder.hashes(of: computed.tile) }
            guard let slot = stored.indices.first(where: { stored[$0] != computed.hashes[$0] }) else { continue }
            firstTile = firstTile ?? (computed.tile, slot)
        }
    }

    private func verdict() -> LedgerProblem {
        if builder.root == head.root, let (tile, slot) = firstTile {
            return WrongHash.problem(
                tile, slots: slot..<slot + 1,
                "\(tile.path) was changed: the entries are as signed, its hashes are not theirs")
        }
        if let entry = firstEntry {
            return LedgerProblem(
                .entry(entry),
                "entry \(entry) was changed, or its hash was: the two differ, and the root is not the signed one",
                entries: entry..<entry + 1)
        }
        if let (tile, slot) = firstTile {
            return WrongHash.problem(
                tile, slots: slot..<slot + 1,
                "\(tile.path) was changed: its hashes are not those of the tiles below it")
        }
        return LedgerProblem(
            .checkpoint,
            "the \(head.size) entries do not have the root the checkpoint signs: "
                + "entries and tiles were changed together, or the checkpoint is another log's")
    }
}
