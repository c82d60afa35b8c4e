// What holds of every judgement, on changes nobody would think of.
import Testing
import WritPlanner
import WritVocabulary

struct PolicyPropertyTests {
    @Test("the order of commits, items, approvals, reviews, policies and rules decides nothing", arguments: 0..<2)
    func order(seed: UInt64) throws {
        var numbers = PolicyNumbers(seed: seed)
        for _ in 0..<60 {
            let change = PolicyCase.random(&numbers)
            var shuffled = change
            shuffled.unit.commits.shuffle(using: &numbers)
            shuffled.unit.items.shuffle(using: &numbers)
            shuffled.unit.approvals.shuffle(using: &numbers)
            shuffled.unit.reviews.shuffle(using: &numbers)
            shuffled.unit.moves.shuffle(using: &numbers)
            for name in shuffled.policies.keys { shuffled.policies[name]?.rules.shuffle(using: &numbers) }
            let judge = PolicyJudge(
                policies: shuffled.policies.map { (name: $0.key, policy: $0.value) }.shuffled(using: &numbers))
            let decision = judge.decide(
                shuffled.unit, base: shuffled.base, head: shuffled.head, recorded: shuffled.recorded, now: shuffled.now)
            #expect(try Canonical.encode(decision) == Canonical.encode(change.decide()))
            #expect(PolicyText().markdown(decision) == PolicyText().markdown(change.decide()))
        }
    }

    @Test(
        "one approval more never takes away what was allowed, and only approvals allow what was not", arguments: 0..<2)
    func approvals(seed: UInt64) {
        var numbers = PolicyNumbers(seed: seed &+ 100)
        var (allowed, helped) = (0, 0)
        for _ in 0..<120 {
            var change = PolicyCase.random(&numbers)
            let before = change.decide()
            change.addApproval(&numbers)
            let after = change.decide()
            if before.verdict == .allowed { allowed += 1 }
            if before.verdict == .waiting, after.verdict == .allowed { helped += 1 }
            #expect(before.verdict != .allowed || after.verdict == .allowed)
            #expect((before.verdict == .refused) == (after.verdict == .refused))
            #expect(Set(before.approvers).isSubset(of: after.approvers))
        }
        #expect(allowed > 3 && helped > 0, "the changes are too bad to show anything: \(allowed), \(helped)")
    }

    @Test("taking evidence away never allows anything", arguments: 0..<2)
    func evidence(seed: UInt64) {
        var numbers = PolicyNumbers(seed: seed &+ 200)
        var (allowed, lost) = (0, 0)
        for _ in 0..<120 {
            var change = PolicyCase.random(&numbers)
            let before = change.decide()
            change.removeEvidence(&numbers)
            let after = change.decide()
            #expect(before.verdict == .allowed || after.verdict != .allowed)
            if before.verdict == .allowed { allowed += 1 }
            if before.verdict == .allowed, after.verdict != .allowed { lost += 1 }
        }
        #expect(allowed > 3 && lost > 0, "the changes are too bad to show anything: \(allowed), \(lost)")
    }

    @Test("nobody who signed a commit of the change approves it, and whoever approves has signed that very change")
    func authors() {
        var numbers = PolicyNumbers(seed: 300)
        for _ in 0..<200 {
            var change = PolicyCase.random(&numbers)
            change.policies = [PolicyCase.prod: change.policy]
            for index in change.policy.rules.indices {
                change.policy.rules[index].paths = []
                change.policy.rules[index].kinds = []
                change.policy.rules[index].tiers = []
            }
            let decision = change.decide()
            let signers = Set(change.unit.commits.filter { !$0.changedPaths.isEmpty }.compactMap(\.authenticity.person))
            #expect(signers.isDisjoint(with: decision.approvers))
            let voters = change.unit.approvals.filter {
                $0.authenticity.person == $0.statement.person && $0.statement.base == change.unit.base
                    && $0.statement.evidence == EvidenceDigests.current(for: change.unit.moves, change.recorded)
            }
            let reviewers = change.unit.reviews.filter { $0.head == change.unit.head && $0.approves }
            let people = voters.map(\.statement.person) + reviewers.compactMap { change.policy.accounts[$0.account] }
            #expect(Set(decision.approvers).isSubset(of: people))
        }
    }

