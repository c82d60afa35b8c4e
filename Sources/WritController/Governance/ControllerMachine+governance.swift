// Judges every commit between the accepted revision and the tip by the rules of the commit before it.
import Foundation
import WritBackends
import WritExecutor
import WritLedger
import WritManifests
import WritPlanner
import WritVocabulary

/// A change that was read and compiled, while others are asked about it.
struct JudgingStep {
    var compiled: CompiledRevision
    var revision: RevisionID
    var contents: [RepositoryPath: ContentID]
    var change: DesiredState.Change
}

extension ControllerMachine {
    /// A candidate is read whole: asks others where a rule wants that, else decides.
    mutating func judge(
        _ compiled: CompiledRevision, _ revision: RevisionID, _ contents: [RepositoryPath: ContentID],
        at now: Timestamp
    ) throws -> [ControllerEffect] {
        switch index.preview(compiled.update, revision: revision, contents: contents) {
        case .success(let change) where compiled.refused.isEmpty:
            let step = JudgingStep(compiled: compiled, revision: revision, contents: contents, change: change)
            let asked: Consultation?
            do { asked = try consultation(on: step, at: now) } catch {
                // What cannot be told to an engine was not allowed by it.
                return try passOver(revision, [FailureRecord(error).message], count: 1, at: now)
            }
            guard let asked else { return try decide(step, .init(), at: now) }
            judging = step
            return [.consult(revision, asked)]
        case .success:
            return try passOver(revision, compiled.refused, count: compiled.refused.count, at: now)
        case .failure(let refusal):
            let errors = compiled.refused + refusal.diagnostics.map(\.rendered)
            return try passOver(revision, errors, count: compiled.refused.count + refusal.count, at: now)
        }
    }

    mutating func consulted(
        _ revision: RevisionID, _ answers: Consultation.Answers, at now: Timestamp
    ) throws -> [ControllerEffect] {
        guard let step = judging, step.revision == revision else { return [] }
        judging = nil
        tracing?.propose(answers.reviews.ends)
        return try decide(step, answers, at: now)
    }

    private mutating func decide(
        _ step: JudgingStep, _ answers: Consultation.Answers, at now: Timestamp
    ) throws -> [ControllerEffect] {
        guard let tip = tracing?.tip, let review = review(step, answers, at: now) else {
            retrace(tracing?.tip ?? step.revision)
            return []
        }
        guard review.decision.verdict == .allowed else {
            tracing?.pass(over: review)
            return try tryNext(tip, at: now)
        }
        if tracing?.isAheadOfItsTurn == true, changesRules(step.change) {
            tracing?.postpone()
            return try tryNext(tip, at: now)
        }
        // The index is what it was when this was previewed: nothing else changes it while a change is judged.
        guard
            case .success(let change) = index.commit(
                step.compiled.update, revision: step.revision, contents: step.contents)
        else {
            retrace(tip)
            return []
        }
        var allowed: [EntryDraft] = []
        if !review.policies.isEmpty {
            let judged = JudgedChange(review, evidence: try keep(try Canonical.encode(review)))
            allowed = [
                EntryDraft(time: now, cause: .commit(step.revision), subject: nil, event: .changeAllowed(judged))
            ]
        }
        tracing?.accept()
        try accept(change, allowed, at: now)
        return [.markAccepted(step.revision)]
    }

    private mutating func retrace(_ tip: RevisionID) {
        tracing = nil
        source.retrace(tip)
    }

    /// Whether a range leads to other rules, or changes them on its way and puts them back.
    private func changesRules(_ change: DesiredState.Change) -> Bool {
        var paths: Set<RepositoryPath> = []
        for (name, policy) in desired.policies {
            paths.formUnion(policy.paths)
            if let place = desired.resources[ResourceID(.policy, name)]?.location.path { paths.insert(place) }
        }
        let commits = (tracing?.range ?? []).lazy.flatMap(\.commits)
        return commits.contains { $0.changedPaths.contains(where: paths.contains) }
            || change.resources.keys.contains { $0.kind == .policy }
            || desired.trustRoots(under: governance, after: change) != desired.trustRoots(under: governance)
    }

    /// What cannot be compiled may be mended by the commits after it.
    mutating func passOver(
        _ revision: RevisionID, _ errors: [String], count: Int, at now: Timestamp
    ) throws -> [ControllerEffect] {
        guard let tip = tracing?.tip else { return [] }
        tracing?.pass(over: nil)
        if tracing?.candidate == nil, tracing?.held == nil, tracing?.isFresh == true {
            try refuse(revision, errors, count: count, at: now)
            return []
        }
        return try tryNext(tip, at: now)
    }

    /// The next range from the same base; where there is none, the way is read again or the tip is held.
    private mutating func tryNext(_ tip: RevisionID, at now: Timestamp) throws -> [ControllerEffect] {
        guard let tracing, let base = source.loaded else { return [] }
        if let candidate = tracing.candidate {
            source.step = .reading(tip)
            return [.readChanges(from: base, to: candidate, descendingFrom: nil)]
        }
        self.tracing = nil
        guard tracing.isFresh, let held = tracing.held else {
            source.retrace(tip)
            return []
        }
        source.hold(tip, until: held.review.decision.until)
        try note(held.review, at: now)
        return []
    }

