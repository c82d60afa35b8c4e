// How far the way from the accepted revision to the branch's tip has been judged.
import WritBackends
import WritVocabulary

/// The commits that followed, one of which is being judged. A value: pure.
///
/// Ranges that somebody approved as a whole are tried first, for their approvals are void once a part of them is
/// accepted; then commits one after another, each by the rules of the one before. Where one alone is not allowed, all
/// there is up to the tip is tried.
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
    /// Last steps of every range that was ever to be tried from this base.
    private var known: Set<Int> = []
    /// What was said of the longest range that was tried.
    private(set) var held: (end: Int, review: PolicyReview)?

    init(tip: RevisionID, base: RevisionID, history: RevisionHistory, roots: TrustRoots) {
        self.tip = tip
        self.base = base
        self.history = history
        self.roots = roots
        let last = history.steps.count - 1
        // What nobody known signed is no approval: it makes nobody look at anything.
        let trees = Set(history.approvals.filter { $0.authenticity.person != nil }.map(\.statement.tree))
        let approved = history.steps.indices.filter { trees.contains(history.steps[$0].tree) }
        var seen: Set<Int> = []
        let tried = approved.suffix(Tracing.approvedMaximum) + [0, last]
        ends = last < 0 ? [] : tried.filter { seen.insert($0).inserted }
        known = seen
    }

    /// Approved ranges that are tried, the longest ones.
    static let approvedMaximum = 16

    /// The revision to be read and judged next.
    var candidate: RevisionID? { ends.first.map { history.steps[$0].head } }

    /// Whether approvals of this base are among those read.
    var isFresh: Bool { position == 0 }

    /// The steps of the range being judged.
    var range: ArraySlice<RevisionHistory.Step> {
        guard let end = ends.first, position <= end else { return [] }
        return history.steps[position...end]
    }

    /// Whether the range is longer than the one commit whose turn it is, which was not looked at alone.
    var isAheadOfItsTurn: Bool { ends.first.map { $0 > position } == true && ends.contains(position) }

    /// The range changes the rules its own later commits are judged by: first each commit by itself.
    mutating func postpone() {
        guard isAheadOfItsTurn, let turn = ends.firstIndex(of: position) else { return }
        ends.insert(ends.removeFirst(), at: turn)
    }

    /// Longer ranges that end where a request's merge did: tried next, each once.
    mutating func propose(_ heads: [RevisionID]) {
        guard let end = ends.first else { return }
        let more = heads.compactMap { head in history.steps.firstIndex { $0.head == head } }
            .filter { $0 > end && known.insert($0).inserted }
        ends.insert(contentsOf: more.sorted(), at: 1)
    }

    mutating func accept() {
        guard let end = ends.first else { return }
        base = history.steps[end].head
        position = end + 1
        ends = position < history.steps.count ? [position] : []
        known = Set(ends)
        held = nil
    }

    /// The range is not allowed, or cannot be read: the next one is tried.
    mutating func pass(over review: PolicyReview?) {
        guard let end = ends.first else { return }
        ends.removeFirst()
        if let review, held.map({ $0.end < end }) ?? true { held = (end, review) }
    }
}
