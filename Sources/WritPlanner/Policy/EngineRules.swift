// Whether the engine of the operator's that a rule names said yes.
import WritVocabulary

struct EngineRules {
    let match: RuleMatch
    let answers: [String: EngineVerdict]

    func assess(into assessment: inout RuleAssessment) {
        guard let name = match.rule.engine else { return }
        let engine = "the engine \(PolicyWords.clean(name))"
        guard let verdict = answers[name] else {
            return assessment.miss(.engine, "\(engine) has not answered; see that it runs and can be reached")
        }
        let reasons = verdict.reasons.prefix(PolicyJudge.Limits.engineReasons)
            .map { PolicyWords.clean($0, PolicyJudge.Limits.engineReason) }
        let over = verdict.reasons.count - reasons.count
        let because = (reasons + (over > 0 ? ["\(over) more reasons"] : [])).joined(separator: "; ")
        guard !verdict.allowed else {
            return assessment.meet("\(engine) allows it" + (because.isEmpty ? "" : ": \(because)"))
        }
        assessment.miss(.engine, "\(engine) does not allow it: \(because.isEmpty ? "it gave no reason" : because)")
    }
}
