// A rule and the part of a change it applies to.
import WritVocabulary

struct RuleMatch {
    let name: ResourceName
    let policy: Policy
    let rule: Policy.Rule
    /// Sorted.
    let paths: [RepositoryPath]
    /// In order of id: the commits that touch any of the paths; all where one of the paths is touched by none.
    let commits: [CommitFacts]
    /// In order of id: merges and empty commits. They bring a change in without touching anything themselves.
    let bearers: [CommitFacts]
    /// The versions endpoints under this rule are moved to; sorted, each once, with the digests their pins name.
    let versions: [(id: VersionID, digests: Set<Digest>)]
    let windows: WindowRules
    /// Who wrote what the rule applies to. Of a commit nobody signed it is whom the commit itself names, so that
    /// leaving out the signature does not make an author an approver.
    let authors: Set<Person>

    /// nil where the rule applies to nothing of the change; `covered` is told what it applies to.
    init?(
        _ name: ResourceName, _ policy: Policy, _ rule: Policy.Rule, _ unit: ChangeUnit, _ scope: PolicySubjects,
        covered: (RepositoryPath, PolicySubjects.Subject) -> Void
    ) {
        var paths: [RepositoryPath] = []
        var endpoints: Set<ResourceName> = []
        for entry in scope.entries where rule.covers(entry.path) {
            let subjects = entry.subjects.filter(rule.covers)
            guard !subjects.isEmpty else { continue }
            paths.append(entry.path)
            for subject in subjects {
                covered(entry.path, subject)
                if let resource = subject.resource, resource.kind == .endpoint { endpoints.insert(resource.name) }
            }
        }
        guard !paths.isEmpty else { return nil }
        self.name = name
        self.policy = policy
        self.rule = rule
        self.paths = paths
        (commits, bearers) = RuleMatch.commits(of: unit, touching: paths, among: scope.touched)
        // A move no item accounts for falls under every rule that applies.
        let moves = unit.moves.filter { endpoints.contains($0.endpoint) || !scope.endpoints.contains($0.endpoint) }
        versions = RuleMatch.versions(of: moves)
        windows = WindowRules(rule.windows)
        let landed = RuleMatch.commits(of: unit.landing?.commits ?? [], touching: paths)
        authors = Set((commits + landed).compactMap { $0.authenticity.person ?? RuleMatch.claimed($0.author) })
    }

    private static func commits(
        of unit: ChangeUnit, touching paths: [RepositoryPath], among touched: Set<RepositoryPath>
    ) -> (touching: [CommitFacts], bearers: [CommitFacts]) {
        let ordered = unit.commits.sorted { $0.revision < $1.revision }
        // A merge may bring back what a path was on an old branch, and then no commit touches it: whichever did it is
        // not known, so all are taken to have done it.
        guard touched.isSuperset(of: paths) else { return (ordered, []) }
        let wanted = Set(paths)
        return (
            ordered.filter { $0.changedPaths.contains(where: wanted.contains) }, ordered.filter(\.changedPaths.isEmpty)
        )
    }

    /// Of what was squashed or rebased: who wrote it before it landed, all of it where a path was touched by none.
    private static func commits(of landed: [CommitFacts], touching paths: [RepositoryPath]) -> [CommitFacts] {
        guard Set(landed.flatMap(\.changedPaths)).isSuperset(of: paths) else { return landed }
        return landed.filter { $0.changedPaths.contains(where: Set(paths).contains) }
    }

    static func versions(of moves: [PinMove]) -> [(id: VersionID, digests: Set<Digest>)] {
        var digests: [VersionID: Set<Digest>] = [:]
        for move in moves {
            guard let pin = move.to else { continue }
            digests[VersionID(move.model, pin.version), default: []].formUnion([pin.digest].compactMap(\.self))
        }
        return digests.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Everybody who has one of the roles.
    func people(_ roles: [String]) -> Set<Person> {
        roles.reduce(into: []) { $0.formUnion(policy.roles[$1] ?? []) }
    }

    /// `alice@example.com` of `Alice <alice@example.com>`.
    private static func claimed(_ author: String) -> Person? {
        let address = author.split(separator: "<", omittingEmptySubsequences: false).last ?? ""
        return Person(String(address.prefix { $0 != ">" }))
    }
}

extension Policy.Rule {
    func covers(_ path: RepositoryPath) -> Bool {
        paths.isEmpty || paths.contains { $0.matches(path) }
    }

    func covers(_ subject: PolicySubjects.Subject) -> Bool {
        let kind = kinds.isEmpty || subject.resource.map { kinds.contains($0.kind) } == true
        return kind && (tiers.isEmpty || subject.tier.map(tiers.contains) == true)
    }
}
