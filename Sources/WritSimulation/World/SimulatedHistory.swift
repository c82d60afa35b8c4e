// Histories of the simulated repository: who signed, what was approved, and what a merge would give.
import WritBackends
import WritVocabulary

/// A key is known while a file of signers names its owner; a file that says `broken` cannot be used.
extension SimulatedSource: HistorySource, ReferenceSource {
    func faults(of roots: TrustRoots) async throws -> [String] {
        try world.perform("reading keys") { state in
            guard state.repository.texts(of: roots).contains(where: { $0.contains("broken") }) else { return [] }
            return ["a file of signers is broken"]
        }
    }

    func history(
        from base: RevisionID, to head: RevisionID, trusting roots: TrustRoots, now: Timestamp
    ) async throws -> RevisionHistory {
        try world.perform("reading history") { state in
            let repository = state.repository
            let known = repository.texts(of: roots)
            var steps: [RevisionHistory.Step] = []
            var next: RevisionID? = head
            while let revision = next, revision != base, let commit = repository.commits[revision] {
                guard let tree = repository.tree(of: revision) else { break }
                let brought = repository.line(to: commit.merged, from: base)
                let facts = ([revision] + brought).map { repository.facts(of: $0, known) }
                steps.append(RevisionHistory.Step(head: revision, tree: tree, commits: facts))
                next = commit.parent
            }
            let approvals = repository.approvals.filter { $0.statement.base == base }.map { approval in
                Approval(
                    statement: approval.statement,
                    authenticity: SimulatedRepository.authenticity(approval.authenticity.person, known))
            }
            return RevisionHistory(steps: steps.reversed(), approvals: approvals)
        }
    }

    func fetch(references: [String]) async throws -> [String: RevisionID] {
        try world.perform("fetching references") { state in
            if let bad = references.first(where: state.repository.spoiled.contains) {
                throw BackendFailure(code: "fetch-failed", message: "\(bad) cannot be had", retry: .transient)
            }
            return state.repository.references.filter { references.contains($0.key) }
        }
    }

    func mergeBase(_ a: RevisionID, _ b: RevisionID) async throws -> RevisionID? {
        try world.perform("looking for a common ancestor") { state in
            var next: RevisionID? = b
            while let revision = next {
                if state.repository.isAncestor(revision, of: a) { return revision }
                next = state.repository.commits[revision]?.parent
            }
            return nil
        }
    }

    func mergedTree(of head: RevisionID, into base: RevisionID) async throws -> ContentID {
        let start = try await mergeBase(base, head)
        return try world.perform("merging") { state in
            let commits = state.repository.commits
            let old = start.flatMap { commits[$0]?.files } ?? [:]
            var files = commits[base]?.files ?? [:]
            let theirs = commits[head]?.files ?? [:]
            for path in Set(old.keys).union(theirs.keys) where old[path] != theirs[path] {
                guard files[path] == old[path] || files[path] == theirs[path] else {
                    throw BackendFailure(
                        code: "merge-conflict", message: "\(path) differs on both sides", retry: .terminal)
                }
                files[path] = theirs[path]
            }
            return SimulatedRepository.id(of: Array(SimulatedRepository.list(files).utf8))
        }
    }
}

extension SimulatedRepository {
    fileprivate func texts(of roots: TrustRoots) -> [String] {
        let files = commits.values.flatMap(\.files.values).filter { roots.signers.contains(Self.id(of: $0)) }
        return files.map { String(decoding: $0, as: UTF8.self) } + [roots.operatorSigners].compactMap(\.self)
    }

    fileprivate func line(to head: RevisionID?, from base: RevisionID) -> [RevisionID] {
        var found: [RevisionID] = []
        var next = head
        while let revision = next, !isAncestor(revision, of: base) {
            found.append(revision)
            next = commits[revision]?.parent
        }
        return found
    }

    fileprivate static func authenticity(_ person: Person?, _ known: [String]) -> Authenticity {
        guard let person else { return .unsigned }
        guard known.contains(where: { $0.contains(person.text) }) else {
            return .refused(reason: "the key of \(person) is not known")
        }
        return .signed(by: person, key: "SHA256:\(person)")
    }

    fileprivate func facts(of revision: RevisionID, _ known: [String]) -> CommitFacts {
        let commit = commits[revision]
        let now = commit?.files ?? [:]
        let sides = (commit?.parents ?? []).map { commits[$0]?.files ?? [:] }
        let all = sides.reduce(Set(now.keys)) { $0.union($1.keys) }
        let changed = all.filter { path in sides.allSatisfy { $0[path] != now[path] } }
        return CommitFacts(
            revision: revision, parents: commit?.parents ?? [], author: commit?.signer?.text ?? "somebody",
            committedAt: commit?.at ?? Timestamp(milliseconds: 0), subject: commit?.subject ?? "",
            changedPaths: Array(changed), authenticity: Self.authenticity(commit?.signer, known))
    }
}