    /// Recorded once, however often it is looked at.
    private mutating func note(_ review: PolicyReview, at now: Timestamp) throws {
        var judged = JudgedChange(review, evidence: nil)
        var known = log.state.source.held
        known?.evidence = nil
        guard known != judged, !isChatter(judged, after: known, at: now) else { return }
        judged.evidence = try keep(try Canonical.encode(review))
        try record([
            EntryDraft(time: now, cause: .commit(review.unit.head), subject: nil, event: .changeHeld(judged))
        ])
    }

    /// Whether only the words differ: an engine that says it differently each time does not fill the ledger.
    private func isChatter(_ judged: JudgedChange, after known: JudgedChange?, at now: Timestamp) -> Bool {
        guard var known, let since = log.state.source.heldAt, now < since + limits.heldPause else { return false }
        known.missing = judged.missing
        return known == judged
    }

    private func review(_ step: JudgingStep, _ answers: Consultation.Answers, at now: Timestamp) -> PolicyReview? {
        guard let tracing, let tree = tracing.range.last?.tree else { return nil }
        let unit = ChangeUnit(
            target: governance.target, base: tracing.base, tree: tree, commits: tracing.range.flatMap(\.commits),
            changes: step.compiled.changes, change: step.change, desired: desired,
            approvals: tracing.isFresh ? tracing.history.approvals : [], reviews: answers.reviews.reviews,
            landing: answers.reviews.landing, engines: answers.engines)
        let policies = desired.policies(under: governance)
        let decision = PolicyJudge(policies: policies, sandbox: governance.sandbox).decide(
            unit, base: desired, head: desired.part(after: step.change), recorded: log.state, now: now)
        let named = Dictionary(policies.map { ($0.name, $0.policy) }) { first, _ in first }
        return PolicyReview(
            unit: unit, policies: named, decision: decision, at: now, sandbox: governance.sandbox)
    }

    /// nil when no rule in force asks anybody.
    private func consultation(on step: JudgingStep, at now: Timestamp) throws -> Consultation? {
        let rules = desired.policies(under: governance).flatMap(\.policy.rules)
        let engines = Set(rules.compactMap(\.engine)).sorted()
        let wantsReviews = rules.contains { $0.approvals.contains(where: \.reviews) }
        guard let tracing, let tree = tracing.range.last?.tree, !engines.isEmpty || wantsReviews else { return nil }
        let observation = ObservationRecord(recorded: log.state, live: live)
        let plan =
            engines.isEmpty
            ? nil
            : try ChangePlanner().plan(
                base: desired, change: step.change, observation: observation, basis: .assumed, decision: nil)
        let arrival = Consultation.Arrival(
            target: governance.target, base: tracing.base, head: step.revision, tree: tree,
            commits: tracing.range.flatMap(\.commits), roots: tracing.roots, at: now)
        return Consultation(
            engines: engines, input: try plan.map { Array(try Canonical.encode($0)) } ?? [],
            arrival: wantsReviews ? arrival : nil)
    }

    /// A proposal can be merged before its own outcome is known: the answer was lost and the act done again. Nobody
    /// will merge it once more, so it is done as well.
    mutating func endProposals(madeBy finished: [Performed], at now: Timestamp) throws {
        guard let revision = desired.revision else { return }
        let drafts = finished.compactMap { performed -> EntryDraft? in
            guard case .success(.proposed) = performed.result, case .propose(let order) = performed.planned.action,
                log.state.proposals[order.id].map({ $0.ending == nil }) ?? false,
                desired.endpoint(order.id.endpoint)?.pin?.version == order.to.version
            else { return nil }
            return EntryDraft(
                time: now, cause: .commit(revision), subject: performed.planned.resource,
                event: .proposalEnded(order.id, .merged))
        }
        try record(drafts)
    }

    /// Proposals whose pin the branch has now are done.
    mutating func endMergedProposals(_ change: DesiredState.Change, at now: Timestamp) throws {
        guard change.resources.keys.contains(where: { $0.kind == .endpoint }) else { return }
        let open = log.state.proposals.filter { id, record in
            record.ending == nil && change.resources[ResourceID(.endpoint, id.endpoint)] != nil
        }
        let drafts = open.sorted { $0.key < $1.key }.compactMap { id, record -> EntryDraft? in
            guard desired.endpoint(id.endpoint)?.pin?.version == record.order.to.version else { return nil }
            return EntryDraft(
                time: now, cause: .commit(change.revision), subject: ResourceID(.endpoint, id.endpoint),
                event: .proposalEnded(id, .merged))
        }
        try record(drafts)
    }
}

extension JudgedChange {
    /// How many sentences of what is missing go into the ledger.
    static let listedMaximum = 20

    init(_ review: PolicyReview, evidence: Digest?) {
        let lacks = review.decision.lacks
        self.init(
            base: review.unit.base, head: review.unit.head, verdict: review.decision.verdict,
            missing: lacks.prefix(Self.listedMaximum).map { String($0.message.prefix(500)) }, missingCount: lacks.count,
            authors: Array(Set(review.unit.commits.compactMap(\.authenticity.person))),
            approvers: review.decision.approvers, until: review.decision.until,
            breakGlass: review.decision.breakGlass, evidence: evidence)
    }
}
