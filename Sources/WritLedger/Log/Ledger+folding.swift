// From journal to tiles: entries, then tiles, then the checkpoint, each durable before the next (C2SP tlog-tiles).
import Foundation

extension Ledger {
    func fold() throws {
        guard !pending.isEmpty else { return }
        let folder = TileFolder(directory: directory, gate: gate)
        let (bundles, open) = bundlesToWrite()
        for bundle in bundles { try folder.write(bundle.bytes, as: bundle.tile) }
        let tiles = tilesToWrite()
        for tile in tiles { try folder.write(TileFile.encode(tile.hashes), as: tile.tile) }
        try flushFolders(of: bundles.map(\.tile) + tiles.map(\.tile))

        let next = Checkpoint(origin: signer.verifier.name, size: size, root: root)
        try checkBeforeSigning(next, folder)
        let head = try SignedCheckpoint(signing: next, with: signer)
        try replaceCheckpoint(with: head)
        // Until here a failure leaves the old head and everything to be done again.
        signed = head
        bundle = open
        pending = []
        full = []
        try beginJournal()
        for tile in bundles.map(\.tile) + tiles.map(\.tile) where tile.isFull { try folder.removePartial(of: tile) }
    }

    private struct BundleFile {
        var tile: Tile
        var bytes: [UInt8]
    }

    /// The bundles that hold pending entries, and the bytes of the one that stays open.
    private func bundlesToWrite() -> ([BundleFile], open: [UInt8]) {
        var found: [BundleFile] = []
        var open = bundle
        var index = signed.checkpoint.size
        for entry in pending {
            TileFile.append(entry, to: &open)
            index += 1
            guard index.isMultiple(of: Limits.tileWidth) else { continue }
            let tile = Tile(.entries, index: index / Limits.tileWidth - 1, width: Limits.tileWidth)
            found.append(BundleFile(tile: tile, bytes: open))
            open = []
        }
        if !open.isEmpty {
            let tile = Tile(.entries, index: index / Limits.tileWidth, width: index % Limits.tileWidth)
            found.append(BundleFile(tile: tile, bytes: open))
        }
        return (found, open)
    }

    /// Tiles filled since the last checkpoint, and the partial ones that changed.
    private func tilesToWrite() -> [TreeBuilder.FullTile] {
        full += builder.takeFullTiles()
        let before = signed.checkpoint.size
        return full
            + builder.partialTiles.filter { partial in
                guard case .hashes(let level) = partial.tile.content else { return false }
                return size >> (8 * level) != before >> (8 * level)
            }
    }

    /// Makes the names of new files durable, and once in each process those of the folders above them: a process that
    /// died between making a folder and flushing its name leaves one that looks as if it were there for good.
    private func flushFolders(of tiles: [Tile]) throws {
        for folder in Set(tiles.map { Disk.parent(of: "\(directory)/\($0.path)") }).sorted() {
            try Disk.flushFolder(folder, gate: gate)
            var above = folder
            while above != directory, !settledFolders.contains(above) {
                try Disk.flushFolder(Disk.parent(of: above), gate: gate)
                settledFolders.insert(above)
                above = Disk.parent(of: above)
            }
        }
    }

    /// When the new head was put in place but not made durable, either may be found after a crash. Nothing is signed
    /// on top of that: the next start sees which it is.
    private func replaceCheckpoint(with head: SignedCheckpoint) throws {
        do {
            try Ledger.replaceCheckpoint(in: directory, with: head, gate: gate)
        } catch {
            let found = try? Disk.read("\(directory)/checkpoint", limit: Limits.checkpointBytes)
            if found != signed.bytes { broken = Ledger.unknownEnd(directory, "\(error)") }
            throw error
        }
    }

    /// The old journal serves on when there is no new one. When the new one took its name but could not be opened or
    /// made durable, appends to the old one would be lost, so there are none.
    private func beginJournal() throws {
        do {
            journal = try Journal.begin(in: directory, base: size, gate: gate)
        } catch {
            if (try? journal.isInPlace()) != true { broken = Ledger.unknownEnd(directory, "\(error)") }
            throw error
        }
    }

    /// Two heads that contradict each other must never carry this key's signature. What is about to be signed is read
    /// back from the disk, and the last head must be its beginning.
    private func checkBeforeSigning(_ next: Checkpoint, _ folder: TileFolder) throws {
        let last = signed.checkpoint
        let onDisk = try Disk.read("\(directory)/checkpoint", limit: Limits.checkpointBytes)
        guard onDisk == signed.bytes else {
            throw refuse("the checkpoint file is not the one this process wrote")
        }
        let tiles = try TileReader(folder: folder, size: next.size, root: next.root)
        let path = try TreeShape.consistency(last.size, to: next.size, tiles.hash)
        guard
            TreeProof.verifyConsistency(
                last.size, oldRoot: last.root, size: next.size, root: next.root, path: path)
        else { throw refuse("its tiles no longer begin with the \(last.size) entries signed before") }
    }

    private func refuse(_ reason: String) -> LedgerFailure {
        let failure = LedgerFailure.damaged(
            "not-consistent",
            "the ledger in \(directory) is not signed: \(reason). Somebody else changed it; run `writ audit verify`")
        broken = failure
        return failure
    }
}
