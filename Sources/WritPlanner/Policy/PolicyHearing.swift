// One change before the judge: what applies is found once, and weighed at any moment.
import WritVocabulary

struct PolicyHearing {
    let unit: ChangeUnit
    let recorded: RecordedState
    private let sandbox: String?
    /// Sorted by policy and rule.
    let matches: [RuleMatch]
    /// What no rule covers, in words; sorted.
    let uncovered: [String]
    /// Commits that touch nothing and are not signed although some rule in force wants signatures: no rule matches
    /// them, and still nobody may put them on the branch.
    private let anonymous: [CommitFacts]
    private let check: ApprovalCheck
    private let call: BreakGlassRules.Call?

    init(
        _ policies: [(name: ResourceName, policy: Policy)], _ unit: ChangeUnit, base: DesiredState, head: DesiredState,
        _ recorded: RecordedState, sandbox: String?
    ) {
        self.sandbox = sandbox
        var unit = unit
        unit.moves = PinMove.moves(of: unit, base: base, head: head)
        let scope = PolicySubjects(unit, base: base, head: head)
        var covered: [RepositoryPath: Set<PolicySubjects.Subject>] = [:]
        var matches: [RuleMatch] = []
        for (name, policy) in policies {
            for rule in policy.rules.sorted(by: { $0.name < $1.name }) {
                let match = RuleMatch(name, policy, rule, unit, scope) { covered[$0, default: []].insert($1) }
                if let match { matches.append(match) }
            }
        }
        self.unit = unit
        self.recorded = recorded
        self.matches = matches
        let wantsSignatures = policies.contains { $0.policy.rules.contains(where: \.signed) }
        let judged = Set(matches.filter(\.rule.signed).flatMap { $0.commits + $0.bearers }.map(\.revision))
        anonymous = unit.commits.filter { commit in
            wantsSignatures && commit.changedPaths.isEmpty && commit.authenticity.person == nil
                && !judged.contains(commit.revision)
        }
        check = ApprovalCheck(unit, recorded)
        call = BreakGlassRules.Call(unit)
        uncovered = scope.entries.flatMap { entry in
            entry.subjects.filter { covered[entry.path]?.contains($0) != true }.map { subject in
                PolicyWords.path(entry.path) + (subject.words.map { " (\($0))" } ?? "")
            }
        }
    }

    /// The decision at that moment, with `until` where time alone will do.
    func decision(at now: Timestamp) -> PolicyDecision {
        var (decision, windows) = weigh(at: now)
        guard decision.verdict == .waiting, decision.lacks.allSatisfy({ $0.kind == .window }) else { return decision }
        // An emergency may be over before the windows of the other rules open: then its own must be open as well. And
        // an approval may have expired.
        for windows in [windows, matches.map(\.windows)] {
            guard let opening = WindowRules.opening(of: windows, from: now) else { continue }
            guard weigh(at: opening).decision.verdict == .allowed else { continue }
            decision.until = opening
            break
        }
        return decision
    }

    /// The decision without `until`, and the windows that hold it: those of rules no emergency went past.
    private func weigh(at now: Timestamp) -> (decision: PolicyDecision, windows: [WindowRules]) {
        var ballots: [ResourceName: Ballot] = [:]
        for match in matches where !match.rule.approvals.isEmpty && ballots[match.name] == nil {
            ballots[match.name] = Ballot(match.policy, check, at: now)
        }
        let assessments = matches.map { assess($0, ballots[$0.name], at: now) }
        let general = coverage + signatures
        var verdict = PolicyDecision.Verdict.allowed
        if !general.isEmpty || assessments.contains(where: { $0.shortfalls.contains(where: \.isFinal) }) {
            verdict = .refused
        } else if assessments.contains(where: { !$0.shortfalls.isEmpty }) {
            verdict = .waiting
        }
        let outcomes = zip(matches, assessments).map { $1.outcome(of: $0) }
        let emergency = assessments.compactMap(\.emergency).min { $0.until < $1.until }
        let decision = PolicyDecision(
            verdict: verdict, rules: outcomes.sorted(by: PolicyHearing.order), general: general,
            breakGlass: verdict == .allowed ? emergency : nil,
            approvers: Set(assessments.flatMap(\.approvers)).sorted())
        return (decision, zip(matches, assessments).filter { $1.emergency == nil }.map(\.0.windows))
    }

    private var signatures: [PolicyDecision.Lack] {
        let sentences = anonymous.map { CommitRules.lack($0, base: unit.base) }
        return PolicyWords.bounded(sentences, limit: PolicyJudge.Limits.sentences) {
            "\($0) more empty commits without a signature that counts"
        }.map { PolicyDecision.Lack(.signature, $0) }
    }

    private var coverage: [PolicyDecision.Lack] {
        PolicyWords.bounded(uncovered, limit: PolicyJudge.Limits.uncovered) { "\($0) more paths" }.map {
            PolicyDecision.Lack(.rule, "no rule covers \($0); let a policy name it first, or leave it out")
        }
    }

    private func assess(_ match: RuleMatch, _ ballot: Ballot?, at now: Timestamp) -> RuleAssessment {
        var assessment = RuleAssessment()
        CommitRules(match: match, unit: unit).assess(into: &assessment)
        if let ballot { ApprovalRules(match: match, ballot: ballot).assess(into: &assessment) }
        EvidenceRules(match: match, recorded: recorded, now: now, walls: sandbox).assess(into: &assessment)
        match.windows.assess(at: now, into: &assessment)
        EngineRules(match: match, answers: unit.engines).assess(into: &assessment)
        guard let call else { return assessment }
        switch BreakGlassRules(match: match, now: now).answer(call) {
        case .stands(let emergency): assessment.waive(by: emergency)
        case .refused(let sentence): assessment.note(sentence)
        }
        return assessment
    }

    private static func order(_ a: PolicyDecision.RuleOutcome, _ b: PolicyDecision.RuleOutcome) -> Bool {
        func key(_ outcome: PolicyDecision.RuleOutcome) -> String {
            (outcome.met + outcome.missing.map(\.message)).joined(separator: "\n")
        }
        return (a.policy, a.rule) != (b.policy, b.rule) ? (a.policy, a.rule) < (b.policy, b.rule) : key(a) < key(b)
    }
}
