// One fetch as it is ordered and answered.
import WritVocabulary

/// What to bring.
struct FetchRequest: NetworkOrder, Hashable {
    enum Wanted: Codable, Hashable, Sendable {
        /// The branch Writ follows, and a look at what is kept beside it.
        case branch
        /// One of what is kept beside it: approvals, notes or checkpoints.
        case beside(String)
        /// Exactly these references, as far as the repository has them.
        case references([String])
    }

    static let errand = Errand.fetch
    var connection: Connection
    var branch: BranchName
    var wanted = Wanted.branch

    init(_ configuration: SourceConfiguration, wanted: Wanted = .branch) {
        connection = Connection(configuration)
        branch = configuration.branch
        self.wanted = wanted
        // Anybody may open a pull request with much in it; the branch waits for its fetch to end.
        if wanted != .branch { connection.deadline = min(connection.deadline, connection.limits.besideDeadline) }
        if case .beside = wanted { connection.limits = connection.limits.beside }
    }

    func perform(environment: [String: String]) throws -> FetchAnswer {
        try FetchOperation(self, environment: environment).perform()
    }
}

/// What a fetch found.
struct FetchAnswer: Codable, Hashable, Sendable {
    /// By name of the reference; one the repository lacks is not listed.
    var found: [String: RevisionID] = [:]
    var receivedBytes: Int64 = 0
    var receivedObjects = 0
    var joinedPacks = 0
    /// What is kept beside the branch and is not the mirror's yet.
    var moved: [String: RevisionID] = [:]
}
