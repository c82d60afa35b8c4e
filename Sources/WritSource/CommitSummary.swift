// What people are shown of a commit.
import CLibGit2
import WritVocabulary

/// Who made a commit, when, and its first line. Claims of whoever wrote it: nothing here is verified.
public struct CommitSummary: Codable, Hashable, Sendable {
    public struct Person: Codable, Hashable, Sendable {
        public var name: String
        public var email: String
    }

    public var revision: RevisionID
    public var parents: [RevisionID]
    public var author: Person
    public var authoredAt: Timestamp
    public var committer: Person
    public var committedAt: Timestamp
    public var subject: String
}

extension Repository {
    func summary(of revision: RevisionID) throws -> CommitSummary {
        let commit = try commit(ObjectID(revision))
        let author = git_commit_author(commit.pointer)
        let committer = git_commit_committer(commit.pointer)
        return CommitSummary(
            revision: revision,
            parents: (0..<git_commit_parentcount(commit.pointer)).compactMap { index in
                git_commit_parent_id(commit.pointer, index).flatMap { ObjectID($0.pointee).revision }
            },
            author: CommitSummary.Person(author), authoredAt: CommitSummary.time(author),
            committer: CommitSummary.Person(committer), committedAt: CommitSummary.time(committer),
            subject: git_commit_summary(commit.pointer).map { Redaction.printable(String(cString: $0)) } ?? "")
    }

    /// The commit a person means by `HEAD`, a branch, a tag or a shortened id.
    func resolve(_ expression: String) throws -> RevisionID {
        let shown = Redaction.printable(expression)
        guard (1...SourceLimits.revisionExpressionBytesMaximum).contains(expression.utf8.count),
            !expression.utf8.contains(0)
        else {
            throw SourceFailure(code: "revision-unknown", message: "“\(shown)” is not a revision.", retry: .terminal)
        }
        var found: OpaquePointer?
        var peeled: OpaquePointer?
        defer {
            git_object_free(found)
            git_object_free(peeled)
        }
        if git_revparse_single(&found, pointer, expression) < 0
            || git_object_peel(&peeled, found, GIT_OBJECT_COMMIT) < 0
        {
            let what = found == nil ? "names no single commit" : "is something else than a commit"
            throw SourceFailure(
                code: "revision-unknown",
                message: "“\(shown)” \(what) in \(path). `git log --oneline --all` lists what there is.",
                retry: .terminal)
        }
        guard let revision = git_object_id(peeled).flatMap({ ObjectID($0.pointee).revision }) else {
            throw SourceFailure.missing("The revision “\(shown)”", in: path)
        }
        return revision
    }
}

extension CommitSummary.Person {
    init(_ signature: UnsafePointer<git_signature>?) {
        name = signature?.pointee.name.map { Redaction.printable(String(cString: $0)) } ?? ""
        email = signature?.pointee.email.map { Redaction.printable(String(cString: $0)) } ?? ""
    }
}

extension CommitSummary {
    /// Git counts seconds; a commit may claim any number of them.
    fileprivate static func time(_ signature: UnsafePointer<git_signature>?) -> Timestamp {
        let seconds = min(max(signature?.pointee.when.time ?? 0, -62_135_596_800), 253_402_300_799)
        return Timestamp(milliseconds: Int64(seconds) * 1000)
    }
}
