// What every entry must be besides hashed: canonical, in sequence, not going back in time, with its evidence there.
import WritVocabulary

struct EntryCheck {
    private let blobs: FileBlobStore?
    private var lastTime: Timestamp?
    private var seen: Set<Digest> = []
    private(set) var checkedBlobs = 0

    init(blobs: FileBlobStore?) { self.blobs = blobs }

    mutating func check(_ leaf: UnsafeRawBufferPointer, _ sequence: Int) throws {
        let entry: LedgerEntry
        do {
            entry = try LedgerView.decode(leaf, sequence)
        } catch let failure as LedgerFailure {
            throw LedgerProblem(.entry(sequence), failure.message)
        }
        guard try Canonical.encode(entry).elementsEqual(leaf) else {
            throw LedgerProblem(.entry(sequence), "entry \(sequence) is not in canonical form")
        }
        guard entry.sequence == Int64(sequence) else {
            throw LedgerProblem(
                .entry(sequence), "entry \(sequence) says it is number \(entry.sequence): entries were moved")
        }
        if let last = lastTime, entry.time < last {
            throw LedgerProblem(
                .entry(sequence), "entry \(sequence) is of \(entry.time), before the entry ahead of it (\(last))")
        }
        lastTime = entry.time
        if let blobs { try checkEvidence(of: entry, sequence, blobs) }
    }

    private mutating func checkEvidence(of entry: LedgerEntry, _ sequence: Int, _ blobs: FileBlobStore) throws {
        for evidence in entry.evidence {
            try checkBlob(evidence.digest, sequence, blobs)
            guard evidence.listsFiles else { continue }
            for file in try files(evidence.digest, sequence, blobs) { try checkBlob(file.digest, sequence, blobs) }
        }
    }

    private mutating func checkBlob(_ digest: Digest, _ sequence: Int, _ blobs: FileBlobStore) throws {
        guard !seen.contains(digest) else { return }
        do {
            try blobs.verify(digest)
        } catch let failure as LedgerFailure where failure.code == "blob-missing" || failure.code == "digest-mismatch" {
            throw LedgerProblem(.blob(digest, entry: sequence), "evidence of entry \(sequence): \(failure.message)")
        }
        seen.insert(digest)
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
