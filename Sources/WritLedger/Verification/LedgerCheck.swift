// The whole log against its signed head, from the root down to each entry.
import WritVocabulary

extension LedgerReader {
    /// Checks everything with nothing but the public key, and stops at the first wrong thing.
    /// Throws only when the log could not be read.
    public func check(_ options: LedgerCheckOptions = LedgerCheckOptions()) throws -> LedgerReport {
        var check = LedgerCheck(reader: self, options: options)
        do {
            try check.run()
        } catch let problem as LedgerProblem {
            check.report.problem = problem
        }
        return check.report
    }
}

struct LedgerCheck {
    let reader: LedgerReader
    let options: LedgerCheckOptions
    var report = LedgerReport()
    private var entries: EntryCheck

    init(reader: LedgerReader, options: LedgerCheckOptions) {
        self.reader = reader
        self.options = options
        entries = EntryCheck(options)
    }

    var folder: TileFolder { TileFolder(directory: reader.directory) }

    mutating func run() throws {
        let head = try head()
        report.checkpoint = head
        if let known = options.known, known.size > head.size { throw rolledBack(head, known) }
        let edge = try tileProblems { try folder.edge(size: head.size) }
        guard TreeBuilder(size: head.size, edge: edge).root == head.root else {
            throw try LedgerDiagnosis(folder: folder, head: head).find()
        }
        try checkKnown(head)
        for level in edge.indices.reversed() {
            let first = (head.size >> (8 * (level + 1))) << 8
            if level == 0 {
                let index = first >> 8
                if !edge[0].isEmpty { try checkBundle(index, hashes: edge[0]) }
                continue
            }
            for (offset, hash) in edge[level].enumerated() {
                try descend(to: level - 1, index: first + offset, expecting: hash)
            }
        }
        try checkJournal(head)
        report.expungedBlobs = try entries.finish()
        var remains = TileRemains(folder: folder, size: head.size)
        try remains.check()
        (report.supersededTiles, report.strangers) = (remains.superseded, remains.strangers)
    }

    /// A full tile must have the hash its parent has for it; then its children can be believed and are checked.
    private mutating func descend(to level: Int, index: Int, expecting hash: TreeHash) throws {
        let tile = Tile(.hashes(level: level), index: index, width: Limits.tileWidth)
        let hashes = try tileProblems { try folder.hashes(of: tile) }
        guard TreeShape.complete(hashes[...]) == hash else {
            throw try WrongHash(folder: folder).problem(
                tile, hashes, "\(tile.path) was changed: its hash is not the one in the tile above it")
        }
        if level == 0 { return try checkBundle(index, hashes: hashes) }
        for (offset, child) in hashes.enumerated() {
            try descend(to: level - 1, index: index << 8 + offset, expecting: child)
        }
    }

    /// Entry by entry against the hashes, so that a wrong length is laid to the entry it belongs to.
    private mutating func checkBundle(_ index: Int, hashes: [TreeHash]) throws {
        let tile = Tile(.entries, index: index, width: hashes.count)
        let (bytes, isFuller) = try tileProblems { try folder.found(tile) }
        try bytes.withUnsafeBytes { bundle in
            var end = 0
            for (offset, hash) in hashes.enumerated() {
                let sequence = index * Limits.tileWidth + offset
                guard let range = TileFile.entry(in: bundle, at: end),
                    case let leaf = UnsafeRawBufferPointer(rebasing: bundle[range]), TreeHash.leaf(leaf) == hash
                else {
                    throw LedgerProblem(
                        .entry(sequence),
                        "entry \(sequence) in \(tile.path) was changed: its hash is not the signed one",
                        entries: sequence..<sequence + 1)
                }
                end = range.upperBound
                try checkForm(leaf, sequence)
                report.checkedEntries += 1
            }
            guard end == bundle.count || isFuller else {
                throw LedgerProblem(
                    .tile(tile), "\(tile.path) was changed: bytes follow its last entry", entries: 0..<0)
            }
        }
    }

    mutating func checkForm(_ leaf: UnsafeRawBufferPointer, _ sequence: Int) throws {
        guard options.readsEntries || options.blobs != nil else { return }
        try entries.check(leaf, sequence)
        report.checkedBlobs = entries.checkedBlobs
    }

    func head() throws -> Checkpoint {
        do {
            return try reader.checkpoint().checkpoint
        } catch let failure as LedgerFailure where failure.retry == .terminal {
            throw LedgerProblem(.checkpoint, "the checkpoint cannot be believed: \(failure.message)")
        }
    }

    private func checkKnown(_ head: Checkpoint) throws {
        guard let known = options.known else { return }
        let tiles = try tileProblems { try TileReader(folder: folder, size: head.size, root: head.root) }
        let root = try tileProblems { try TreeShape.root(of: 0..<known.size, tiles.hash) }
        guard known.origin == head.origin, root == known.root else {
            throw LedgerProblem(
                .checkpoint,
                "the log does not contain the checkpoint known from elsewhere (\(known.origin), \(known.size) "
                    + "entries): its history was replaced")
        }
    }

    private func rolledBack(_ head: Checkpoint, _ known: Checkpoint) -> LedgerProblem {
        LedgerProblem(
            .checkpoint,
            "the log was rolled back: it has \(head.size) entries, but a checkpoint over \(known.size) is known")
    }
}

/// Turns what is wrong with the bytes of a tile into a problem; what keeps them from being read stays a failure.
func tileProblems<Value>(_ body: () throws -> Value) throws -> Value {
    do {
        return try body()
    } catch let failure as LedgerFailure {
        guard let tile = failure.tile, failure.retry == .terminal else { throw failure }
        throw LedgerProblem(.tile(tile), failure.message)
    }
}
