// Every signed statement on record, checked with the keys that were in force.
import WritAttestations
import WritAudit
import WritLedger
import WritVocabulary

/// What checking them gave.
struct StatementReport: Sendable {
    var count = 0
    /// The first that does not hold, with its entry.
    var problem: String?
}

extension AuditLedger {
    private static let statementBytes = 65 << 20

    func checkedStatements() throws -> StatementReport {
        let trail = try trail()
        let verifier = AttestationVerifier(trust: try attestationTrust(trail))
        var report = StatementReport()
        for (key, located) in trail.attestations.sorted(by: { $0.value.sequence < $1.value.sequence }) {
            guard case .attest(let order)? = trail.intents[key]?.last?.value else { continue }
            for attestation in located.value where trail.state.expunged[attestation.blob] == nil {
                let bytes = try blobs.read(attestation.blob, limit: Self.statementBytes)
                let verdict = verifier.check(
                    attestation, bytes, of: .init(version: order.version, artefacts: order.artefacts),
                    sequence: located.sequence)
                guard verdict.accepted else {
                    report.problem =
                        "the \(attestation.kind.rawValue) statement of entry \(located.sequence) does not hold: "
                        + verdict.problems.joined(separator: "; ")
                    return report
                }
                report.count += 1
            }
        }
        return report
    }
}

extension AttestationOrder {
    /// The digest a statement must be about.
    fileprivate var artefacts: Digest {
        switch self {
        case .version(let facts): facts.version.artefacts
        case .deployment(let facts): facts.artefacts
        }
    }
}
