// One fetch as it is ordered and answered.
import WritVocabulary

/// What to bring.
struct FetchRequest: NetworkOrder, Hashable {
    enum Wanted: Codable, Hashable, Sendable {
        /// The branch Writ follows, and what is kept beside it: approvals, notes, checkpoints.
        case branch
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
    /// Sentences on what is kept beside the branch and could not be brought. The branch itself was.
    var complaints: [String] = []
}
