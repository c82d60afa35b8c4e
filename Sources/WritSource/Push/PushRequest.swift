// One push as it is ordered and answered.
import WritVocabulary

/// What to push; everything named is in the repository on this machine.
struct PushRequest: NetworkOrder, Hashable {
    static let errand = Errand.push
    var connection: Connection
    /// The branch Writ follows.
    var target: BranchName
    var updates: [ReferenceUpdate]

    init(_ configuration: SourceConfiguration, _ updates: [ReferenceUpdate]) throws {
        connection = Connection(configuration)
        target = configuration.branch
        self.updates = updates
        try check()
    }

    func check() throws {
        guard updates.count <= connection.limits.namedReferencesMaximum,
            Set(updates.map(\.reference)).count == updates.count
        else {
            throw SourceFailure.tooLarge(
                "A push names a reference twice, or more than \(connection.limits.namedReferencesMaximum) of them.")
        }
        for update in updates { try update.check(target: target) }
    }

    func perform(environment: [String: String]) throws -> PushAnswer {
        try check()
        return try PushOperation(self, environment: environment).perform()
    }
}

struct PushAnswer: Codable, Hashable, Sendable {
    var outcomes: [String: PushOutcome] = [:]
}
