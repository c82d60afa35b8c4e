// A question about what is recorded, and its address on the control socket.
import Foundation
import WritVocabulary

/// Everything the reading commands can ask.
public enum AnswerRequest: Hashable, Sendable {
    /// Resources of one kind or of all; one of them when named.
    case resources(Kind?, ResourceName?)
    case describe(ResourceID)
    case why(ResourceID)
    /// Of one resource or of everything, newest first.
    case history(ResourceID?, before: Int64?, limit: Int)
    case versions(ResourceName?)
    case version(VersionID)
    /// Runs of one resource or of all, newest first.
    case runs(ResourceID?)
    case run(ExecutionID)
    case source

    private static let root = "/v1/answers/"

    /// Path and query for `GET`.
    public var address: String {
        AnswerRequest.root + pathAndQuery
    }

    private var pathAndQuery: String {
        switch self {
        case .resources(nil, _): "resources"
        case .resources(let kind?, nil): "resources/\(kind.rawValue)"
        case .resources(let kind?, let name?): "resources/\(kind.rawValue)/\(name)"
        case .describe(let id): "describe/\(id)"
        case .why(let id): "why/\(id)"
        case .history(let id, let before, let limit):
            "history" + (id.map { "/\($0)" } ?? "") + "?limit=\(limit)" + (before.map { "&before=\($0)" } ?? "")
        case .versions(let model): "versions" + (model.map { "/\($0)" } ?? "")
        case .version(let id): "version/\(id.model)/\(id.number)"
        case .runs(let resource): "runs" + (resource.map { "/\($0)" } ?? "")
        case .run(let id): "run/\(id)"
        case .source: "source"
        }
    }

    /// Reads an address back; nil when it asks nothing this version knows.
    public init?(path: String, query: [String: String]) {
        guard path.hasPrefix(AnswerRequest.root) else { return nil }
        let parts = path.dropFirst(AnswerRequest.root.count).split(separator: "/", omittingEmptySubsequences: false)
        guard let topic = parts.first else { return nil }
        let arguments = parts.dropFirst().map(String.init)
        guard let request = AnswerRequest(topic: String(topic), arguments: arguments, query: query) else { return nil }
        self = request
    }

    private init?(topic: String, arguments: [String], query: [String: String]) {
        let id = ResourceID(arguments.joined(separator: "/"))
        switch (topic, arguments.count) {
        case ("source", 0): self = .source
        case ("resources", 0): self = .resources(nil, nil)
        case ("resources", 1):
            guard let kind = Kind(rawValue: arguments[0]) else { return nil }
            self = .resources(kind, nil)
        case ("resources", 2):
            guard let id else { return nil }
            self = .resources(id.kind, id.name)
        case ("describe", 2):
            guard let id else { return nil }
            self = .describe(id)
        case ("why", 2):
            guard let id else { return nil }
            self = .why(id)
        case ("history", 0), ("history", 2):
            guard arguments.isEmpty || id != nil else { return nil }
            self = .history(
                id, before: query["before"].flatMap { Int64($0) }, limit: query["limit"].flatMap { Int($0) } ?? 50)
        case ("versions", 0): self = .versions(nil)
        case ("versions", 1):
            guard let model = ResourceName(arguments[0]) else { return nil }
            self = .versions(model)
        case ("version", 2):
            guard let version = VersionID(arguments.joined(separator: ":")) else { return nil }
            self = .version(version)
        case ("runs", 0), ("runs", 2):
            guard arguments.isEmpty || id != nil else { return nil }
            self = .runs(id)
        case ("run", 1):
            guard let run = ExecutionID(arguments[0]) else { return nil }
            self = .run(run)
        case _: return nil
        }
    }
}
