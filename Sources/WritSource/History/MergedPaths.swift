// What a merge did that merging alone does not explain. Pure.
import WritVocabulary

/// A merge of two sides, as paths that differ between each and the merge, and between each and where both come from.
///
/// That a file equals one side's does not make it innocent: a merge that keeps this side's where only the other had
/// changed it undoes the change, and `git log` shows nothing of it.
struct MergedPaths {
    /// Differ between the first parent and the merge.
    var fromOurs: Set<RepositoryPath>
    var fromTheirs: Set<RepositoryPath>
    var oursChanged: Set<RepositoryPath>
    var theirsChanged: Set<RepositoryPath>

    /// Paths that are neither side's, or one side's where the other side had changed them.
    var unexplained: Set<RepositoryPath> {
        let neither = fromOurs.intersection(fromTheirs)
        let undoesTheirs = fromTheirs.subtracting(fromOurs).intersection(theirsChanged)
        let undoesOurs = fromOurs.subtracting(fromTheirs).intersection(oursChanged)
        return neither.union(undoesTheirs).union(undoesOurs)
    }
}
