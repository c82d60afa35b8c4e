// How a log begins, and how its writer takes hold of it.
import CLinux
import Foundation
import WritVocabulary

extension Ledger {
    static func takeLock(in directory: String) throws -> Descriptor {
        let lock = try Descriptor("\(directory)/lock", O_RDWR | O_CREAT, verb: "lock")
        guard writ_try_lock(lock.number) == 0 else {
            throw LedgerFailure(
                code: "ledger-locked",
                message: "another process writes the ledger in \(directory); stop it, or ask the running controller",
                retry: .stalled)
        }
        return lock
    }

    /// What an earlier process left may be known to the kernel alone: it becomes durable before anything builds on it.
    static func settle(_ directory: String, gate: (any DiskGate)?) throws {
        try Disk.flushFolder(Disk.parent(of: directory), gate: gate)
        try Disk.flushFolder(directory, gate: gate)
    }

    /// Signs the empty log. Where tiles or a journal lie without a checkpoint, something was lost: that is refused.
    static func createIfAbsent(in directory: String, _ signer: NoteSigner, gate: (any DiskGate)?) throws {
        if Disk.exists("\(directory)/checkpoint") { return }
        guard !Disk.exists("\(directory)/tile"), !Disk.exists(Journal.path(in: directory)) else {
            throw LedgerFailure.damaged(
                "checkpoint-missing",
                "the ledger in \(directory) has entries but no checkpoint; restore its checkpoint from a backup")
        }
        let empty = Checkpoint(origin: signer.verifier.name, size: 0, root: .empty)
        try replaceCheckpoint(in: directory, with: try SignedCheckpoint(signing: empty, with: signer), gate: gate)
    }

    static func replaceCheckpoint(
        in directory: String, with signed: SignedCheckpoint, gate: (any DiskGate)?
    ) throws {
        try Disk.replace(
            "\(directory)/checkpoint", with: signed.bytes, via: "\(directory)/tmp/checkpoint", gate: gate)
        try Disk.flushFolder(directory, gate: gate)
    }

    /// A reader believes an earlier key's successor; a writer must hold the key itself.
    static func checkHeld(_ head: SignedCheckpoint, by signer: NoteSigner) throws {
        guard head.note.names(signer.verifier) else {
            throw LedgerFailure.damaged(
                "not-signed-by-key",
                "the head of the ledger is not signed by \(signer.verifier.vkey), the key given to write it: "
                    + "that key was rotated away; put the newest key in its place")
        }
    }

    /// Goes on after the last entry, and in an episode of a clock that went back if the last entries are of one: their
    /// time was held at that of the entry that began it.
    static func sequencer(after view: LedgerView) throws -> EntrySequencer {
        var sequencer = EntrySequencer(next: Int64(view.size))
        for index in (max(0, view.size - Limits.clockLookBackEntries)..<view.size).reversed() {
            let entry = try view.entry(at: index)
            guard entry.time == sequencer.lastTime ?? entry.time else { break }
            sequencer.lastTime = entry.time
            guard case .clockWentBack(let step) = entry.event else { continue }
            sequencer.behind = step.behind
            break
        }
        return sequencer
    }

    /// The signed entries of the bundle that is not full yet.
    static func openBundle(_ view: LedgerView) throws -> [UInt8] {
        var bundle: [UInt8] = []
        let start = view.signedSize / Limits.tileWidth * Limits.tileWidth
        try view.tiles.forEachLeaf(in: start..<view.signedSize) { TileFile.append($1, to: &bundle) }
        return bundle
    }

    static func unknownEnd(_ directory: String, _ cause: String) -> LedgerFailure {
        LedgerFailure(
            code: "ledger-broken",
            message: "a write to the ledger in \(directory) failed and could not be taken back (\(cause)); "
                + "nothing more is recorded: check the disk and start Writ again", retry: .stalled)
    }
}
