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
        return try SignedCheckpoint(bytes, verifier: verifier)
    }
}
