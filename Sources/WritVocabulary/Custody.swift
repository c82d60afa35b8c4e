// Acts on the records themselves: keys that change, blobs that must go, blobs that must stay.

/// A key gave its place to another. Both signed the same text: ``text``.
public struct KeyRotation: Codable, Hashable, Sendable {
    public enum Purpose: String, Codable, Hashable, Sendable {
        /// Signs checkpoints. Keys are in vkey form.
        case ledger
        /// Signs attestations. Keys are PEM.
        case attestation
    }

    public var purpose: Purpose
    public var old: String
    public var new: String
    /// The entries the log had when it was made: the new key signs from there on.
    public var size: Int64
    public var actor: String
    public var reason: String
    /// Base64 of the signatures over ``text``.
    public var signedByOld: String
    public var signedByNew: String

    public init(
        purpose: Purpose, old: String, new: String, size: Int64, actor: String, reason: String,
        signedByOld: String = "", signedByNew: String = ""
    ) {
        self.purpose = purpose
        self.old = old
        self.new = new
        self.size = size
        self.actor = actor
        self.reason = reason
        self.signedByOld = signedByOld
        self.signedByNew = signedByNew
    }

    /// What both keys sign, UTF-8.
    public var text: String { "writ-key-rotation/v1\n\(purpose.rawValue)\n\(size)\n\(old)\n\(new)\n" }
}

/// Blobs were taken out for good, such as a person's data on that person's demand. Entries that name them stay, and
/// still verify: what a digest commits to is salted where the content is personal.
public struct Expunction: Codable, Hashable, Sendable {
    /// Sorted; at most ``maximumBlobs``.
    public var blobs: [Digest]
    public var actor: String
    public var reason: String

    public static let maximumBlobs = 100

    public init(blobs: [Digest], actor: String, reason: String) {
        self.blobs = blobs.sorted()
        self.actor = actor
        self.reason = reason
    }
}

/// Nothing of its scope is taken out while it stands.
public struct LegalHold: Codable, Hashable, Sendable {
    public var name: String
    /// What it covers; nil is everything.
    public var scope: ResourceID?
    public var actor: String
    public var reason: String

    public init(name: String, scope: ResourceID?, actor: String, reason: String) {
        self.name = name
        self.scope = scope
        self.actor = actor
        self.reason = reason
    }
}

/// The clock showed an earlier time than the last entry's by more than is tolerated: nothing is signed until it has
/// caught up.
public struct ClockStep: Codable, Hashable, Sendable {
    public var behind: TimeSpan
    public init(behind: TimeSpan) { self.behind = behind }
}

/// What an operator does to the records' blobs.
public enum CustodyAct: Hashable, Sendable {
    case expunge(Expunction)
    case hold(LegalHold)
    case release(name: String, actor: String, reason: String)
    case issue(IssuedDocument)

    public var actor: String {
        switch self {
        case .issue(let document): document.actor
        case .expunge(let expunction): expunction.actor
        case .hold(let hold): hold.actor
        case .release(_, let actor, _): actor
        }
    }
}

/// A document made from the records was given out: whoever holds it can show that it is the one.
public struct IssuedDocument: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        case modelCard, billOfMaterials, dossier
    }

    public var kind: Kind
    /// The version or the model it is about, as text.
    public var about: String
    public var digest: Digest
    /// Bytes.
    public var size: Int64
    /// The entries of the log it was made from: made again from these, it is the same bytes.
    public var entries: Int64
    public var actor: String

    public init(kind: Kind, about: String, digest: Digest, size: Int64, entries: Int64, actor: String) {
        self.kind = kind
        self.about = about
        self.digest = digest
        self.size = size
        self.entries = entries
        self.actor = actor
    }
}
