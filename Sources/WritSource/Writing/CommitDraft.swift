// A commit of Writ's own, before it is written. Pure.
import WritVocabulary

/// Who is named in a commit.
public struct CommitIdentity: Codable, Hashable, Sendable, CustomStringConvertible {
    public let name: String
    public let email: String

    /// nil when Git could not read either back: empty, longer than 200 bytes, control characters, `<`, `>`, or one of
    /// Git's crud characters at an end.
    public init?(name: String, email: String) {
        guard CommitIdentity.isPlain(name), CommitIdentity.isPlain(email), !email.contains(" ") else { return nil }
        self.name = name
        self.email = email
    }

    public var description: String { "\(name) <\(email)>" }

    private static func isPlain(_ text: String) -> Bool {
        let crud = Set(" .,:;<>\"\\'".utf8)
        guard (1...200).contains(text.utf8.count), let first = text.utf8.first, let last = text.utf8.last else {
            return false
        }
        return !crud.contains(first) && !crud.contains(last)
            && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != 0x3C && $0 != 0x3E }
    }
}

/// Signs the bytes of a commit and returns an armored signature.
public typealias CommitSigner = @Sendable (_ payload: [UInt8]) throws -> String

/// What becomes of one file.
public enum FileChange: Hashable, Sendable {
    /// Its content. A file that is there keeps its mode; a new one is an ordinary file.
    case write([UInt8])
    case remove
}

/// A commit on top of one other.
public struct CommitDraft: Hashable, Sendable {
    public var base: RevisionID
    public var changes: [RepositoryPath: FileChange]
    public var author: CommitIdentity
    public var committer: CommitIdentity
    /// Written to the second, in UTC.
    public var at: Timestamp
    public var message: String

    public init(
        base: RevisionID, changes: [RepositoryPath: FileChange], author: CommitIdentity,
        committer: CommitIdentity? = nil, at: Timestamp, message: String
    ) {
        self.base = base
        self.changes = changes
        self.author = author
        self.committer = committer ?? author
        self.at = at
        self.message = message
    }
}

/// A commit as the bytes Git stores.
struct RawCommit {
    var tree: ObjectID
    var parents: [ObjectID]
    var author: CommitIdentity
    var committer: CommitIdentity
    var at: Timestamp
    var message: String

    /// What is signed: the commit without a signature.
    var payload: [UInt8] { bytes(signature: nil) }

    /// With the signature, if any, in a `gpgsig` header, each further line of it after one space.
    func bytes(signature: String?) -> [UInt8] {
        let seconds = (at.milliseconds - (at.milliseconds < 0 ? 999 : 0)) / 1000
        var text = "tree \(tree.hex)\n"
        for parent in parents { text += "parent \(parent.hex)\n" }
        text += "author \(author) \(seconds) +0000\ncommitter \(committer) \(seconds) +0000\n"
        if let signature {
            let lines = signature.split(separator: "\n", omittingEmptySubsequences: false)
            let trimmed = lines.reversed().drop { $0.isEmpty }.reversed()
            text += "gpgsig " + trimmed.joined(separator: "\n ") + "\n"
        }
        return Array((text + "\n" + RawCommit.normalised(message)).utf8)
    }

    /// As git-commit(1) leaves a message: one line end at its end, and no byte that ends a text for other readers.
    static func normalised(_ message: String) -> String {
        var text = message.replacing("\0", with: "").replacing("\r\n", with: "\n")
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text + "\n"
    }
}
