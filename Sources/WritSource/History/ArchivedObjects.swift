// Objects of the mirror for whoever has to show them to others: raw, by id, and nothing else of the repository.
import CLibGit2
import WritVocabulary

/// Reads Git objects and signed approvals as they lie there. Used from one task at a time.
public final class ArchivedObjects {
    private let repository: Repository
    private let limits: SourceLimits

    public enum Kind: String, Sendable { case commit, tree, blob, tag }

    /// `mirror` is a bare repository, such as `<data>/repo.git`.
    public init(mirror: String, limits: SourceLimits = SourceLimits()) throws {
        repository = try Repository.open(mirror)
        self.limits = limits
    }

    /// An object's kind and content without Git's header; nil where it is absent, larger than `limit` bytes, or `id`
    /// is none.
    public func object(_ id: String, limit: Int) throws -> (kind: Kind, bytes: [UInt8])? {
        guard let content = ContentID(id) else { return nil }
        let id = ObjectID(content)
        guard repository.contains(id) else { return nil }
        let (type, size) = try repository.header(id)
        guard size <= limit, let kind = Kind(type) else { return nil }
        return (kind, try repository.withObject(id, type) { Array($0) })
    }

    /// The statements signed for a base and their armored signatures, whether or not they count.
    public func approvals(of base: RevisionID) throws -> [(statement: [UInt8], signature: [UInt8])] {
        try ApprovalFolder(of: base, in: repository, limits: limits).approvals.map { ($0.bytes, $0.signature) }
    }
}

extension ArchivedObjects.Kind {
    fileprivate init?(_ type: git_object_t) {
        switch type {
        case GIT_OBJECT_COMMIT: self = .commit
        case GIT_OBJECT_TREE: self = .tree
        case GIT_OBJECT_BLOB: self = .blob
        case GIT_OBJECT_TAG: self = .tag
        default: return nil
        }
    }
}
