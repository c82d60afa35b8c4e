// What else lies between the tiles: partial tiles that fuller ones superseded, and files no log has.
import WritVocabulary

/// Nothing relies on these files, but a checker says what they are.
struct TileRemains {
    let folder: TileFolder
    /// Entries of the log.
    let size: Int
    private(set) var superseded = 0
    private(set) var strangers: [String] = []

    init(folder: TileFolder, size: Int) {
        self.folder = folder
        self.size = size
    }

    mutating func check() throws {
        try walk("tile")
        strangers.sort()
        strangers = Array(strangers.prefix(Limits.reportedStrangers))
    }

    private mutating func walk(_ path: String) throws {
        for name in try Disk.names(in: "\(folder.directory)/\(path)") {
            let inner = "\(path)/\(name)"
            if try Disk.isFolder("\(folder.directory)/\(inner)") {
                try walk(inner)
            } else if let tile = Tile(path: inner) {
                try check(tile)
            } else if strangers.count < Limits.queryEntries {
                strangers.append(inner)
            }
        }
    }

    /// A tile the check of the log has not come across. One of a larger log was left by a crash before its checkpoint.
    private mutating func check(_ tile: Tile) throws {
        let level = if case .hashes(let level) = tile.content { level } else { 0 }
        let hashes = size >> (8 * level)
        let now = min(Limits.tileWidth, hashes - tile.index << 8)
        guard !tile.isFull, now > tile.width else { return }
        let fuller = Tile(tile.content, index: tile.index, width: now)
        guard let bytes = try Disk.read("\(folder.directory)/\(tile.path)", limit: Limits.bundleBytes) else { return }
        let whole = try tileProblems { try folder.bytes(of: fuller) }
        guard bytes.count == length(of: tile, in: whole), whole.starts(with: bytes) else {
            throw LedgerProblem(
                .tile(tile),
                "\(tile.path) was changed: it is not the beginning of \(fuller.path), which took its place. "
                    + "Nothing relies on it",
                entries: WrongHash.entries(of: tile, slots: 0..<tile.width))
        }
        superseded += 1
    }

    private func length(of tile: Tile, in bytes: [UInt8]) -> Int? {
        guard tile.content == .entries else { return tile.width * Limits.hashBytes }
        return bytes.withUnsafeBytes { TileFile.entries(in: $0, count: tile.width)?.last?.upperBound }
    }
}
