// Who says it: this installation, by the origin of its ledger.

public struct BuilderIdentity: Codable, Hashable, Sendable {
    /// The ledger's origin: `writ.example/prod`.
    public var origin: String
    /// The version of Writ.
    public var version: String

    public init(origin: String, version: String) {
        self.origin = origin
        self.version = version
    }

    /// `https://writ.example/prod/writ`: builder of provenance and verifier of summaries.
    public var id: String { "https://\(origin)/writ" }
    func uri(_ rest: String) -> String { "writ://\(origin)/\(rest)" }
}
