// A commit as its bytes say, read by nobody else's parser: what is signed must be what is judged.
import Crypto
import Foundation
import WritVocabulary

/// One commit object, whose bytes were hashed and compared with its id.
///
/// Headers are read up to the first empty line and never beyond. A commit that two programs could read differently
/// is still told apart from a damaged one: it has an ``author`` and a ``message``, but no signature on it counts.
public struct CommitObject: Hashable, Sendable {
    public let id: RevisionID
    public let tree: ContentID
    public let parents: [RevisionID]
    public let author: Signature
    public let committer: Signature
    /// After the first empty line. Bytes that are no UTF-8 are shown as U+FFFD.
    public let message: String
    public let signing: Signing

    /// Who and when, as the commit claims.
    public struct Signature: Hashable, Sendable {
        /// `Alice Example`.
        public let name: String
        public let email: String
        public let date: Timestamp

        /// `Alice Example <alice@example.com>`.
        public var text: String { email.isEmpty ? name : "\(name) <\(email)>" }
    }

    public enum Signing: Hashable, Sendable {
        case unsigned
        /// The armored signature, and the bytes it is over: the object without that one header.
        case signed(armored: [UInt8], payload: [UInt8])
        /// No signature on this commit can count. One sentence, without a full stop.
        case ambiguous(reason: String)
    }

    /// `raw` is the object's content, without Git's own `commit <length>` before it. Throws ``SignatureFailure`` when
    /// the bytes are too many, have another id, or have no tree, parents, author and committer where Git puts them.
    public init(raw: [UInt8], id: RevisionID) throws(SignatureFailure) {
        guard raw.count <= SignatureLimits.commitBytesMaximum else {
            throw .commit(
                "Commit \(id) has \(raw.count) bytes; Writ reads at most \(SignatureLimits.commitBytesMaximum)."
            )
        }
        let actual = CommitObject.id(of: raw)
        guard actual == id.text else {
            throw .commit("The object read as commit \(id) has the id \(actual); the repository is damaged.")
        }
        do throws(CommitFault) {
            let parts = try CommitHeaders(raw)
            self.id = id
            tree = parts.tree
            parents = parts.parents
            author = parts.author
            committer = parts.committer
            message = String(decoding: raw[parts.messageStart...], as: UTF8.self)
            signing = parts.signing(of: raw)
        } catch {
            throw .commit("Commit \(id) cannot be read: \(error.reason).")
        }
    }

    /// What the committer says the time was; Git judges keys at this time.
    public var committedAt: Timestamp { committer.date }

    /// The first line of the message, at most 200 Unicode scalars.
    public var subject: String {
        // Scalars, since one character may be as long as the message.
        let start = message.unicodeScalars.drop { $0 == "\n" || $0 == "\r" }
        return String(String.UnicodeScalarView(start.prefix(200).prefix { $0 != "\n" && $0 != "\r" }))
    }

    /// The id Git gives a commit with this content.
    public static func id(of raw: [UInt8]) -> String {
        var hash = Insecure.SHA1()
        hash.update(data: Array("commit \(raw.count)\0".utf8))
        hash.update(data: raw)
        return Hex.encode(hash.finalize())
    }
}
