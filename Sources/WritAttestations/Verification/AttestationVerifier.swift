// Whether statements on record hold: signed by a key believed for their entry, about this version, of their kind.
import Foundation
import WritVocabulary

public struct AttestationVerifier: Sendable {
    /// The version that statements must be about.
    public struct Subject: Hashable, Sendable {
        public var version: VersionID
        public var artefacts: Digest
        /// The version's files, where they are at hand: the model signature is compared with them.
        public var manifest: ArtefactManifest?

        public init(version: VersionID, artefacts: Digest, manifest: ArtefactManifest? = nil) {
            self.version = version
            self.artefacts = artefacts
            self.manifest = manifest
        }
    }

    private let trust: AttestationTrust

    public init(trust: AttestationTrust) { self.trust = trust }

    /// One statement on record. `sequence` is the ledger entry it was recorded with: the key must have been in force
    /// there; nil believes every trusted key.
    public func check(_ attestation: Attestation, _ bytes: [UInt8], of subject: Subject, sequence: Int64? = nil)
        -> AttestationVerdict
    {
        var verdict = check(bytes, kind: attestation.kind, of: subject, sequence: sequence)
        if Digest(of: bytes) != attestation.blob {
            verdict.problems.insert("it is other bytes than the record names", at: 0)
        }
        if let key = verdict.key, key != attestation.key {
            verdict.problems.append("it was signed with \(key.short), and the record names \(attestation.key.short)")
        }
        return verdict
    }

    /// A statement as a file: what it must be is told by `kind`.
    public func check(_ bytes: [UInt8], kind: AttestationKind, of subject: Subject, sequence: Int64? = nil)
        -> AttestationVerdict
    {
        var verdict = AttestationVerdict(kind: kind)
        do {
            try read(bytes, subject, sequence, into: &verdict)
        } catch {
            verdict.problems.append(FailureRecord(error).message)
        }
        return verdict
    }

    /// All statements of a version together: each holds, none is of another subject, and of what is said of the files
    /// themselves none is there twice. Approvals and summaries there may be one for each deployment.
    public func check(_ statements: [StatementOnRecord], of subject: Subject) -> [AttestationVerdict] {
        var seen: Set<AttestationKind> = []
        return statements.map { statement in
            let kind = statement.attestation.kind
            var verdict = check(
                statement.attestation, statement.bytes, of: subject, sequence: statement.sequence)
            if !kind.isOfDeployment, !seen.insert(kind).inserted {
                verdict.problems.append("there is more than one \(kind.rawValue) statement")
            }
            return verdict
        }
    }

    private func read(_ bytes: [UInt8], _ subject: Subject, _ sequence: Int64?, into verdict: inout AttestationVerdict)
        throws
    {
        let envelope =
            try verdict.kind == .signature
            ? ModelBundle(decoding: bytes).envelope : Envelope(decoding: bytes)
        let verified = try verify(envelope, sequence)
        verdict.key = verified.keys.first?.id
        guard verified.type == DSSE.inTotoType else {
            throw AttestationFailure.malformed("the payload", "it is no in-toto statement")
        }
        if verdict.kind == .signature {
            // The hint must name a trusted key, too.
            let (listing, _) = try ModelBundle(decoding: bytes).verify(keys: verified.keys)
            verdict.problems += subject.manifest.map(listing.differences) ?? []
        }
        let header = try BoundedJSON.decode(StatementHeader.self, from: verified.payload, what: "the statement")
        verdict.problems += header.problems(verdict.kind, subject)
    }

    /// Says apart what nobody trusted signed, and what a key signed that was not in force.
    private func verify(_ envelope: Envelope, _ sequence: Int64?) throws -> Envelope.Verified {
        let inForce = trust.keys(at: sequence)
        do {
            return try envelope.verify(keys: inForce)
        } catch {
            guard let known = try? envelope.verify(keys: trust.keys(at: nil)), let key = known.keys.first else {
                throw AttestationFailure.refused("unsigned", "no trusted key signed it")
            }
            throw AttestationFailure.refused(
                "key-not-in-force",
                "the key \(key.id.short) signed it, which was not in force at entry \(sequence ?? 0)")
        }
    }
}
