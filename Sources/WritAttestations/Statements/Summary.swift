// What was checked before a version served: SLSA verification summary v1 (slsa.dev/spec/v1.0/verification_summary).
import WritVocabulary

struct Summary {
    let facts: AttestationOrder.DeploymentFacts
    let builder: BuilderIdentity
    let evidence: StatementEvidence

    init(_ facts: AttestationOrder.DeploymentFacts, _ builder: BuilderIdentity, _ evidence: StatementEvidence) {
        self.facts = facts
        self.builder = builder
        self.evidence = evidence
    }

    func predicate() throws -> JSONValue {
        [
            "verifier": ["id": .string(builder.id)],
            "timeVerified": .text(facts.at),
            "resourceUri": .string(builder.uri(facts.endpoint.text)),
            "policy": try policy(),
            "inputAttestations": .array(inputs),
            "verificationResult": isAllowed ? "PASSED" : "FAILED",
            "verifiedLevels": .strings(isAllowed ? levels : ["FAILED"]),
            "slsaVersion": "1.0",
        ]
    }

    /// Where no policy is in force, nothing can be against it.
    private var isAllowed: Bool { facts.change.map { $0.verdict == .allowed } ?? true }

    /// The policies the change was judged by, by the digest of their canonical encoding.
    private func policy() throws -> JSONValue {
        guard let change = facts.change else { return ["uri": .string(builder.uri("policies/none"))] }
        let uri = JSONValue.string(builder.uri("policies/\(change.base)"))
        guard let review = evidence.review else { return ["uri": uri] }
        return ["uri": uri, "digest": ["sha256": .string(try Digest(canonical: review.policies).hex)]]
    }

    private var inputs: [JSONValue] {
        let order = AttestationKind.allCases
        func place(_ attestation: Attestation) -> Int { order.firstIndex(of: attestation.kind) ?? order.count }
        return facts.attestations.sorted { (place($0), $0.blob) < (place($1), $1.blob) }.map {
            ["uri": .string(builder.uri("blobs/\($0.blob.hex)")), "digest": ["sha256": .string($0.blob.hex)]]
        }
    }

    /// SLSA's own level is the lowest that provenance bears by itself: how hardened the machine is, Writ cannot see.
    private var levels: [String] {
        let kinds = Set(facts.attestations.map(\.kind))
        var found = [kinds.contains(.provenance) ? "SLSA_BUILD_LEVEL_1" : "SLSA_BUILD_LEVEL_0"]
        if kinds.contains(.signature) { found.append("WRIT_FILES_SIGNED") }
        if let change = facts.change {
            found.append(change.breakGlass == nil ? "WRIT_CHANGE_ALLOWED" : "WRIT_CHANGE_BY_BREAK_GLASS")
            if !change.approvers.isEmpty { found.append("WRIT_CHANGE_APPROVED") }
        }
        return found + evidence.gates.sorted().map { "WRIT_GATE_PASSED \($0)" }
    }
}
