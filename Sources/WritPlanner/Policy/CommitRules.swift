// Whether the commits of a change are signed, and by people who may author it.
import WritVocabulary

struct CommitRules {
    let match: RuleMatch
    let unit: ChangeUnit

    func assess(into assessment: inout RuleAssessment) {
        guard !unit.commits.isEmpty else {
            // A plan of what nobody has committed yet.
            guard match.rule.signed || !match.rule.authors.isEmpty else { return }
            let message = "no commit of it is there yet; sign it when you make it: git commit -S"
            return assessment.miss(.signature, message, isFinal: false)
        }
        if match.rule.signed { signatures(into: &assessment) }
        if !match.rule.authors.isEmpty { authors(into: &assessment) }
    }

    private func signatures(into assessment: inout RuleAssessment) {
        let bearers = match.bearers
        let unsigned = (match.commits + bearers).filter { $0.authenticity.person == nil }
        let ordered = unsigned.sorted { $0.revision < $1.revision }
        for commit in ordered.prefix(PolicyJudge.Limits.sentences) {
            assessment.miss(.signature, CommitRules.lack(commit, base: unit.base))
        }
        let over = ordered.count - PolicyJudge.Limits.sentences
        if over > 0 {
            assessment.miss(.signature, "\(PolicyWords.counted(over, "more commit")) without a signature that counts")
        }
        let people = Set(match.commits.compactMap(\.authenticity.person)).sorted().map(\.text)
        guard ordered.isEmpty, !people.isEmpty else { return }
        let count = PolicyWords.counted(match.commits.count, "commit")
        let verb = match.commits.count == 1 ? "is" : "are"
        assessment.meet("\(count) \(verb) signed by \(PolicyWords.list(people, "and"))")
    }

    static func lack(_ commit: CommitFacts, base: RevisionID) -> String {
        let words = PolicyWords.commit(commit)
        let rebase = "git rebase --exec 'git commit --amend --no-edit -S' \(base.short)"
        if case .refused(let reason) = commit.authenticity {
            return "the signature of \(words) does not count: \(PolicyWords.clean(reason, 200)); "
                + "sign it with a key in force at \(base.short): git commit -S, or \(rebase)"
        }
        return "\(words) is not signed; sign it: git commit -S, or \(rebase)"
    }

    private func authors(into assessment: inout RuleAssessment) {
        let entitled = match.people(match.rule.authors)
        let roles = PolicyWords.list(match.rule.authors.sorted().map { PolicyWords.clean($0) }, "or")
        var sentences: [String] = []
        for commit in match.commits {
            if let person = commit.authenticity.person {
                guard !entitled.contains(person) else { continue }
                let who = entitled.sorted().map(\.text)
                let may =
                    who.isEmpty ? "nobody has the role \(roles)" : "\(PolicyWords.list(who, "or")) may, as \(roles)"
                sentences.append("\(person) may not author \(PolicyWords.commit(commit)): \(may)")
            } else if !match.rule.signed {
                sentences.append(
                    "who authored \(PolicyWords.commit(commit)) is not shown: only \(roles) may, so it must be signed")
            }
        }
        for sentence in PolicyWords.bounded(sentences, rest: { "\($0) more commits by people who may not author them" })
        {
            assessment.miss(.author, sentence)
        }
        let people = Set(match.commits.compactMap(\.authenticity.person)).sorted().map(\.text)
        guard sentences.isEmpty, !people.isEmpty else { return }
        assessment.meet("\(PolicyWords.list(people, "and")) may author it as \(roles)")
    }
}
