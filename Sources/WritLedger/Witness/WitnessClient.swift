// Has a log's head cosigned by the witnesses of a policy, and keeps the cosigned head beside the log.
import Synchronization
import WritVocabulary

/// A POST to a witness.
public struct WitnessPost: Hashable, Sendable {
    /// `<submission prefix>/add-checkpoint`.
    public var url: String
    public var body: [UInt8]
}

/// What one round with all witnesses gave.
public struct WitnessRound: Sendable {
    /// The head they were shown, with every cosignature that came.
    public let head: SignedCheckpoint
    /// Names of witnesses that cosigned, in the policy's order.
    public let cosigners: [String]
    /// Whether they are a quorum; then the head was kept.
    public let isQuorum: Bool
    /// What kept the others from it, in the policy's order.
    public let failures: [LedgerFailure]
}

/// Asks every witness of a policy that has a URL. One round at a time.
public final class WitnessClient: Sendable {
    private let reader: LedgerReader
    private let policy: WitnessPolicy
    private let send: @Sendable (WitnessPost) async throws -> WitnessResponse
    private let pause: @Sendable (TimeSpan) async throws -> Void
    /// What is known of each witness, by its place in the policy.
    private let conversations: Mutex<[Int: WitnessConversation]>

    /// `send` does one HTTP POST with a time limit of its own; it throws when no answer came.
    public init(
        reader: LedgerReader, policy: WitnessPolicy,
        send: @escaping @Sendable (WitnessPost) async throws -> WitnessResponse,
        pause: @escaping @Sendable (TimeSpan) async throws -> Void
    ) throws {
        guard policy.witnesses.contains(where: { $0.url != nil }) else {
            throw LedgerFailure(
                code: "no-witness-urls",
                message: "the policy names no witness with a URL; add the submission prefix to its witness lines",
                retry: .terminal)
        }
        self.reader = reader
        self.policy = policy
        self.send = send
        self.pause = pause
        conversations = Mutex([:])
    }

    /// Shows the newest head to all of them, at once. A head that has a quorum already is not shown again.
    public func round() async throws -> WitnessRound {
        let head = try reader.checkpoint()
        if let kept = try reader.witnessed(), kept.checkpoint == head.checkpoint, try isQuorum(kept) {
            return try finished(kept, failures: [])
        }
        let answers = try await withThrowingTaskGroup(of: (Int, WitnessStep).self) { group in
            for index in policy.witnesses.indices where policy.witnesses[index].url != nil {
                group.addTask { (index, try await self.ask(index, head)) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        var (cosigned, failures) = (head, [LedgerFailure]())
        for (_, step) in answers.sorted(by: { $0.key < $1.key }) {
            if case .cosigned(let signatures) = step { cosigned = cosigned.adding(signatures) }
            if case .failed(let failure) = step { failures.append(failure) }
        }
        if try isQuorum(cosigned) { try reader.keepWitnessed(cosigned) }
        return try finished(cosigned, failures: failures)
    }

    private func ask(_ index: Int, _ head: SignedCheckpoint) async throws -> WitnessStep {
        let witness = policy.witnesses[index]
        var conversation = conversations.withLock { $0[index] } ?? WitnessConversation(witness.verifier)
        defer { conversations.withLock { $0[index] = conversation } }
        var step = conversation.begin(head)
        while true {
            let old: Int
            switch step {
            case .cosigned, .failed: return step
            case .ask(let size): old = size
            case .pause(let span, let size):
                try await pause(span)
                old = size
            }
            let request = AddCheckpointRequest(
                old: old, proof: try reader.consistency(from: old, to: head), checkpoint: head.bytes)
            do {
                let post = WitnessPost(url: WitnessClient.url(witness.url ?? ""), body: request.bytes)
                step = conversation.heard(try await send(post), head)
            } catch let error as CancellationError {
                throw error
            } catch {
                step = conversation.unanswered("\(error)", head)
            }
        }
    }

    private static func url(_ prefix: String) -> String {
        prefix.hasSuffix("/") ? "\(prefix)add-checkpoint" : "\(prefix)/add-checkpoint"
    }

    private func isQuorum(_ head: SignedCheckpoint) throws -> Bool {
        policy.isQuorum(try policy.cosigners(of: head.note).map(\.witness.name))
    }

    private func finished(_ head: SignedCheckpoint, failures: [LedgerFailure]) throws -> WitnessRound {
        WitnessRound(
            head: head, cosigners: try policy.cosigners(of: head.note).map(\.witness.name.description),
            isQuorum: try isQuorum(head), failures: failures)
    }
}
