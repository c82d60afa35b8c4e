// The forges Writ has drivers for, and what the drivers share beside the connection.
import Synchronization
import WritBackends
import WritVocabulary

/// A driver holds connections; whoever opened it shuts it down.
public protocol ForgeDriver: Forge {
    func shutdown() async throws

    /// Asks for the repository and the account, and changes nothing. Throws what keeps Writ from its work there.
    func access() async throws -> ForgeAccess
}

/// What a token is good for.
public struct ForgeAccess: Hashable, Sendable {
    public var account: String
    /// Whether it may push and set commit statuses; nil where the forge does not say.
    public var mayWrite: Bool?
}

public enum ForgeKind: String, Codable, Hashable, Sendable, CaseIterable {
    case github, gitlab
    /// Forgejo too.
    case gitea

    /// `token` is called at each use, so that a token that was replaced is noticed.
    public func driver(
        _ configuration: ForgeConfiguration, token: @escaping @Sendable () throws -> String,
        now: @escaping @Sendable () -> Timestamp
    ) throws -> any ForgeDriver {
        switch self {
        case .github: try GitHubForge(configuration, token: token, now: now)
        case .gitlab: try GitLabForge(configuration, token: token, now: now)
        case .gitea: try GiteaForge(configuration, token: token, now: now)
        }
    }
}

extension Forge {
    func checkLength(_ text: String, what: String) throws {
        guard text.unicodeScalars.count > textMaximum else { return }
        throw BackendFailure(
            code: "forge-text-too-long",
            message: "the text of \(what) has more than the \(textMaximum) characters the forge takes; shorten it",
            retry: .terminal)
    }
}

/// The account a token belongs to, asked once for each token.
final class ForgeAccount: Sendable {
    private let configured: String?
    private let known = Mutex<(token: Int, name: String)?>(nil)

    init(_ configured: String?) { self.configured = configured?.lowercased() }

    /// In lower case: forges tell no accounts apart by case. `token` is any number that changes with the token.
    func name(of token: Int, _ ask: () async throws -> String) async throws -> String {
        if let configured { return configured }
        if let known = known.withLock({ $0 }), known.token == token { return known.name }
        let name = try await ask().lowercased()
        known.withLock { $0 = (token, name) }
        return name
    }
}

extension RevisionID {
    /// Stands for a commit the forge no longer knows.
    static func reviewed(_ text: String?) -> RevisionID? {
        text.flatMap { RevisionID($0) } ?? RevisionID(String(repeating: "0", count: 40))
    }
}

extension ReviewFacts {
    /// A review as a forge lists it; nil `approves` is one that was dismissed.
    struct Listed: Hashable {
        var order: Int64
        var account: String
        var head: RevisionID
        var approves: Bool?
    }

    /// The latest of each account, by account. An account whose latest was dismissed has none: what it said before was
    /// taken back when it said the later.
    static func standing(_ listed: [Listed]) -> [ReviewFacts] {
        var latest: [String: Listed] = [:]
        for review in listed.sorted(by: { $0.order < $1.order }) { latest[review.account] = review }
        return latest.values.sorted { $0.account < $1.account }.compactMap { review in
            review.approves.map { ReviewFacts(account: review.account, head: review.head, approves: $0) }
        }
    }
}