    @Test("a verdict is what its lacks say: none is allowed, one only commits cure is refused")
    func verdicts() {
        var numbers = PolicyNumbers(seed: 400)
        var seen: Set<PolicyDecision.Verdict> = []
        for _ in 0..<200 {
            let decision = PolicyCase.random(&numbers).decide()
            seen.insert(decision.verdict)
            #expect((decision.verdict == .allowed) == decision.lacks.isEmpty)
            let kinds = Set(decision.lacks.map(\.kind))
            if !kinds.isDisjoint(with: [.rule, .signature, .author]) { #expect(decision.verdict == .refused) }
            if kinds.isSubset(of: [.approval, .window, .engine]) { #expect(decision.verdict != .refused) }
            #expect(decision.until == nil || (decision.verdict == .waiting && kinds == [.window]))
            #expect(decision.breakGlass == nil || decision.verdict == .allowed)
        }
        #expect(seen.count == 3)
    }
}

extension PolicyCase {
    static let people = [alice, bob, carol, dave]
    static let paths = [path, RepositoryPath("models/credit.yaml")!, RepositoryPath("training/train.py")!]

    /// Often in order, seldom wholly.
    static func random(_ numbers: inout PolicyNumbers) -> PolicyCase {
        var change = PolicyCase()
        change.policy.rules = (0..<Int.random(in: 1...3, using: &numbers)).map { _ in rule(&numbers) }
        if numbers.happens(3) {
            change.policies[ResourceName("audit")!] = Policy(
                repository: change.policy.repository, roles: ["owner": [alice], "risk": Set(people)],
                rules: [rule(&numbers)])
        }
        for digit in "3456".prefix(Int.random(in: 0...3, using: &numbers)) {
            let person = numbers.happens(2) ? alice : people.randomElement(using: &numbers)!
            let signed = Authenticity.signed(by: person, key: "SHA256:\(person)")
            let chosen = paths.filter { _ in numbers.happens(3) }
            change.commit(digit, by: numbers.happens(12) ? .unsigned : signed, touching: chosen)
            for path in chosen where !change.unit.items.contains(where: { $0.path == path }) {
                change.unit.items.append(ChangedItem(path: path))
            }
        }
        if numbers.happens(8) { change.record.gates[0].passed = false }
        change.unit.approvals = []
        for _ in 0..<Int.random(in: 0...3, using: &numbers) { change.addApproval(&numbers) }
        for account in ["bob-forge", "carol-forge", "nobody"] where numbers.happens(3) {
            let head = numbers.happens(3) ? change.unit.base : change.unit.head
            change.unit.reviews.append(ReviewFacts(account: account, head: head, approves: !numbers.happens(4)))
        }
        if numbers.happens(2) { change.unit.engines["opa"] = EngineVerdict(allowed: !numbers.happens(3)) }
        if numbers.happens(4) { change.unit.commits[0].trailers = ["break-glass": "bad forecasts"] }
        return change
    }

    private static func rule(_ numbers: inout PolicyNumbers) -> Policy.Rule {
        var rule = Policy.Rule(name: numbers.happens(2) ? "one" : "two", signed: !numbers.happens(4))
        if numbers.happens(4) { rule.paths = [PathPattern("endpoints/**")!] }
        if numbers.happens(6) { rule.kinds = [.endpoint] }
        if numbers.happens(6) { rule.tiers = ["high"] }
        if numbers.happens(3) { rule.authors = ["owner"] }
        rule.approvals = (0..<Int.random(in: 0...2, using: &numbers)).map { _ in
            Policy.ApprovalDemand(
                count: Int.random(in: 1...2, using: &numbers), role: numbers.happens(2) ? "risk" : nil,
                reviews: numbers.happens(3))
        }
        if numbers.happens(2) { rule.evidence = PolicyCase.rule.evidence }
        if numbers.happens(5) {
            rule.windows = [.maintenance(days: [1, 3], startMinute: numbers.happens(2) ? 600 : 900, endMinute: 1000)]
        }
        if numbers.happens(3) { rule.breakGlass = Policy.BreakGlassRule(role: "oncall", longest: .minutes(600)) }
        if numbers.happens(6) { rule.engine = "opa" }
        return rule
    }

    mutating func addApproval(_ numbers: inout PolicyNumbers) {
        let person = PolicyCase.people.randomElement(using: &numbers)!
        var approval = Approval(
            statement: statement(person), authenticity: .signed(by: person, key: numbers.happens(4) ? "a" : "b"))
        switch Int.random(in: 0..<10, using: &numbers) {
        case 0: approval.authenticity = .unsigned
        case 1: approval.authenticity = .signed(by: PolicyCase.bob, key: "b")
        case 2: approval.statement.base = PolicyCase.revision("0")
        case 3: approval.statement.expires = now
        default: break
        }
        unit.approvals.append(approval)
    }

    mutating func removeEvidence(_ numbers: inout PolicyNumbers) {
        switch Int.random(in: 0..<7, using: &numbers) {
        case 0: recorded.versions = [:]
        case 1: record.gates = []
        case 2: record.metrics["bias"] = nil
        case 3: recorded.executions[PolicyCase.run] = nil
        case 4: recorded.snapshots = [:]
        case 5: record.card = nil
        default: recorded = RecordedState()
        }
    }
}

extension PolicyNumbers {
    /// Once in so many times.
    mutating func happens(_ times: Int) -> Bool { Int.random(in: 0..<times, using: &self) == 0 }
}
