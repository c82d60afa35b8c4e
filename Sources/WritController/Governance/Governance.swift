// What the operator says about who is trusted before any policy does.
import WritBackends
import WritVocabulary

/// Trust begins here; from the first accepted revision on, the rules that judge a commit come from the commit before.
public struct Governance: Sendable, Hashable {
    /// The branch that is followed, by the name approvals use.
    public var target: String
    /// An `allowed_signers` file of the operator's: in force while no policy of the repository names signers. While it
    /// is, every commit must be signed.
    public var signers: String?
    /// The first revision to accept; nil is whatever the branch shows first.
    public var trusted: RevisionID?
    /// What stands around replicas, in the words of ``SandboxRecord/kind``: waivers for files that can run code count
    /// only where these are walls.
    public var sandbox: String

    public init(
        target: String = "main", signers: String? = nil, trusted: RevisionID? = nil, sandbox: String = "none"
    ) {
        self.sandbox = sandbox
        self.target = target
        self.signers = signers
        self.trusted = trusted
    }

    /// The rule in force while the repository has no policy and the operator named signers.
    static let operatorPolicy = Policy(repository: "", rules: [Policy.Rule(name: "signed", signed: true)])
}

extension DesiredState {
    /// The policies that judge what follows this state.
    func policies(under governance: Governance) -> [(name: ResourceName, policy: Policy)] {
        let declared = policies
        guard declared.isEmpty, governance.signers != nil, let name = ResourceName("operator") else { return declared }
        return [(name, Governance.operatorPolicy)]
    }

    /// The keys that count for what follows this state, or this state after a change.
    public func trustRoots(under governance: Governance, after change: Change? = nil) -> TrustRoots {
        var named = Dictionary(policies.map { ($0.name, $0.policy) }) { first, _ in first }
        for (id, resource) in change?.resources ?? [:] where id.kind == .policy {
            if case .policy(let policy)? = resource?.spec { named[id.name] = policy } else { named[id.name] = nil }
        }
        let declared = named.sorted { $0.key < $1.key }.map(\.value)
        func content(_ path: RepositoryPath) -> ContentID? { change?.contents[path] ?? contents[path] }
        func blobs(_ path: (Policy) -> RepositoryPath?) -> [ContentID] {
            Set(declared.compactMap(path).compactMap(content)).sorted()
        }
        let hasOwn = declared.contains { $0.signers != nil || $0.keyring != nil }
        return TrustRoots(
            signers: blobs(\.signers), revoked: blobs(\.revoked), keyrings: blobs(\.keyring),
            openPGP: declared.reduce(into: [:]) { $0.merge($1.openPGP) { first, _ in first } },
            operatorSigners: hasOwn ? nil : governance.signers)
    }
}
