// What the operator says about the repository.
import WritVocabulary

/// One repository, one branch, one manifest folder, and where its mirror lies.
public struct SourceConfiguration: Codable, Hashable, Sendable {
    public var remote: RemoteAddress
    public var branch: BranchName
    /// nil is the whole repository.
    public var manifestFolder: RepositoryPath?
    /// The folder of the bare mirror, absolute; made when missing.
    public var mirror: String
    public var credentials: Credentials
    /// A PEM file of certificate authorities for https; nil is the system's.
    public var certificateAuthorities: String?
    /// One fetch, from the start of its process to its answer.
    public var fetchDeadline: TimeSpan
    public var limits: SourceLimits

    public init(
        remote: RemoteAddress, branch: BranchName, manifestFolder: RepositoryPath? = nil, mirror: String,
        credentials: Credentials = .none, certificateAuthorities: String? = nil, fetchDeadline: TimeSpan = .minutes(5),
        limits: SourceLimits = SourceLimits()
    ) {
        self.remote = remote
        self.branch = branch
        self.manifestFolder = manifestFolder
        self.mirror = mirror
        self.credentials = credentials
        self.certificateAuthorities = certificateAuthorities
        self.fetchDeadline = fetchDeadline
        self.limits = limits
    }
}

/// Where a fetch runs.
public enum FetchPlace: Sendable {
    /// In a process of its own, `executable internal-fetch`, which is killed at the deadline. `environment` is Writ's
    /// own; the process is given the secrets it needs by name, the proxy settings, and nothing else of it.
    case child(executable: String, environment: [String: String])
    /// In this process, without a deadline: for simulations, benchmarks and tests on local repositories.
    case thisProcess(environment: [String: String])
}
