// What the source asks of the network, one errand at a time.
import WritBackends
import WritVocabulary

extension GitSource {
    /// The branch's tip, brought into the mirror. Waits its turn where ``fetch()`` refuses.
    func tip() async throws -> RevisionID {
        guard case .mirror(let configuration, let place) = origin else { return try repository().resolve("HEAD") }
        let answer = try await run(FetchRequest(configuration), place)
        if answer.joinedPacks > 0 { reopen() }
        note(answer.complaints)
        guard let tip = answer.found[configuration.branch.reference] else {
            throw FetchRequest(configuration).branchMissing()
        }
        _ = try repository().commit(ObjectID(tip))
        return tip
    }

    /// Brings references by name, such as a pull request's `refs/pull/7/head`, with the same bounds as the branch. The
    /// answer lacks those the repository lacks.
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
        return answer.found
    }

    /// The rules of git-check-ref-format(1), below `refs/`.
    static func isReference(_ name: String) -> Bool {
        name.hasPrefix("refs/") && BranchName(String(name.dropFirst("refs/".count))) != nil
    }
}
