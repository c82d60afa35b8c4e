// The signatures of one change, weighed by the keys its base had.
import WritSignatures
import WritVocabulary

struct CapsuleHearing {
    let facts: CapsuleFacts
    let review: PolicyReview
    let change: JudgedChange
    private var trust: SignatureTrust?

    init(facts: CapsuleFacts, review: PolicyReview, change: JudgedChange) {
        self.facts = facts
        self.review = review
        self.change = change
    }

    private var unit: ChangeUnit { review.unit }

    var hasCommits: Bool { unit.commits.allSatisfy { facts.objects[$0.revision.text] != nil } }

    private func commit(_ id: RevisionID) -> CommitObject? {
        guard let object = facts.objects[id.text], object.kind == "commit" else { return nil }
        return try? CommitObject(raw: object.bytes.bytes, id: id)
    }

    /// Whether the parents lead from the head over every commit to the base.
    var commitsLead: Bool {
        let listed = Set(unit.commits.map(\.revision))
        var pending = [unit.head]
        var seen: Set<RevisionID> = []
        while let id = pending.popLast() {
            guard seen.insert(id).inserted, listed.contains(id) else { continue }
            guard let commit = commit(id) else { return false }
            pending += commit.parents
        }
        return commit(unit.head)?.tree == unit.tree && seen.contains(unit.base) && listed.isSubset(of: seen)
    }

    /// Where the keys come from, in words; nil where they are not to be had.
    mutating func readSigners() -> String? {
        let policies = review.policies.sorted { $0.key < $1.key }.map(\.value)
        let listed = policies.compactMap(\.signers)
        guard let revoked = files(policies.compactMap(\.revoked)) else { return nil }
        var signers = files(listed)
        if listed.isEmpty {
            signers = facts.capsule.signers.map { [TrustFile(name: "operator", bytes: $0.bytes)] }
        }
        guard let signers, let trust = try? SignatureTrust(signers: signers, revoked: revoked) else { return nil }
        self.trust = trust
        return listed.isEmpty ? "as the operator named them: Git does not hold them" : "as the base has them"
    }

    private func files(_ paths: [RepositoryPath]) -> [TrustFile]? {
        var files: [TrustFile] = []
        for path in paths {
            guard let way = GitTree.walk(path, from: unit.base.text, { facts.objects[$0] }), let file = way.last else {
                return nil
            }
            files.append(TrustFile(name: path.text, bytes: file.object.bytes.bytes))
        }
        return files
    }

    /// Whether a signature is of a kind that is left to others: OpenPGP here, which takes its own programs.
    func isForeign(_ facts: CommitFacts) -> Bool {
        guard case .signed(let armored, _)? = commit(facts.revision)?.signing else { return false }
        return !armored.starts(with: Array("-----BEGIN SSH SIG".utf8))
    }

    func authenticity(of facts: CommitFacts) async -> Authenticity? {
        guard let trust, let commit = commit(facts.revision) else { return nil }
        return try? await trust.authenticity(of: commit, firstSeen: review.at)
    }

    /// Whether the approval is signed by whom the decision says, in time, and for exactly this change.
    func holds(_ one: AuditCapsule.SignedApproval, _ weighed: Approval) -> Bool {
        let (statement, told) = (weighed.statement, facts.capsule.deployment)
        // One signature has one spelling here, though ssh-keygen would read other white space in it.
        guard one.signature.utf8.allSatisfy({ $0 == 0x0A || (0x20...0x7E).contains($0) }) else { return false }
        let authenticity = trust?.authenticity(
            of: one.statement.bytes, signature: Array(one.signature.utf8), namespace: ApprovalStatement.namespace,
            at: [statement.signedAt, review.at])
        return authenticity == weighed.authenticity && weighed.authenticity.person == statement.person
            && statement.base == unit.base && statement.tree == unit.tree && statement.target == unit.target
            && statement.versions[told.version] == told.artefacts
            && statement.expires.map { $0 > review.at } ?? true
    }
}
