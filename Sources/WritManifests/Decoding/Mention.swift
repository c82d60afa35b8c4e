// What a resource names, and where it does.
import WritVocabulary

/// One name of another resource or of a repository path inside a manifest. Line and column count from 1.
struct Mention: Hashable, Sendable {
    enum Target: Hashable, Sendable {
        /// `orders` is false where nothing waits for the other: it cannot close a cycle.
        case resource(ResourceID, orders: Bool)
        case path(RepositoryPath)
    }

    var target: Target
    var line: UInt32
    var column: UInt32
}
