// Port: how Writ's own commits come to be.
import WritVocabulary

/// Makes Writ's commits and offers them. Writes only Writ's own branches and, for a `commit` delivery, the target
/// branch by a push that is refused unless it is a fast-forward.
public protocol Proposer: Sendable {
    /// Makes and offers the commit of an order. Done again, it finds what it made before.
    func propose(_ order: ProposalOrder) async throws -> ProposalOutcome
}

/// Used where nothing can be proposed: no repository Writ may push to.
public struct NoProposer: Proposer {
    public init() {}

    public func propose(_ order: ProposalOrder) async throws -> ProposalOutcome {
        throw BackendFailure(
            code: "push-not-allowed",
            message: "Writ may not push to the repository; set repository.push in writ.yaml, or change the pin by hand",
            retry: .stalled)
    }
}
