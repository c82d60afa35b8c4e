// Reads an offered change and has it planned, beside the loop and without touching what it decides from.
import WritBackends
import WritLedger
import WritManifests
import WritVocabulary

extension Controller {
    /// What merging `head` into what is accepted now would do; nil while nothing is accepted.
    ///
    /// A head that lags behind is taken from where it branched off: what it changes is what merging it changes.
    public nonisolated func review(
        _ head: RevisionID, from source: any RevisionSource & HistorySource & ReferenceSource, reviews: [ReviewFacts]
    ) async throws -> ReviewedChange? {
        guard let ground = await reviewGround else { return nil }
        let start = try await source.mergeBase(ground.base, head) ?? ground.base
        let tree = try await source.mergedTree(of: head, into: ground.base)
        let reading = try await source.reading(of: head, from: start, descendingFrom: nil)
        var (history, moment) = (RevisionHistory?.none, ground.lastTime)
        if ground.isGoverned, start != head {
            (history, moment) = try await judged(from: start, to: head, ground, source)
        }
        let offered = OfferedChange(
            base: ground.base, head: head, tree: tree, reading: reading, history: history, reviews: reviews,
            moment: moment)
        return try await plan(offered, from: source)
    }

    /// The history, its signatures judged at the last moment the ledger and the head know of, and the last moment the
    /// approvals know of as well: what a laptop with the same base, head and observation finds. The approvals are those
    /// of what is accepted now.
    private nonisolated func judged(
        from start: RevisionID, to head: RevisionID, _ ground: ReviewGround, _ source: any HistorySource
    ) async throws -> (RevisionHistory, Timestamp) {
        func read(_ now: Timestamp) async throws -> RevisionHistory {
            try await source.history(from: start, to: head, trusting: ground.roots, now: now)
        }
        var (history, moment) = (try await read(ground.lastTime), ground.lastTime)
        let committed = history.steps.last?.commits.first { $0.revision == head }?.committedAt
        if let committed, committed > moment { (history, moment) = (try await read(committed), committed) }
        if start != ground.base {
            history.approvals =
                try await source.history(from: ground.base, to: ground.base, trusting: ground.roots, now: moment)
                .approvals
        }
        return (history, history.moment(after: moment))
    }

    private func plan(_ offered: OfferedChange, from source: any RevisionSource) async throws -> ReviewedChange? {
        let update = machine.prepare(offered)
        let contents = try await source.contents(of: Set(update.pathsNeeded), at: offered.head)
        // Somebody may have merged something meanwhile: then this is planned again on the next look.
        guard machine.source.loaded == offered.base else { return nil }
        return try machine.plan(offered, update, contents, at: max(currentTime, offered.moment))
    }

    private struct ReviewGround: Sendable {
        var base: RevisionID
        var roots: TrustRoots
        var isGoverned: Bool
        var lastTime: Timestamp
    }

    private var reviewGround: ReviewGround? {
        guard let base = machine.source.loaded else { return nil }
        let governance = machine.governance
        return ReviewGround(
            base: base, roots: machine.desired.trustRoots(under: governance),
            isGoverned: !machine.desired.policies(under: governance).isEmpty,
            lastTime: machine.log.state.lastTime ?? Timestamp(milliseconds: 0))
    }

    /// Whether some rule in force counts a forge's reviews.
    var countsReviews: Bool {
        machine.desired.policies.contains { $0.policy.rules.contains { $0.approvals.contains(where: \.reviews) } }
    }

    /// Proposals that wait to be merged or declined, in order.
    var openProposals: [(id: ProposalID, request: Int)] {
        machine.log.state.proposals.sorted { $0.key < $1.key }.compactMap { id, record in
            guard record.ending == nil, let request = record.outcome.request else { return nil }
            return (id, request)
        }
    }
}
