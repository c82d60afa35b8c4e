// Which hash of a wrong tile is wrong, and which entries it stands for.
import WritVocabulary

struct WrongHash {
    let folder: TileFolder

    /// The entries below one hash of a tile.
    static func entries(of tile: Tile, slots: Range<Int>) -> Range<Int> {
        guard case .hashes(let level) = tile.content else {
            let first = tile.index * Limits.tileWidth
            return first + slots.lowerBound..<first + slots.upperBound
        }
        let first = tile.index << 8
        return (first + slots.lowerBound) << (8 * level)..<(first + slots.upperBound) << (8 * level)
    }

    /// A tile whose own hash is wrong, compared with what lies below it.
    func problem(_ tile: Tile, _ hashes: [TreeHash], _ message: String) throws -> LedgerProblem {
        guard case .hashes(let level) = tile.content else { return LedgerProblem(.tile(tile), message) }
        let wrong = try hashes.indices.filter { try below(level, tile.index << 8 + $0, hashes) != hashes[$0] }
        guard let first = wrong.first, let last = wrong.last else {
            return LedgerProblem(.tile(tile), message, entries: WrongHash.entries(of: tile, slots: 0..<tile.width))
        }
        return WrongHash.problem(tile, slots: first..<last + 1, message)
    }

    static func problem(_ tile: Tile, slots: Range<Int>, _ message: String) -> LedgerProblem {
        let entries = entries(of: tile, slots: slots)
        let text =
            entries.count == 1
            ? "entry \(entries.lowerBound)"
            : "entries \(entries.lowerBound) to "
                + "\(entries.upperBound - 1)"
        return LedgerProblem(.tile(tile), "\(message); it stands for \(text)", entries: entries)
    }

    /// The hash a slot should have by what lies below it; nil where that cannot be read.
    private func below(_ level: Int, _ slot: Int, _ hashes: [TreeHash]) throws -> TreeHash? {
        do {
            if level == 0 { return try leaf(slot) }
            let child = Tile(.hashes(level: level - 1), index: slot, width: Limits.tileWidth)
            return TreeShape.complete(try folder.hashes(of: child)[...])
        } catch let failure as LedgerFailure where failure.retry == .terminal {
            return nil
        }
    }

    private func leaf(_ sequence: Int) throws -> TreeHash? {
        let tile = Tile(.entries, index: sequence / Limits.tileWidth, width: Limits.tileWidth)
        return try folder.bytes(of: tile).withUnsafeBytes { bundle in
            guard let ranges = TileFile.entries(in: bundle, count: tile.width) else { return nil }
            return TreeHash.leaf(UnsafeRawBufferPointer(rebasing: bundle[ranges[sequence % Limits.tileWidth]]))
        }
    }
}
