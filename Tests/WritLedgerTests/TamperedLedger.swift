// A real ledger with blobs and attestations for tests that change it, and who should be blamed for which byte.
import Foundation
import WritVocabulary

@testable import WritLedger

/// A data directory of 712 signed entries (two full bundles and a partial one), 4 unsigned ones, and their blobs.
struct TamperedLedger: Sendable {
    static let signed = 712
    static let unsigned = 4
    static let key = "keys/ledger.vkey"

    /// What a changed byte must be laid to.
    enum Blame: Hashable, Sendable {
        case place(LedgerProblem.Place)
        case tile(Tile, entries: Range<Int>)

        func fits(_ problem: LedgerProblem) -> Bool {
            switch self {
            case .place(let place): problem.place == place
            case .tile(let tile, let entries): problem.place == .tile(tile) && problem.entries == entries
            }
        }
    }

    let folder: TemporaryFolder
    /// The first entry that names each blob.
    let blobs: [Digest: Int]
    let head: Checkpoint

    static func make() throws -> TamperedLedger {
        let folder = try TemporaryFolder(inMemory: true)
        let records = try Records(data: folder.path, signer: Fixture.signer)
        let store = try FileBlobStore(directory: "\(folder.path)/blobs")
        var blobs: [Digest: Int] = [:]
        for start in stride(from: 0, to: signed, by: 8) {
            try records.append(try (start..<start + 8).map { try draft($0, store, &blobs) })
            if start == 96 || start == 400 || start == 608 { try records.sync() }
        }
        try records.sync()
        let head = records.checkpoint.checkpoint
        for start in stride(from: signed, to: signed + unsigned, by: 2) {
            try records.append(try (start..<start + 2).map { try draft($0, store, &blobs) })
        }
        try Disk.makeFolder("\(folder.path)/keys")
        try folder.write(Array("\(Fixture.verifier.vkey)\n".utf8), key)
        return TamperedLedger(folder: folder, blobs: blobs, head: head)
    }

    func copy() throws -> TamperedLedger {
        let other = try TemporaryFolder(inMemory: true)
        try FileManager.default.removeItem(atPath: other.path)
        try FileManager.default.copyItem(atPath: folder.path, toPath: other.path)
        return TamperedLedger(folder: other, blobs: blobs, head: head)
    }

    private static func draft(_ number: Int, _ store: FileBlobStore, _ blobs: inout [Digest: Int]) throws -> EntryDraft
    {
        func put(_ text: String) throws -> Digest {
            let digest = try store.put(Array(text.utf8))
            if blobs[digest] == nil { blobs[digest] = number }
            return digest
        }
        var draft = Fixture.draft(number, "file x\(number) appeared in the workspace of run-\(number * 7919)")
        guard number.isMultiple(of: 12), let key = ActionKey("attest/\(number)") else { return draft }
        if number.isMultiple(of: 24) {
            let statement = #"{"payload":"eyJudW1iZXIiOiI\#(number)In0=","payloadType":"application/vnd.in-toto+json"}"#
            let made = Attestation(kind: .provenance, blob: try put(statement), key: Digest(of: Data("key".utf8)))
            draft.event = .completed(key, .attested([made]))
        } else {
            let weights = try put(String(repeating: "weights \(number) ", count: 9))
            let files = ArtefactManifest(files: [.init(path: "model.bin", digest: weights, size: 1)])
            let list = try put(String(decoding: try Canonical.encode(files), as: UTF8.self))
            draft.event = .completed(key, .imported(artefacts: list, size: 1))
        }
        return draft
    }

    /// What a check says of the directory as it is, with the key that lies in it.
    func problem(_ options: LedgerCheckOptions = LedgerCheckOptions()) throws -> LedgerProblem? {
        try report(options).problem
    }

    func report(_ options: LedgerCheckOptions = LedgerCheckOptions()) throws -> LedgerReport {
        let verifier: NoteVerifier
        do {
            verifier = try LedgerKey.loadVerifier(in: folder.path)
        } catch let failure as LedgerFailure where failure.retry == .terminal {
            var report = LedgerReport()
            report.problem = LedgerProblem(.checkpoint, failure.message)
            return report
        }
        return try LedgerReader(directory: folder.ledger, verifier: verifier).check(options)
    }

    var withBlobs: LedgerCheckOptions {
        LedgerCheckOptions(blobs: FileBlobStore(reading: "\(folder.path)/blobs"))
    }

    /// Every file below a folder of the data directory, sorted.
    func files(_ path: String) throws -> [String] {
        try Disk.names(in: "\(folder.path)/\(path)").flatMap { name in
            let inner = "\(path)/\(name)"
            return try Disk.isFolder("\(folder.path)/\(inner)") ? try files(inner) : [inner]
        }
    }

    /// Whom a change at `offset` of a file must be laid to.
    func blame(_ file: String, _ offset: Int, _ content: [UInt8]) throws -> Blame {
        if file.hasPrefix("ledger/tile/"), let tile = Tile(path: String(file.dropFirst(7))) {
            return try blame(tile, offset, content)
        }
        switch file {
        case "ledger/checkpoint", TamperedLedger.key: return .place(.checkpoint)
        case "ledger/journal": return .place(.journal)
        default:
            let hex = file.split(separator: "/").suffix(2).joined()
            guard let digest = Digest(hex: hex), let entry = blobs[digest] else {
                throw LedgerFailure(code: "test", message: "\(file) is nobody's", retry: .terminal)
            }
            return .place(.blob(digest, entry: entry))
        }
    }

    private func blame(_ tile: Tile, _ offset: Int, _ content: [UInt8]) throws -> Blame {
        let level = if case .hashes(let level) = tile.content { level } else { 0 }
        let now = min(256, head.size >> (8 * level) - tile.index << 8)
        guard tile.width == now else { return .place(.tile(tile)) }
        guard tile.content == .entries else {
            let slot = offset / 32
            return .tile(tile, entries: WrongHash.entries(of: tile, slots: slot..<slot + 1))
        }
        let ranges = content.withUnsafeBytes { TileFile.entries(in: $0, count: tile.width) } ?? []
        return .place(.entry(tile.index * 256 + (ranges.firstIndex { offset < $0.upperBound } ?? -1)))
    }
}
