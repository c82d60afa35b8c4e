// One change in words: who wrote it, who approved it, what the policies said, what came of it.
import WritVocabulary

struct ChangeStory {
    typealias Fact = AuditReport.Fact

    let trail: AuditTrail
    let material: AuditMaterial

    func facts(_ change: ChangeRecord) -> [Fact] {
        let accepted = change.accepted
        var facts = [Fact("change", change.revision.text, [accepted.sequence])]
        if let review = review(change) { facts += commits(review, change) }
        facts.append(authors(change))
        facts.append(approvers(change))
        facts.append(verdict(change))
        facts += change.held.map { held in
            let count = held.value.missingCount
            let lacks = held.value.missing.joined(separator: "; ")
            return Fact(
                "held before", "at \(held.time), \(held.value.verdict.rawValue), \(count) missing: \(lacks)",
                [held.sequence])
        }
        if let glass = change.breakGlass {
            facts.append(
                Fact(
                    "emergency", "\(glass.person) went past the rules until \(glass.until): \(glass.reason)",
                    [change.allowed?.sequence].compactMap(\.self), isGap: true))
        }
        if let tip = change.tip {
            facts.append(
                Fact("accepted by hand", "\(tip.value.actor): \(tip.value.reason)", [tip.sequence], isGap: true))
        }
        if let evidence = change.allowed?.value.evidence {
            facts.append(Fact("evidence", evidence.text, [change.allowed?.sequence].compactMap(\.self)))
        }
        facts.append(Fact("accepted", accepted.time.text, [accepted.sequence]))
        return facts
    }

    func review(_ change: ChangeRecord) -> PolicyReview? {
        change.allowed?.value.evidence.flatMap { material.reviews[$0] }
    }

    private func commits(_ review: PolicyReview, _ change: ChangeRecord) -> [Fact] {
        let cited = [change.allowed?.sequence].compactMap(\.self)
        return review.unit.commits.map { commit in
            Fact("commit", "\(commit.revision.short) “\(commit.subject)”, \(signature(commit.authenticity))", cited)
        } + [Fact("tree", review.unit.tree.text, cited)]
    }

    func signature(_ authenticity: Authenticity) -> String {
        switch authenticity {
        case .signed(let person, let key): "signed by \(person) with \(key)"
        case .unsigned: "not signed"
        case .refused(let reason): "its signature does not count: \(reason)"
        }
    }

    private func authors(_ change: ChangeRecord) -> Fact {
        guard let allowed = change.allowed else { return Fact("author", "not on record", isGap: true) }
        let names = allowed.value.authors.map(\.text).joined(separator: ", ")
        return Fact(
            "author", names.isEmpty ? "not on record" : names, [allowed.sequence], isGap: names.isEmpty)
    }

    private func approvers(_ change: ChangeRecord) -> Fact {
        guard let allowed = change.allowed else { return Fact("approvers", "none on record", isGap: true) }
        let names = allowed.value.approvers.map(\.text).joined(separator: ", ")
        let isGap = names.isEmpty && allowed.value.breakGlass != nil
        return Fact("approvers", names.isEmpty ? "none" : names, [allowed.sequence], isGap: isGap)
    }

    private func verdict(_ change: ChangeRecord) -> Fact {
        guard let allowed = change.allowed else {
            return Fact("policies", "none was in force: the change was not judged", isGap: true)
        }
        return Fact(
            "policies", "\(allowed.value.verdict.rawValue), by the rules at \(allowed.value.base)", [allowed.sequence])
    }
}
