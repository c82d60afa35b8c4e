// What every attestor promises.
import WritBackends
import WritVocabulary

/// Made again, the statements are the same; they come in the order of their kinds, and each kind once.
public struct AttestorConformance: Sendable {
    public var attestor: any Attestor
    public var version: AttestationOrder.VersionFacts
    /// Facts of a deployment without the attestations of its version: those are made first.
    public var deployment: AttestationOrder.DeploymentFacts

    public init(
        attestor: any Attestor, version: AttestationOrder.VersionFacts, deployment: AttestationOrder.DeploymentFacts
    ) {
        self.attestor = attestor
        self.version = version
        self.deployment = deployment
    }

    public func run() async throws {
        let made = try await attestor.attest(.version(version))
        try demand(made.contains { $0.kind == .provenance }, "a version's statements hold its provenance")
        try check(made, "a version")
        let again = try await attestor.attest(.version(version))
        try demand(again.map(\.kind) == made.map(\.kind), "a version attested again has the same statements")
        try demand(again.map(\.key) == made.map(\.key), "a version attested again is signed by the same key")

        var facts = deployment
        facts.attestations = made
        let served = try await attestor.attest(.deployment(facts))
        try demand(served.contains { $0.kind == .summary }, "a deployment's statements hold what was checked")
        try check(served, "a deployment")
        try demand(
            Set(served.map(\.blob)).isDisjoint(with: made.map(\.blob)), "a deployment has statements of its own")
    }

    private func check(_ made: [Attestation], _ subject: String) throws {
        let order = AttestationKind.allCases.filter { kind in made.contains { $0.kind == kind } }
        try demand(made.map(\.kind) == order, "the statements of \(subject) come in order, each kind once")
        try demand(Set(made.map(\.blob)).count == made.count, "each statement of \(subject) is a blob of its own")
    }
}
