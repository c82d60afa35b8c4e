// The audit capsule, `.writ-audit`: all that is needed to check one deployment offline, in one JSON file.
import Foundation
import WritLedger
import WritVocabulary

/// One deployment and its evidence. The file is the canonical encoding of this, so that each content has one spelling.
///
/// Nothing in it is to be believed: ``CapsuleCheck`` and `examples/verify_capsule.py` check every part but ``missing``.
public struct AuditCapsule: Codable, Hashable, Sendable {
    public static let format = "writ-audit/v1"

    public var format: String
    /// The log's name.
    public var origin: String
    public var deployment: Deployment
    /// The signed head of the log, cosignatures included, verbatim.
    public var checkpoint: String
    public var keys: Keys
    /// Ascending by index, each once.
    public var entries: [Entry]
    /// Reviews, envelopes, the list of artefacts: digest to content.
    public var blobs: [String: CapsuleBytes]
    /// Commits of the change and of its base, and the trees and files that lead from the base to its signers: Git id
    /// to object.
    public var objects: [String: Object]
    public var approvals: [SignedApproval]
    /// The `allowed_signers` of the operator, where no policy of the repository named one.
    public var signers: CapsuleBytes?
    /// What could not be put in, by the name its check has; for people. Sorted by part.
    public var missing: [Missing]

    /// What is checked.
    public struct Deployment: Codable, Hashable, Sendable {
        public var endpoint: ResourceName
        public var version: VersionID
        public var deployment: DeploymentID
        public var artefacts: Digest
        /// The revision that made the endpoint serve this version.
        public var revision: RevisionID
        /// The entry that says traffic moved.
        public var entry: Int64
    }

    public struct Keys: Codable, Hashable, Sendable {
        /// The log's first key, vkey form; the entries on rotations lead from it to the one that signed the checkpoint.
        public var ledger: String
        /// Cosigners' keys, vkey form.
        public var witnesses: [String]
        /// PEM texts of the keys attestations were signed with.
        public var attestation: [String]
    }

    /// A leaf of the log and the way from it to the checkpoint's root.
    public struct Entry: Codable, Hashable, Sendable {
        public var index: Int64
        public var leaf: CapsuleBytes
        /// Base64 hashes, leaf's sibling first.
        public var proof: [CapsuleBytes]
    }

    /// A Git object's kind (`commit`, `tree`, `blob`) and its content without Git's header.
    public struct Object: Codable, Hashable, Sendable {
        public var kind: String
        public var bytes: CapsuleBytes

        public init(kind: String, bytes: [UInt8]) {
            self.kind = kind
            self.bytes = CapsuleBytes(bytes)
        }
    }

    /// The canonical statement that was signed, and the armored SSH signature over it.
    public struct SignedApproval: Codable, Hashable, Sendable {
        public var statement: CapsuleBytes
        public var signature: String

        public init(statement: [UInt8], signature: String) {
            self.statement = CapsuleBytes(statement)
            self.signature = signature
        }
    }

    public struct Missing: Codable, Hashable, Sendable {
        public var part: String
        /// One sentence without a full stop.
        public var reason: String
    }

    /// The bytes of the file.
    public func encoded() throws -> [UInt8] {
        let bytes = Array(try Canonical.encode(self))
        guard bytes.count <= CapsuleLimits.capsuleBytes else {
            throw AuditFailure(
                "the capsule would have \(bytes.count) bytes; at most \(CapsuleLimits.capsuleBytes) are allowed",
                hint: "send a backup of the ledger instead, and check it with `writ audit verify`")
        }
        return bytes
    }

    /// Reads a file; refuses one that is too large, of another format, or not the one spelling of its
    /// content, entries in order.
    public init(_ bytes: [UInt8]) throws {
        guard bytes.count <= CapsuleLimits.capsuleBytes,
            let read = try? Canonical.decode(AuditCapsule.self, from: bytes), read.format == AuditCapsule.format,
            let again = try? Canonical.encode(read), again.elementsEqual(bytes),
            zip(read.entries, read.entries.dropFirst()).allSatisfy({ $0.index < $1.index })
        else {
            throw AuditFailure(
                "it cannot be read as an audit capsule",
                hint: "it must be the file `writ audit capsule` wrote, unchanged, in the format \(AuditCapsule.format)")
        }
        self = read
    }

    init(
        origin: String, deployment: Deployment, checkpoint: String, keys: Keys, entries: [Entry],
        blobs: [String: CapsuleBytes], objects: [String: Object], approvals: [SignedApproval], signers: CapsuleBytes?,
        missing: [Missing]
    ) {
        format = AuditCapsule.format
        self.origin = origin
        self.deployment = deployment
        self.checkpoint = checkpoint
        self.keys = keys
        self.entries = entries.sorted { $0.index < $1.index }
        self.blobs = blobs
        self.objects = objects
        self.approvals = approvals
        self.signers = signers
        self.missing = missing.sorted { ($0.part, $0.reason) < ($1.part, $1.reason) }
    }
}

/// Bytes that are written as Base64 with one spelling.
public struct CapsuleBytes: Codable, Hashable, Sendable {
    public var bytes: [UInt8]

    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let data = Data(base64Encoded: text), data.base64EncodedString() == text else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not Base64")
        }
        bytes = Array(data)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Data(bytes).base64EncodedString())
    }
}
