// What one rule finds in a change: what is met and what is missing.
import WritVocabulary

struct RuleAssessment {
    struct Shortfall {
        var lack: PolicyDecision.Lack
        /// Whether only other commits will do.
        let isFinal: Bool
    }

    private(set) var met: [String] = []
    private(set) var shortfalls: [Shortfall] = []
    var approvers: Set<Person> = []
    /// The emergency that was gone by; nil when none was needed.
    var emergency: BreakGlass?

    mutating func meet(_ sentence: String) { met.append(sentence) }

    mutating func miss(_ kind: PolicyDecision.Lack.Kind, _ message: String, until: Timestamp? = nil) {
        miss(kind, message, until: until, isFinal: kind == .rule || kind == .signature || kind == .author)
    }

    mutating func miss(
        _ kind: PolicyDecision.Lack.Kind, _ message: String, until: Timestamp? = nil, isFinal: Bool
    ) {
        shortfalls.append(Shortfall(lack: PolicyDecision.Lack(kind, message, until: until), isFinal: isFinal))
    }

    /// Takes away what an emergency goes past.
    mutating func waive(by emergency: BreakGlass) {
        let waived = shortfalls.filter(\.isWaivable)
        guard !waived.isEmpty else { return }
        shortfalls.removeAll(where: \.isWaivable)
        self.emergency = emergency
        let until = PolicyWords.time(emergency.until)
        met += waived.map { "break-glass of \(emergency.person) until \(until) goes past: \($0.lack.message)" }
    }

    /// Says why an emergency somebody declared does not help here.
    mutating func note(_ refusal: String) {
        guard let index = shortfalls.firstIndex(where: \.isWaivable) else { return }
        shortfalls[index].lack.message += "; break-glass does not help: \(refusal)"
    }

    func outcome(of match: RuleMatch) -> PolicyDecision.RuleOutcome {
        PolicyDecision.RuleOutcome(
            policy: match.name, rule: match.rule.name, paths: Array(match.paths.prefix(PolicyJudge.Limits.paths)),
            pathCount: match.paths.count, met: met, missing: shortfalls.map(\.lack))
    }
}

extension RuleAssessment.Shortfall {
    var isWaivable: Bool {
        switch lack.kind {
        case .approval, .evidence, .window: true
        case .signature, .author, .engine, .rule: false
        }
    }
}
