// What the controller and its network children say to each other: one JSON object each way.
import WritVocabulary

/// Which repository, who Writ is to it, and within which bounds: what every order begins with. Secrets are named, not
/// held.
struct Connection: Codable, Hashable, Sendable {
    var remote: RemoteAddress
    /// The repository on this machine: the mirror, or a clone.
    var mirror: String
    var credentials: Credentials
    var certificateAuthorities: String?
    var deadline: TimeSpan
    var limits: SourceLimits

    init(_ configuration: SourceConfiguration) {
        remote = configuration.remote
        mirror = configuration.mirror
        credentials = configuration.credentials
        certificateAuthorities = configuration.certificateAuthorities
        deadline = configuration.fetchDeadline
        limits = configuration.limits
    }

    /// A home of the child's own: libgit2 takes the known host keys from the home folder and from nowhere else.
    var home: String { mirror + "/writ-home" }

    /// The environment variables the child needs to resolve its secrets.
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

    func tooLarge() -> SourceFailure {
        .tooLarge(
            "\(remote) sends more than \(limits.fetchBytesMaximum) bytes or \(limits.fetchObjectsMaximum) objects. "
                + "Raise the fetch limits if it should.")
    }
}

/// What a child is started for.
enum Errand: String, Codable, Sendable {
    case fetch, push

    /// The hidden command of `writ`.
    var command: String { "internal-\(rawValue)" }
    /// `cannot be …`
    var participle: String { self == .fetch ? "fetched" : "pushed to" }
    /// What the credentials must be good for.
    var right: String { self == .fetch ? "read" : "write to" }

    func failure(_ code: String, _ message: String, retry: Retry = .transient) -> SourceFailure {
        SourceFailure(code: "\(rawValue)-\(code)", message: message, retry: retry)
    }
}

/// An order read from standard input by `writ internal-fetch` or `writ internal-push`.
protocol NetworkOrder: Codable, Sendable {
    associatedtype Answer: Codable & Sendable
    static var errand: Errand { get }
    var connection: Connection { get }
    /// Does it. Runs in the child, or in this process where the operator's configuration says so.
    func perform(environment: [String: String]) throws -> Answer
}

/// The answer or the failure, written to standard output.
enum NetworkReply<Answer: Codable & Sendable>: Codable, Sendable {
    case answer(Answer)
    case failure(SourceFailure)
}
