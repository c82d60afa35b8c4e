// The signed head of a log: origin, size and root (C2SP tlog-checkpoint).
import Foundation

/// What a log commits to.
public struct Checkpoint: Hashable, Sendable {
    /// Names the log, for ever: `writ.example/prod`.
    public var origin: String
    /// Entries.
    public var size: Int
    public var root: TreeHash

    public init(origin: String, size: Int, root: TreeHash) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// The text that is signed.
    public var text: String { "\(origin)\n\(size)\n\(root)\n" }

    /// Reads the text of a checkpoint. Extension lines are allowed and ignored.
    public init(text: String) throws {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, lines.last == "", !lines[0].isEmpty, let size = Checkpoint.size(lines[1]),
            let root = TreeHash(base64: lines[2]), lines[3..<(lines.count - 1)].allSatisfy({ !$0.isEmpty })
        else {
            throw LedgerFailure.damaged(
                "checkpoint-malformed", "not a checkpoint: it must have the lines origin, size and root")
        }
        self.init(origin: String(lines[0]), size: size, root: root)
    }

    /// Compared byte for byte, as the key's id is made from bytes.
    func isOf(_ origin: String) -> Bool { self.origin.utf8.elementsEqual(origin.utf8) }

    /// Digits without a leading zero.
    static func size(_ text: Substring) -> Int? {
        guard let size = Int(text), size >= 0, String(size) == text else { return nil }
        return size
    }
}

/// A checkpoint with the note it came in.
public struct SignedCheckpoint: Hashable, Sendable {
    public let checkpoint: Checkpoint
    public let note: SignedNote

    public init(signing checkpoint: Checkpoint, with signer: NoteSigner) throws {
        self.checkpoint = checkpoint
        note = try SignedNote(signing: checkpoint.text, with: signer)
    }

    /// Signs with every key that must: two at the head that follows a rotation.
    init(signing checkpoint: Checkpoint, with signer: LedgerSigner) throws {
        self.checkpoint = checkpoint
        note = try SignedNote(signing: checkpoint.text, with: signer.signers)
    }

    /// Reads and verifies a checkpoint. Its origin must be the key's name.
    public init(_ bytes: [UInt8], verifier: NoteVerifier) throws {
        note = try SignedNote(bytes)
        try note.verify(verifier)
        checkpoint = try Checkpoint(text: note.text)
        guard checkpoint.isOf(verifier.name) else {
            throw LedgerFailure.damaged(
                "origin-mismatch",
                "the checkpoint is of the log \(checkpoint.origin), not of \(verifier.name); give that log's key")
        }
    }

    private init(_ checkpoint: Checkpoint, _ note: SignedNote) {
        self.checkpoint = checkpoint
        self.note = note
    }

    /// The same head with cosignatures under it. Whether they fit is for a policy to say.
    public func adding(_ cosignatures: [SignedNote.Signature]) -> SignedCheckpoint {
        SignedCheckpoint(checkpoint, note.adding(cosignatures))
    }

    public var bytes: [UInt8] { note.bytes }
}
