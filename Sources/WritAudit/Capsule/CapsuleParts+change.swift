// The change's commits, whose keys counted, and what people signed.
import WritVocabulary

extension CapsuleParts {
    mutating func addCommits(of review: PolicyReview) throws {
        let unit = review.unit
        guard unit.commits.count <= CapsuleLimits.commits else {
            return miss("commits", "there are more than \(CapsuleLimits.commits)")
        }
        for commit in unit.commits {
            guard let object = try sources.object(commit.revision.text, CapsuleLimits.objectBytes) else {
                return miss("commits", "\(commit.revision) is not in the repository any more")
            }
            objects[commit.revision.text] = object
        }
        try addSigners(of: review)
        try addApprovals(of: review)
    }

    private mutating func addSigners(of review: PolicyReview) throws {
        let policies = review.policies.values
        let isOperators = policies.allSatisfy { $0.signers == nil }
        if isOperators { signers = sources.operatorSigners.map { CapsuleBytes(Array($0.utf8)) } }
        for path in Set(policies.flatMap { [$0.signers, $0.revoked].compactMap(\.self) }).sorted() {
            let way = try GitTree.walk(path, from: review.unit.base.text) {
                try sources.object($0, CapsuleLimits.objectBytes)
            }
            guard let way else {
                miss("signers", "\(path) is not in the repository at \(review.unit.base)")
                continue
            }
            for (id, object) in way { objects[id] = object }
        }
        if signers == nil, isOperators {
            miss("signers", "no policy names a file of signers, and the operator's is not here")
        }
    }

    /// The approvals that counted. An approval of another tree or base, or by somebody whose voice the rules did not
    /// ask for, is not part of what allowed the change.
    private mutating func addApprovals(of review: PolicyReview) throws {
        let wanted = Set(review.decision.approvers)
        guard !wanted.isEmpty else { return }
        let weighed = Set(review.unit.approvals.filter { $0.authenticity.person != nil }.map(\.statement))
        for kept in try sources.approvals(review.unit.base).prefix(CapsuleLimits.approvals) {
            guard let statement = try? Canonical.decode(ApprovalStatement.self, from: kept.statement.bytes),
                weighed.contains(statement), wanted.contains(statement.person), statement.tree == review.unit.tree,
                statement.base == review.unit.base
            else { continue }
            approvals.append(kept)
        }
        let found = Set(
            approvals.compactMap {
                try? Canonical.decode(ApprovalStatement.self, from: $0.statement.bytes).person
            })
        for person in wanted.subtracting(found).sorted() {
            let isReview = review.unit.reviews.contains { review in
                review.approves && policiesName(review.account, person)
            }
            miss(
                "approval \(person)",
                isReview ? "a review on the forge, which nobody signed" : "the signed approval is not here any more")
        }

        func policiesName(_ account: String, _ person: Person) -> Bool {
            review.policies.values.contains { $0.accounts[account] == person }
        }
    }
}
