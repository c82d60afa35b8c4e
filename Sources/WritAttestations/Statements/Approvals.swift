// That people approved it for an endpoint, and what they saw: writ.dev/attestation/approval/v1.
import Foundation
import WritVocabulary

struct Approvals {
    let facts: AttestationOrder.DeploymentFacts
    let review: PolicyReview?

    init(_ facts: AttestationOrder.DeploymentFacts, _ review: PolicyReview?) {
        self.facts = facts
        self.review = review
    }

    /// nil when nobody approved.
    func predicate() throws -> JSONValue? {
        guard let review else { return nil }
        let signed = try signedApprovals(review)
        let others = Set(review.decision.approvers).subtracting(signed.map(\.person)).sorted()
        guard !signed.isEmpty || !others.isEmpty else { return nil }
        return [
            "endpoint": .text(facts.endpoint),
            "deployment": .text(facts.deployment),
            "revision": .text(facts.revision),
            "change": [
                "target": .string(review.unit.target), "base": .text(review.unit.base), "head": .text(review.unit.head),
                "tree": .text(review.unit.tree),
            ],
            "judgedOn": .text(review.at),
            "policyDigest": ["sha256": .string(try Digest(canonical: review.policies).hex)],
            "approvals": .array(signed.map(\.json)),
            // Approvals by review: the forge says so, no signature does.
            "reviewers": .strings(others.map(\.text)),
        ]
    }

    /// What counted and was signed, by person and key.
    private func signedApprovals(_ review: PolicyReview) throws -> [(person: Person, json: JSONValue)] {
        let counted = Set(review.decision.approvers)
        var found: [(person: Person, key: String, json: JSONValue)] = []
        for approval in review.unit.approvals {
            let statement = approval.statement
            guard case .signed(let person, let key) = approval.authenticity, person == statement.person,
                counted.contains(person), means(statement, review)
            else { continue }
            found.append((person, key, try json(statement, key)))
        }
        found.sort { ($0.person, $0.key) < ($1.person, $1.key) }
        return found.map { ($0.person, $0.json) }
    }

    /// Whether it is of this change and had not expired when the change was judged.
    private func means(_ statement: ApprovalStatement, _ review: PolicyReview) -> Bool {
        statement.base == review.unit.base && statement.tree == review.unit.tree
            && statement.target == review.unit.target && statement.expires.map { review.at < $0 } ?? true
    }

    private func json(_ statement: ApprovalStatement, _ key: String) throws -> JSONValue {
        let text = try Canonical.encode(statement)
        return .fields([
            "person": .text(statement.person),
            "key": .string(key),
            "meaning": .string(statement.meaning),
            "signedAt": .text(statement.signedAt),
            "expires": statement.expires.map(JSONValue.text),
            "evidence": .object(statement.evidence.mapValues { ["sha256": .string($0.hex)] }),
            "namesSubject": .boolean(statement.versions[facts.version] == facts.artefacts),
            // What was signed, byte for byte, under the namespace of SSHSIG.
            "namespace": .string(ApprovalStatement.namespace),
            "statement": .string(String(decoding: text, as: UTF8.self)),
            "statementDigest": ["sha256": .string(Digest(of: text).hex)],
        ])
    }
}
