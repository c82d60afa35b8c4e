// What the source asks of the network, one errand at a time.
import WritBackends
import WritVocabulary

extension GitSource {
    /// The branch's tip, brought into the mirror. Waits its turn where ``fetch()`` refuses.
    func tip() async throws -> RevisionID {
        guard case .mirror(let configuration, let place) = origin else { return try repository().resolve("HEAD") }
        let answer = try await run(FetchRequest(configuration), place)
        if answer.joinedPacks > 0 { reopen() }
        for (name, head) in answer.moved.sorted(by: { $0.key < $1.key }) where resting.wakes(name, head) {
            await keep(name, head, configuration, place)
        }
        guard let tip = answer.found[configuration.branch.reference] else {
            throw FetchRequest(configuration).branchMissing()
        }
        _ = try repository().commit(ObjectID(tip))
        return tip
    }

    /// Whoever may write approvals need not be one who may write the branch, and must not be able to hold it up: each
    /// has a process, bounds and a deadline of its own, and one that fails is told and left alone for a while.
    private func keep(
        _ name: String, _ head: RevisionID, _ configuration: SourceConfiguration, _ place: FetchPlace
    ) async {
        do {
            let answer = try await run(FetchRequest(configuration, wanted: .beside(name)), place)
            if answer.joinedPacks > 0 { reopen() }
        } catch {
            resting.rest(name, head, fetches: limits.besideRestFetches)
            note(["\(name) was not brought: \(FailureRecord(error).message)"])
        }
    }

    /// Brings references by name, such as a pull request's `refs/pull/7/head`, with the branch's bounds and a
    /// minute at most. The answer lacks those the repository lacks.
    public func fetch(references: [String]) async throws -> [String: RevisionID] {
        guard references.count <= limits.namedReferencesMaximum, references.allSatisfy(GitSource.isReference) else {
            throw SourceFailure.configuration(
                "Only full names of references can be fetched, at most \(limits.namedReferencesMaximum) at once: "
                    + "\(references.prefix(3).map { Redaction.printable($0) }.joined(separator: ", ")).")
        }
        guard case .mirror(let configuration, let place) = origin else {
            let repository = try repository()
            return try Dictionary(
                references.compactMap { name in try repository.target(of: name)?.revision.map { (name, $0) } },
                uniquingKeysWith: { $1 })
        }
        let answer = try await run(FetchRequest(configuration, wanted: .references(references)), place)
        if answer.joinedPacks > 0 { reopen() }
        for head in answer.found.values { _ = try repository().commit(ObjectID(head)) }
        return answer.found
    }

    /// The rules of git-check-ref-format(1), below `refs/`.
    static func isReference(_ name: String) -> Bool {
        name.hasPrefix("refs/") && BranchName(String(name.dropFirst("refs/".count))) != nil
    }
}

/// What could not be brought, and for how many more fetches it is not tried again. Pure.
struct RestingReferences {
    private var resting: [String: (head: RevisionID, fetches: Int)] = [:]

    mutating func rest(_ name: String, _ head: RevisionID, fetches: Int) { resting[name] = (head, fetches) }

    /// Whether to try it now. Counts the fetch.
    mutating func wakes(_ name: String, _ head: RevisionID) -> Bool {
        guard let (failed, fetches) = resting[name], failed == head, fetches > 0 else { return true }
        resting[name] = (failed, fetches - 1)
        return false
    }
}
