// The last history that was judged: a branch whose tip is held is asked about at every look.
import WritBackends
import WritSignatures
import WritVocabulary

/// A history and all that its verdicts depend on. Commits and trees never change, so their ids stand for them.
struct RememberedHistory {
    struct Ground: Equatable {
        var base: RevisionID
        var head: RevisionID
        var roots: TrustRoots
        /// Where approvals are kept.
        var approvals: ObjectID?
        /// The keys as they were read, the operator's file included, and which of them are valid at the moment.
        var keys: SignatureTrust.Standing
    }

    var ground: Ground
    var history: RevisionHistory

    /// nil for what is too large to be kept between two looks.
    init?(_ ground: Ground, _ history: RevisionHistory) {
        let paths = history.steps.lazy.flatMap(\.commits).map(\.changedPaths.count).reduce(0, +)
        guard history.steps.count + paths <= SourceLimits.rememberedHistoryMaximum else { return nil }
        self.ground = ground
        self.history = history
    }
}
