// Reading a log without its lock, while a writer may be at work.
import Foundation
import WritVocabulary

/// Opens views of a log. Needs the public key, no lock and no permission to write.
public struct LedgerReader: Sendable {
    /// `<data>/ledger`.
    public let directory: String
    public let verifier: NoteVerifier

    public init(directory: String, verifier: NoteVerifier) {
        self.directory = directory
        self.verifier = verifier
    }

    /// The log as it is now.
    public func view() throws -> LedgerView {
        for _ in 0..<Limits.viewAttempts {
            let signed = try checkpoint()
            let journal = try Journal.content(in: directory)
            // The writer signed and began another journal in between.
            if let journal, journal.base > signed.checkpoint.size { continue }
            return try view(signed, journal)
        }
        throw LedgerFailure.damaged(
            "rolled-back",
            "the checkpoint of the ledger in \(directory) is older than its journal: somebody put an old one back; "
                + "restore the newest checkpoint")
    }

    /// The keys this log had, linked to the trusted one by the rotations its signed part holds.
    public func keyHistory() throws -> KeyHistory {
        try history(below: checkpoint().note, RotationIndex.read(in: directory))
    }

    /// `note` need not be verified: tiles that add up to its root are read, and rotations prove themselves.
    private func history(below note: SignedNote, _ hints: [Int]?) throws -> KeyHistory {
        let claimed = try Checkpoint(text: note.text)
        guard claimed.isOf(verifier.name) else {
            throw LedgerFailure.damaged(
                "origin-mismatch",
                "the checkpoint is of the log \(claimed.origin), not of \(verifier.name); give that log's key")
        }
        let tiles = try TileReader(
            folder: TileFolder(directory: directory), size: claimed.size, root: claimed.root)
        let hinted = try hints.map { try tiles.rotations(at: $0) } ?? []
        let names = hinted.contains { [$0.rotation.old, $0.rotation.new].contains(verifier.vkey) }
        if names || (hinted.isEmpty && note.names(verifier)) {
            return try KeyHistory(trusted: verifier, rotations: hinted)
        }
        let all = try tiles.rotations()
        if all.isEmpty { try note.verify(verifier) }
        return try KeyHistory(trusted: verifier, rotations: all)
    }

    func view(_ signed: SignedCheckpoint, _ journal: JournalContent?) throws -> LedgerView {
        let size = signed.checkpoint.size
        let tiles = try TileReader(folder: TileFolder(directory: directory), size: size, root: signed.checkpoint.root)
        let tail = journal.map { $0.entries.dropFirst(size - $0.base) } ?? []
        return LedgerView(signed: signed, tiles: tiles, tail: Array(tail))
    }

    /// The signed head, verified.
    public func checkpoint() throws -> SignedCheckpoint {
        guard let bytes = try Disk.read("\(directory)/checkpoint", limit: Limits.checkpointBytes) else {
            throw LedgerFailure(
                code: "checkpoint-missing", message: "there is no ledger in \(directory): it has no checkpoint",
                retry: .stalled)
        }
        let hints = try RotationIndex.read(in: directory)
        let note = try SignedNote(bytes)
        if note.names(verifier), (hints ?? []).isEmpty { return try SignedCheckpoint(bytes, verifier: verifier) }
        do {
            return try history(below: note, hints).checkpoint(bytes)
        } catch let failure as LedgerFailure where failure.tile != nil && note.names(verifier) {
            // The head is signed by the very key that is trusted; what is wrong below it is for others to find.
            return try SignedCheckpoint(bytes, verifier: verifier)
        }
    }
}
