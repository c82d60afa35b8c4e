// The journal beside the signed log: whole, going on where the checkpoint ends, and saying nothing else before it.
import WritVocabulary

extension LedgerCheck {
    /// What is not signed yet must at least be whole and go on where the checkpoint ends. Its checksums guard against
    /// accidents; against malice only the next checkpoint does.
    mutating func checkJournal(_ head: Checkpoint) throws {
        guard let content = try journal() else { return }
        // A writer that signed after this check read the head has begun another journal, which is not ours to judge.
        let now = try self.head()
        guard content.base <= now.size else {
            throw LedgerProblem(
                .journal,
                "the journal begins at entry \(content.base) but the checkpoint has \(now.size): "
                    + "an older checkpoint was put back")
        }
        guard content.base <= head.size else { return }
        guard content.base + content.entries.count >= head.size else {
            throw LedgerProblem(
                .journal,
                "the journal ends at entry \(content.base + content.entries.count) but the checkpoint has "
                    + "\(head.size): an older journal was put back")
        }
        try compareSigned(content, head)
        for (offset, entry) in content.entries.dropFirst(head.size - content.base).enumerated() {
            try entry.withUnsafeBytes { try checkForm($0, head.size + offset) }
            report.unsignedEntries += 1
        }
        guard content.tornBytes == 0 else {
            throw LedgerProblem(
                .journal,
                "the journal ends in \(content.tornBytes) bytes that are no whole append: one that did not finish "
                    + "before a crash and was never acknowledged, or one that was changed since; the next start cuts it"
            )
        }
    }

    /// After a crash the journal may still hold what was signed meanwhile: it must be the same.
    private func compareSigned(_ content: JournalContent, _ head: Checkpoint) throws {
        guard content.base < head.size else { return }
        let tiles = try tileProblems { try TileReader(folder: folder, size: head.size, root: head.root) }
        for (offset, entry) in content.entries.prefix(head.size - content.base).enumerated() {
            let index = content.base + offset
            guard try tileProblems({ try tiles.hash(level: 0, index: index) }) == TreeHash.leaf(entry) else {
                throw LedgerProblem(
                    .journal, "the journal has another entry \(index) than the one that is signed",
                    entries: index..<index + 1)
            }
        }
    }

    /// Read again while it ends in the middle of a frame: a writer may be in the middle of it.
    private func journal() throws -> JournalContent? {
        var content: JournalContent?
        for _ in 0..<Limits.viewAttempts {
            do {
                content = try Journal.content(in: reader.directory)
            } catch let failure as LedgerFailure where failure.retry == .terminal {
                throw LedgerProblem(.journal, failure.message)
            }
            guard let found = content, found.tornBytes > 0 else { break }
        }
        return content
    }
}
