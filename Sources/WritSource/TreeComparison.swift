// What differs between two trees, found without looking at what does not.
import CLibGit2
import WritVocabulary

/// Merges two trees by name and descends only where the ids differ.
///
/// The cost is that of the change: equal folders have equal ids and are skipped whole. libgit2's own comparison visits
/// every folder of both trees (72 ms against 0.28 ms when one of 100,000 files changed).
struct TreeComparison {
    let repository: Repository
    let limits: SourceLimits
    private(set) var entryCount = 0

    init(in repository: Repository, limits: SourceLimits) {
        self.repository = repository
        self.limits = limits
    }

    /// Calls `visit` for everything that differs, folders included, with the bytes of its path, and descends into
    /// a folder when it answers true.
    mutating func compare(
        _ old: ObjectID?, _ new: ObjectID?, path: [UInt8] = [], depth: Int = 0,
        visit: (_ path: [UInt8], _ old: TreeEntry?, _ new: TreeEntry?) throws -> Bool
    ) throws {
        guard depth <= limits.treeDepthMaximum else {
            throw SourceFailure.tooLarge(
                "The repository has more than \(limits.treeDepthMaximum) folders within one another at \(Redaction.printable(path))."
            )
        }
        var olds = try TreeEntries(of: old, in: repository)
        var news = try TreeEntries(of: new, in: repository)
        while olds.current != nil || news.current != nil {
            let (before, after) = TreeComparison.next(olds.current, news.current)
            if let before, let after, before.equals(after) {
                try olds.advance()
                try news.advance()
                continue
            }
            try count(path)
            let child = TreeComparison.join(path, (before ?? after)?.name)
            if try visit(child, before, after) {
                try compare(before?.folder, after?.folder, path: child, depth: depth + 1, visit: visit)
            }
            if before != nil { try olds.advance() }
            if after != nil { try news.advance() }
        }
    }

    /// The entries to look at together: both when their places in the order are the same, else the earlier one.
    private static func next(_ old: TreeEntry?, _ new: TreeEntry?) -> (TreeEntry?, TreeEntry?) {
        guard let old, let new else { return (old, new) }
        let order = old.order(before: new)
        return (order <= 0 ? old : nil, order >= 0 ? new : nil)
    }

    private static func join(_ path: [UInt8], _ name: UnsafeBufferPointer<UInt8>?) -> [UInt8] {
        var joined = path
        if !path.isEmpty { joined.append(UInt8(ascii: "/")) }
        if let name { joined += name }
        return joined
    }

    private mutating func count(_ path: [UInt8]) throws {
        entryCount += 1
        guard entryCount <= limits.changedEntriesMaximum else {
            throw SourceFailure.tooLarge(
                "More than \(limits.changedEntriesMaximum) files and folders differ, the last seen below “\(Redaction.printable(path))”. "
                    + "Split the commit or the repository, or raise the limit.")
        }
    }
}
