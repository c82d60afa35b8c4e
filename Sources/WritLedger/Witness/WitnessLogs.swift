// The logs a witness watches, and the keys it trusts for each.
import WritVocabulary

/// Public keys by origin. A log whose key was rotated has two until the old one is taken out.
public struct WitnessLogs: Hashable, Sendable {
    private let verifiers: [NoteVerifier]

    public init(_ verifiers: [NoteVerifier]) throws {
        guard verifiers.count <= Limits.witnessLogs else {
            throw LedgerFailure(
                code: "too-many-logs",
                message: "a witness watches at most \(Limits.witnessLogs) logs, not \(verifiers.count)",
                retry: .terminal)
        }
        for (index, one) in verifiers.enumerated() {
            let alike = verifiers[..<index].filter { $0.name == one.name }
            guard alike.allSatisfy({ $0.name.utf8.elementsEqual(one.name.utf8) }) else {
                throw LedgerFailure(
                    code: "log-names-alike",
                    message: "two logs are called \(one.name) in different bytes; nobody could tell them apart",
                    retry: .terminal)
            }
        }
        self.verifiers = verifiers
    }

    /// Empty for a log that is not watched.
    func keys(of origin: String) -> [NoteVerifier] { verifiers.filter { $0.name.utf8.elementsEqual(origin.utf8) } }

    /// Watched logs, sorted.
    public var origins: [String] { Set(verifiers.map(\.name)).sorted() }
}
