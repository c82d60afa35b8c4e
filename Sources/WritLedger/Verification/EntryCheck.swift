// What every entry must be besides hashed: canonical, in sequence, not going back in time, with its evidence there.
import Foundation
import WritVocabulary

struct EntryCheck {
    private let blobs: FileBlobStore?
    private let decodesAll: Bool
    private var lastTime: [UInt8] = []
    /// Shapes of entries that were decoded and encoded again to the same bytes: others of that shape are only scanned.
    private var knownShapes: Set<UInt64> = []
    /// Blobs looked at, those that were not there, and those whose files were looked at too.
    private var seen: Set<Digest> = []
    private var absent: Set<Digest> = []
    private var listed: Set<Digest> = []
    private var expunged: Set<Digest> = []
    /// Blobs that are not there, in the order in which entries name them. An expunction may explain them yet.
    private var missing: [LedgerProblem] = []
    private(set) var checkedBlobs = 0

    init(_ options: LedgerCheckOptions) {
        blobs = options.blobs
        decodesAll = options.decodesEntries
    }

    mutating func check(_ leaf: UnsafeRawBufferPointer, _ sequence: Int) throws {
        let scan = EntryScan(leaf)
        let isKnown = scan.verdict == .canonical && knownShapes.contains(scan.shape) && !decodesAll
        let entry = isKnown ? nil : try decode(leaf, sequence)
        if entry != nil, scan.verdict == .canonical, knownShapes.count < Limits.knownShapes {
            knownShapes.insert(scan.shape)
        }
        guard let number = entry?.sequence ?? scan.sequence, number == Int64(sequence) else {
            throw LedgerProblem(
                .entry(sequence),
                "entry \(sequence) says it is number \(entry?.sequence ?? scan.sequence ?? -1): entries were moved")
        }
        try checkTime(scan.time.map { Array(leaf[$0]) } ?? Array((entry?.time.text ?? "").utf8), sequence)
        guard let blobs, scan.kind.map({ EntryCheck.mayNameBlobs(leaf[$0]) }) ?? true else { return }
        try checkEvidence(of: try entry ?? decode(leaf, sequence), sequence, blobs)
    }

    /// What is still missing when all entries were read, and how many missing blobs were expunged.
    func finish() throws -> Int {
        if let first = missing.first(where: { !isExpunged($0) }) { throw first }
        return missing.count
    }

    private func isExpunged(_ problem: LedgerProblem) -> Bool {
        guard case .blob(let digest, _) = problem.place else { return false }
        return expunged.contains(digest)
    }

    private func decode(_ leaf: UnsafeRawBufferPointer, _ sequence: Int) throws -> LedgerEntry {
        let entry: LedgerEntry
        do {
            entry = try LedgerView.decode(leaf, sequence)
        } catch let failure as LedgerFailure {
            throw LedgerProblem(.entry(sequence), failure.message)
        }
        guard try Canonical.encode(entry).elementsEqual(leaf) else {
            throw LedgerProblem(.entry(sequence), "entry \(sequence) is not in canonical form")
        }
        return entry
    }

    /// Times of 24 bytes, the years 0 to 9999, compare as their bytes do.
    private mutating func checkTime(_ time: [UInt8], _ sequence: Int) throws {
        if time.count == 24, lastTime.count == 24, time.lexicographicallyPrecedes(lastTime) {
            let (now, last) = (String(decoding: time, as: UTF8.self), String(decoding: lastTime, as: UTF8.self))
            throw LedgerProblem(
                .entry(sequence), "entry \(sequence) is of \(now), before the entry ahead of it (\(last))")
        }
        lastTime = time
    }

    /// The events `LedgerEntry.evidence` knows blobs of, and expunctions.
    private static func mayNameBlobs(_ kind: Slice<UnsafeRawBufferPointer>) -> Bool {
        evidenceKinds.contains { kind.elementsEqual($0) }
    }

    private static let evidenceKinds = [
        "intended", "completed", "executionFinished", "revisionRefused", "changeHeld", "changeAllowed", "expunged",
    ].map { Array($0.utf8) }

    private mutating func checkEvidence(of entry: LedgerEntry, _ sequence: Int, _ blobs: FileBlobStore) throws {
        if case .expunged(let expunction) = entry.event { expunged.formUnion(expunction.blobs) }
        for evidence in entry.evidence {
            try checkBlob(evidence.digest, sequence, blobs)
            guard evidence.listsFiles, !absent.contains(evidence.digest), listed.insert(evidence.digest).inserted
            else { continue }
            for file in try files(evidence.digest, sequence, blobs) { try checkBlob(file.digest, sequence, blobs) }
        }
    }

    private mutating func checkBlob(_ digest: Digest, _ sequence: Int, _ blobs: FileBlobStore) throws {
        guard seen.insert(digest).inserted else { return }
        do {
            try blobs.verify(digest)
        } catch let failure as LedgerFailure where failure.code == "blob-missing" {
            absent.insert(digest)
            missing.append(
                LedgerProblem(.blob(digest, entry: sequence), "evidence of entry \(sequence): \(failure.message)"))
            return
        } catch let failure as LedgerFailure where failure.code == "digest-mismatch" || failure.code == "symlink" {
            throw LedgerProblem(.blob(digest, entry: sequence), "evidence of entry \(sequence): \(failure.message)")
        }
        checkedBlobs += 1
    }

    private func files(_ digest: Digest, _ sequence: Int, _ blobs: FileBlobStore) throws -> [ArtefactManifest.File] {
        let bytes = try blobs.read(digest, limit: Limits.artefactManifestBytes)
        do {
            return try Canonical.decode(ArtefactManifest.self, from: bytes).files
        } catch {
            throw LedgerProblem(
                .blob(digest, entry: sequence),
                "evidence of entry \(sequence): blob \(digest) is not a list of artefacts")
        }
    }
}
