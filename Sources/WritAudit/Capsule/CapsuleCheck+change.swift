// The change that was allowed: its commits, whose keys counted, and who approved it.
import WritSignatures
import WritVocabulary

extension CapsuleCheck {
    mutating func checkChange(_ facts: CapsuleFacts) async {
        let told = facts.capsule.deployment
        let accepted = facts.entries.last { entry in
            guard case .revisionAccepted(let revision, _, _, _) = entry.event else { return false }
            return revision == told.revision && entry.sequence < told.entry
        }
        judge(
            "revision", "\(told.revision) was accepted before traffic moved",
            "it was not accepted before traffic moved", accepted != nil)
        let found = facts.entries.compactMap { entry -> (sequence: Int64, change: JudgedChange)? in
            guard case .changeAllowed(let change) = entry.event, change.head == told.revision,
                change.evidence.flatMap({ facts.blobs[$0.text] }) != nil
            else { return nil }
            return (entry.sequence, change)
        }
        guard let (sequence, change) = found.last else { return absent("change") }
        let review = facts.blob(PolicyReview.self, change.evidence)
        let isFitting =
            review.map { $0.fits(change, told) } == true && sequence < accepted?.sequence ?? -1
        judge(
            "change", "entry \(sequence) allowed it, and it moves \(told.endpoint) to \(told.version)",
            "the change on record is another one", isFitting)
        guard isFitting, let review else { return }
        var hearing = CapsuleHearing(facts: facts, review: review, change: change)
        guard hearing.hasCommits else { return absent("commits") }
        let unit = review.unit
        judge(
            "commits", "\(unit.commits.count) commits lead from \(unit.base.short) to \(unit.head.short)",
            "they do not lead from the base to the change", hearing.commitsLead)
        guard let place = hearing.readSigners() else { return absent("signers") }
        say(.ok, "signers", place)
        for commit in unit.commits { await check(commit, hearing) }
        checkApprovals(hearing)
        if let emergency = change.breakGlass {
            say(.gap, "emergency", "\(emergency.person) went past the rules: \(emergency.reason)")
        }
    }

    private mutating func check(_ commit: CommitFacts, _ hearing: CapsuleHearing) async {
        let part = "commit \(commit.revision)"
        guard case .signed(let person, let key) = commit.authenticity else {
            return say(.gap, part, "no signature counts on it, and the rules allowed that")
        }
        guard !hearing.isForeign(commit) else {
            return say(.gap, part, "\(person) signed with a kind of key this check does not know")
        }
        judge(
            part, "\(person) signed with \(key)", "its signature does not count, or it is another's",
            await hearing.authenticity(of: commit) == commit.authenticity)
    }

    private mutating func checkApprovals(_ hearing: CapsuleHearing) {
        var approved: Set<Person> = []
        for one in hearing.facts.capsule.approvals {
            guard let statement = try? Canonical.decode(ApprovalStatement.self, from: one.statement.bytes) else {
                say(.wrong, "approval", "it is not a statement")
                continue
            }
            let part = "approval \(statement.person)"
            let weighed = hearing.review.unit.approvals.first {
                $0.statement == statement && $0.authenticity.person != nil
            }
            guard let weighed, case .signed(let person, let key) = weighed.authenticity else {
                say(.wrong, part, "the decision did not weigh this approval")
                continue
            }
            judge(
                part, "\(person) signed with \(key)", "its signature does not count, or it is another's",
                hearing.holds(one, weighed))
            approved.insert(statement.person)
        }
        for person in hearing.change.approvers where !approved.contains(person) { absent("approval \(person)") }
    }
}

extension PolicyReview {
    /// Whether it is the review of that change, and the change moves the endpoint to the version.
    fileprivate func fits(_ change: JudgedChange, _ told: AuditCapsule.Deployment) -> Bool {
        unit.base == change.base && unit.head == change.head && change.verdict == .allowed
            && decision.verdict == .allowed
            && unit.moves.contains {
                $0.endpoint == told.endpoint && $0.model == told.version.model
                    && $0.to?.version == told.version.number && ($0.to?.digest ?? told.artefacts) == told.artefacts
            }
    }
}
