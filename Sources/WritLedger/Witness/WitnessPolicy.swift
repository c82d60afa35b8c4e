// Which cosignatures make a head believable: logs, witnesses, groups and a quorum (C2SP tlog-policy).
import Foundation
import WritVocabulary

/// What a checkpoint must carry to be believed.
public struct WitnessPolicy: Hashable, Sendable {
    public struct Log: Hashable, Sendable {
        public let verifier: NoteVerifier
        public let url: String?
    }

    /// A name of a witness or group; means something in the policy's own file only. Bytes, whatever they spell.
    public struct Name: Hashable, Sendable, CustomStringConvertible {
        let bytes: [UInt8]
        init(_ bytes: some Collection<UInt8>) { self.bytes = Array(bytes) }
        public var description: String { String(decoding: bytes, as: UTF8.self) }
    }

    public struct Witness: Hashable, Sendable {
        public let name: Name
        public let verifier: CosignerVerifier
        public let url: String?
    }

    /// `threshold` of the members, each a witness or a group before this one, must have cosigned.
    struct Group: Hashable, Sendable {
        let name: Name
        let threshold: Int
        let members: [Name]
    }

    public internal(set) var logs: [Log] = []
    public internal(set) var witnesses: [Witness] = []
    var groups: [Group] = []
    /// A witness or a group; nil asks for no cosignature.
    var quorum: Name?

    init() {}

    /// Which of the policy's witnesses cosigned a note, in the policy's order, and when, in whole seconds. Throws when
    /// a known witness's cosignature does not fit: such a note is malformed.
    public func cosigners(of note: SignedNote) throws -> [(witness: Witness, time: Timestamp)] {
        try witnesses.compactMap { witness in try witness.verifier.cosigned(note).map { (witness, $0) } }
    }

    /// Whether these witnesses, by their names in the policy, are a quorum.
    public func isQuorum(_ names: some Collection<Name>) -> Bool {
        guard let quorum else { return true }
        var having = Set(names)
        // Groups name only what stands before them, so one walk in their order settles all.
        for group in groups where group.members.filter({ having.contains($0) }).count >= group.threshold {
            having.insert(group.name)
        }
        return having.contains(quorum)
    }

    /// Reads a checkpoint and believes it if one of the policy's logs signed it and a quorum cosigned it. `keys` are
    /// further keys the log may have signed it with; a policy without logs needs them.
    public func checkpoint(_ bytes: [UInt8], keys: [NoteVerifier] = []) throws -> SignedCheckpoint {
        let note = try SignedNote(bytes)
        let known = logs.map(\.verifier) + keys
        let signers = known.filter { note.names($0) }
        for signer in signers { try note.verify(signer) }
        guard let signer = signers.first else {
            throw LedgerFailure.damaged(
                "not-signed-by-log",
                known.isEmpty
                    ? "the policy lists no log; name one in it, or give the log's key"
                    : "the checkpoint is not signed by any of the \(known.count) logs the policy lists")
        }
        let signed = try SignedCheckpoint(bytes, verifier: signer)
        try check(note)
        return signed
    }

    /// Throws unless a quorum cosigned the note.
    func check(_ note: SignedNote) throws {
        let found = try cosigners(of: note)
        guard isQuorum(found.map(\.witness.name)) else {
            let asked = quorum.map(\.description) ?? "none"
            let names = found.map(\.witness.name.description).joined(separator: ", ")
            throw LedgerFailure(
                code: "no-quorum",
                message: "the checkpoint lacks cosignatures: the policy asks for \(asked), and "
                    + (names.isEmpty ? "no witness it lists" : "only \(names)") + " cosigned it; "
                    + "wait for the witnesses, or look why they do not cosign", retry: .transient)
        }
    }
}
