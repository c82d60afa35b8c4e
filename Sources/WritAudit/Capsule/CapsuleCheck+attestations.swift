// Signed statements about the version and the deployment: whose signature, and about which files.
import Foundation
import WritAttestations
import WritVocabulary

extension CapsuleCheck {
    mutating func checkAttestations(_ facts: CapsuleFacts) {
        let told = facts.capsule.deployment
        let pems = Dictionary(facts.capsule.keys.attestation.map { (Digest(of: Array($0.utf8)), $0) }) { $1 }
        let tables = facts.entries.compactMap { entry -> Int64? in
            guard entry.sequence == told.entry, case .completed(_, .published(let table)) = entry.event else {
                return nil
            }
            return table
        }
        // Those of another move of traffic to it say nothing of this one.
        let deployment = Set(([nil] + tables).map { ActionKey.attestation(of: told.deployment, table: $0) })
        var made: [(about: String, one: Attestation)] = []
        for entry in facts.entries {
            guard case .completed(let key, .attested(let attestations)) = entry.event else { continue }
            let about =
                key == .attestation(of: told.version) ? "version" : deployment.contains(key) ? "deployment" : nil
            guard let about else { continue }
            made += attestations.map { (about, $0) }
        }
        for key in Set(pems.keys).subtracting(made.map(\.one.key)).sorted() {
            say(.wrong, "attestation key \(key)", "no entry names this key")
        }
        for (about, one) in made.sorted(by: { ($0.about, $0.one.kind.rawValue) < ($1.about, $1.one.kind.rawValue) }) {
            let part = "attestation \(about) \(one.kind.rawValue)"
            guard let envelope = facts.blobs[one.blob.text], let pem = pems[one.key] else {
                absent(part)
                continue
            }
            judge(
                part, "its signature holds and it is about these files",
                "its signature does not hold, or it is about other files",
                SignedStatement(envelope)?.holds(one.kind, pem, facts) == true)
        }
        if made.isEmpty { absent("attestations") }
    }
}

/// What of an envelope is looked at. Its payload is read only as the bytes that were signed.
private struct SignedStatement {
    private struct Envelope: Decodable {
        struct Signature: Decodable { var sig: String }
        var payload: String
        var payloadType: String
        var signatures: [Signature]
    }

    private struct Bundle: Decodable { var dsseEnvelope: Envelope }

    private struct Statement: Decodable {
        struct Subject: Decodable { var digest: [String: String] }
        struct Predicate: Decodable { var resources: [Resource]? }
        struct Resource: Decodable {
            var name: String
            var digest: String
        }
        var _type: String
        var predicateType: String
        var subject: [Subject]
        var predicate: Predicate
    }

    private let envelope: Envelope
    private let payload: [UInt8]
    private let statement: Statement

    init?(_ bytes: [UInt8]) {
        let bundled = (try? Canonical.decode(Bundle.self, from: bytes))?.dsseEnvelope
        guard let envelope = bundled ?? (try? Canonical.decode(Envelope.self, from: bytes)),
            let payload = Data(base64Encoded: envelope.payload),
            let statement = try? Canonical.decode(Statement.self, from: payload)
        else { return nil }
        self.envelope = envelope
        self.payload = Array(payload)
        self.statement = statement
    }

    func holds(_ kind: AttestationKind, _ pem: String, _ facts: CapsuleFacts) -> Bool {
        guard envelope.payloadType == "application/vnd.in-toto+json",
            statement._type == "https://in-toto.io/Statement/v1", statement.predicateType == kind.predicateType,
            let key = VerificationKey(pem: pem)
        else { return false }
        let signed = DSSE.preAuthenticationEncoding(type: envelope.payloadType, payload: payload)
        let isSigned = envelope.signatures.contains { one in
            Data(base64Encoded: one.sig).map { key.verifies(Array($0), of: signed) } == true
        }
        return isSigned && isAbout(facts, kind)
    }

    /// Model signing names each file instead of the list of files, and leaves out what belongs to Git.
    private func isAbout(_ facts: CapsuleFacts, _ kind: AttestationKind) -> Bool {
        let artefacts = facts.capsule.deployment.artefacts
        guard kind == .signature else { return statement.subject.contains { $0.digest["sha256"] == artefacts.hex } }
        guard let files = facts.blob(ArtefactManifest.self, artefacts)?.files else { return false }
        let leftOut: Set<Substring> = [".git", ".gitattributes", ".github", ".gitignore"]
        let covered = files.filter { $0.path.split(separator: "/").first.map(leftOut.contains) == false }
        let listed = Dictionary((statement.predicate.resources ?? []).map { ($0.name, $0.digest) }) { $1 }
        return listed == Dictionary(covered.map { ($0.path, $0.digest.hex) }) { $1 }
    }
}
