// How far the way from the accepted revision to the branch's tip has been judged.
import WritBackends
import WritVocabulary

/// The commits that followed, one of which is being judged. A value: pure.
///
/// Commits are judged one after another, each by the rules of the one before. Where one alone is not allowed, ranges
/// that begin with it are tried: those somebody approved as a whole, and all there is up to the tip.
struct Tracing {
    let tip: RevisionID
    let history: RevisionHistory
    let roots: TrustRoots
    /// The revision the next commit follows.
    private(set) var base: RevisionID
    /// Steps accepted since the history was read.
    private(set) var position = 0
    /// Last steps of the ranges still to be tried, the next one first.
    private(set) var ends: [Int]
    /// What was said of the longest range that was tried.
    private(set) var held: (end: Int, review: PolicyReview)?

    init(tip: RevisionID, base: RevisionID, history: RevisionHistory, roots: TrustRoots) {
        self.tip = tip
        self.base = base
        self.history = history
        self.roots = roots
        let last = history.steps.count - 1
        let approved = history.steps.indices.filter { index in
            history.approvals.contains { $0.statement.tree == history.steps[index].tree }
        }
        var seen: Set<Int> = []
        ends = last < 0 ? [] : ([0] + approved + [last]).filter { seen.insert($0).inserted }
    }

    /// The revision to be read and judged next.
    var candidate: RevisionID? { ends.first.map { history.steps[$0].head } }

    /// Whether approvals of this base are among those read.
    var isFresh: Bool { position == 0 }

    /// The steps of the range being judged.
    var range: ArraySlice<RevisionHistory.Step> {
        guard let end = ends.first, position <= end else { return [] }
        return history.steps[position...end]
    }

    mutating func accept() {
        guard let end = ends.first else { return }
        base = history.steps[end].head
        position = end + 1
        ends = position < history.steps.count ? [position] : []
        held = nil
    }

    /// The range is not allowed, or cannot be read: the next one is tried.
    mutating func pass(over review: PolicyReview?) {
        guard let end = ends.first else { return }
        ends.removeFirst()
        if let review, held.map({ $0.end < end }) ?? true { held = (end, review) }
    }
}
