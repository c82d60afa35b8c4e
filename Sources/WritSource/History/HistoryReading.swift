// A history as the port gives it: facts from Git, verdicts from the signatures.
import WritBackends
import WritSignatures
import WritVocabulary

/// Commits between two revisions as they were read, before their signatures are judged.
struct HistoryReading {
    struct Step {
        var head: ObjectID
        var tree: ObjectID
        var commits: [(object: CommitObject, paths: [RepositoryPath])]
    }

    var steps: [Step]

    /// Signatures are judged at the commit's own time and at `now`.
    func judged(by trust: SignatureTrust, now: Timestamp) async throws -> [RevisionHistory.Step] {
        var judged: [RevisionHistory.Step] = []
        for step in steps {
            guard let head = step.head.revision, let tree = step.tree.content else { continue }
            var commits: [CommitFacts] = []
            for (commit, paths) in step.commits {
                let authenticity = try await trust.authenticity(of: commit, firstSeen: now)
                commits.append(CommitFacts(commit, paths, authenticity))
            }
            judged.append(RevisionHistory.Step(head: head, tree: tree, commits: commits))
        }
        return judged
    }
}

extension CommitFacts {
    fileprivate init(_ commit: CommitObject, _ paths: [RepositoryPath], _ authenticity: Authenticity) {
        let read = [CommitFacts.breakGlassTrailer, CommitFacts.breakGlassUntilTrailer]
        self.init(
            revision: commit.id, parents: commit.parents, author: Redaction.printable(commit.author.text),
            committedAt: commit.committedAt,
            subject: Redaction.printable(commit.subject),
            trailers: commit.trailers.filter { read.contains($0.key) }.mapValues { Redaction.printable($0) },
            changedPaths: paths, authenticity: authenticity)
    }
}

extension Repository {
    func reading(from base: ObjectID, to head: ObjectID, limits: SourceLimits) throws -> HistoryReading {
        let shape = try shape(from: base, to: head, limits: limits)
        var pathCount = 0
        let steps = try shape.steps().map { step in
            let commits = try step.commits.map { id in
                let paths = try changedPaths(of: id, parents: shape.parents[id, default: []], limits: limits)
                pathCount += paths.count
                guard pathCount <= limits.historyPathsMaximum else {
                    throw SourceFailure.tooLarge(
                        "The commits between \(base.hex) and \(head.hex) change more than \(limits.historyPathsMaximum) "
                            + "paths. Merge in smaller pieces, or raise the limit.")
                }
                return (try commitObject(id, limits: limits), paths)
            }
            return HistoryReading.Step(head: step.head, tree: try rootTree(of: step.head), commits: commits)
        }
        return HistoryReading(steps: steps)
    }

    func commitObject(_ id: ObjectID, limits: SourceLimits) throws -> CommitObject {
        guard let revision = id.revision else { throw SourceFailure.missing("The revision \(id.hex)", in: path) }
        return try CommitObject(raw: rawCommit(id, limits: limits), id: revision)
    }

    /// The keys in force. A file that is missing, too large or at fault makes the whole unusable: nothing is trusted by
    /// half a list.
    func trust(_ roots: TrustRoots, limits: SourceLimits) throws -> SignatureTrust {
        func files(_ ids: [ContentID], _ what: String) throws -> [TrustFile] {
            let contents = try read(ids, limit: limits.trustFileBytesMaximum, limits: limits)
            return zip(ids, contents).map { TrustFile(name: "\(what) \($0.short)", bytes: $1) }
        }
        var signers = try files(roots.signers, "allowed signers")
        if roots.signers.isEmpty, let operators = roots.operatorSigners {
            // One line that begins with a slash is a path; no line of such a file is.
            let isPath = operators.hasPrefix("/") && !operators.contains("\n")
            let bytes =
                isPath
                ? try BoundedFile.read(operators, limit: limits.trustFileBytesMaximum) : Array(operators.utf8)
            signers = [TrustFile(name: isPath ? operators : "the operator's allowed signers", bytes: bytes)]
        }
        return try SignatureTrust(
            signers: signers, revoked: files(roots.revoked, "revoked keys"),
            keyrings: files(roots.keyrings, "keyring"), openPGP: roots.openPGP)
    }
}
