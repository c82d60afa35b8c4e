// What the controller and its fetching process say to each other: one JSON object each way.
import WritVocabulary

/// The order, read from standard input. Secrets are named, not held.
struct FetchRequest: Codable, Hashable, Sendable {
    var remote: RemoteAddress
    var branch: BranchName
    var mirror: String
    var credentials: Credentials
    var certificateAuthorities: String?
    var deadline: TimeSpan
    var limits: SourceLimits

    init(_ configuration: SourceConfiguration) {
        remote = configuration.remote
        branch = configuration.branch
        mirror = configuration.mirror
        credentials = configuration.credentials
        certificateAuthorities = configuration.certificateAuthorities
        deadline = configuration.fetchDeadline
        limits = configuration.limits
    }

    /// A home of the fetching process's own: libgit2 takes the known host keys from the home folder and from nowhere
    /// else.
    var home: String { mirror + "/writ-home" }

    /// The environment variables the process needs to resolve its secrets.
    var secretVariables: [String] {
        let reference: SecretReference? =
            switch credentials {
            case .none: nil
            case .basic(_, let password): password
            case .sshKey(_, _, let passphrase, _): passphrase
            }
        if case .environment(let name)? = reference { return [name] }
        return []
    }
}

/// What a fetch found.
struct FetchAnswer: Codable, Hashable, Sendable {
    var tip: RevisionID
    var receivedBytes: Int64 = 0
    var receivedObjects = 0
    var joinedPacks = 0
}

/// The answer or the failure, written to standard output.
enum FetchReply: Codable, Hashable, Sendable {
    case answer(FetchAnswer)
    case failure(SourceFailure)
}
