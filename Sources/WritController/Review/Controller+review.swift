// Reads an offered change and has it planned, beside the loop and without touching what it decides from.
import WritBackends
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
        var history: RevisionHistory?
        if ground.isGoverned, start != head {
            history = try await source.history(from: start, to: head, trusting: ground.roots, now: currentTime)
        }
        let offered = OfferedChange(
            base: ground.base, head: head, tree: tree, reading: reading, history: history, reviews: reviews)
        return try await plan(offered, from: source)
    }

    private func plan(_ offered: OfferedChange, from source: any RevisionSource) async throws -> ReviewedChange? {
        let update = machine.prepare(offered)
        let contents = try await source.contents(of: Set(update.pathsNeeded), at: offered.head)
        // Somebody may have merged something meanwhile: then this is planned again on the next look.
        guard machine.source.loaded == offered.base else { return nil }
        return try machine.plan(offered, update, contents, at: currentTime)
    }

    private var reviewGround: (base: RevisionID, roots: TrustRoots, isGoverned: Bool)? {
        guard let base = machine.source.loaded else { return nil }
        let governance = machine.governance
        return (
            base, machine.desired.trustRoots(under: governance), !machine.desired.policies(under: governance).isEmpty
        )
    }
}
