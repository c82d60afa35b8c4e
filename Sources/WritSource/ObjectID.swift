// Git ids between libgit2's twenty bytes and the vocabulary's text.
import CLibGit2
import WritVocabulary

/// The id of a Git object: twenty bytes that can be a key.
struct ObjectID: Hashable {
    private let words: (UInt64, UInt64, UInt32)

    init(_ oid: git_oid) {
        words = withUnsafeBytes(of: oid.id) { bytes in
            (
                bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
                bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self)
            )
        }
    }

    /// What Git writes where there is no object.
    static let zero = ObjectID(git_oid())

    init(_ id: RevisionID) { self.init(hex: id.text) }
    init(_ id: ContentID) { self.init(hex: id.text) }

    /// `hex` is forty digits: both id types of the vocabulary assure it.
    private init(hex: String) {
        var oid = git_oid()
        git_oid_fromstr(&oid, hex)
        self.init(oid)
    }

    var oid: git_oid {
        var oid = git_oid()
        withUnsafeMutableBytes(of: &oid.id) { bytes in
            bytes.storeBytes(of: words.0, toByteOffset: 0, as: UInt64.self)
            bytes.storeBytes(of: words.1, toByteOffset: 8, as: UInt64.self)
            bytes.storeBytes(of: words.2, toByteOffset: 16, as: UInt32.self)
        }
        return oid
    }

    var hex: String { withUnsafeBytes(of: oid.id) { Hex.encode($0) } }
    var revision: RevisionID? { RevisionID(hex) }
    var content: ContentID? { ContentID(hex) }

    static func == (a: ObjectID, b: ObjectID) -> Bool { a.words == b.words }
    func hash(into hasher: inout Hasher) {
        // An object id is a hash already: its first eight bytes are enough.
        hasher.combine(words.0)
    }
}
