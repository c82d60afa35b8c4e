// Fetches what a question needs and hands it to the pure function that answers.
import WritLedger
import WritVocabulary

/// Answers questions from a source, the same way online and offline.
public struct Answerer: Sendable {
    private let source: any AnswerSource

    public init(_ source: any AnswerSource) { self.source = source }

    public func answer(_ request: AnswerRequest) async throws -> Answer {
        let recorded = try await source.recorded()
        switch request {
        case .resources(let kind, let name):
            if let kind, let name { try recorded.requireKnown(ResourceID(kind, name)) }
            let ids = recorded.known.filter { id in (kind ?? id.kind) == id.kind && (name ?? id.name) == id.name }
            return .resources(ResourcesAnswer(ids, recorded, since: try await source.conditionTimes(ids)))
        case .describe(let id):
            try recorded.requireKnown(id)
            let entries = try await source.entries(EntryQuery(subject: id, limit: 10, newestFirst: true))
            let since = try await source.conditionTimes([id])[id]
            return .describe(
                DescribeAnswer(id, recorded, since: since, entries: entries, live: try await source.live()))
        case .why(let id):
            try recorded.requireKnown(id)
            return .why(try await why(id, recorded))
        case .history(let id, let before, let limit):
            if let id { try recorded.requireKnown(id) }
            let limit = min(max(limit, 1), Limits.historyEntries)
            let query = EntryQuery(subject: id, before: before, limit: limit, newestFirst: true)
            return .history(HistoryAnswer(id, try await source.entries(query), limit: limit))
        case .versions(let model):
            if let model { try recorded.requireKnown(ResourceID(.model, model)) }
            return .versions(VersionsAnswer(model, recorded))
        case .version(let id):
            return .version(try VersionAnswer(id, recorded))
        case .runs(let resource):
            if let resource { try recorded.requireKnown(resource) }
            return .runs(RunsAnswer(resource, recorded))
        case .run(let id):
            return .run(try RunAnswer(id, recorded))
        case .source:
            return .source(SourceAnswer(recorded))
        }
    }

    private func why(_ id: ResourceID, _ recorded: RecordedState) async throws -> WhyAnswer {
        let chain = BlockingChain(from: id, in: recorded.conditions)
        let cause = chain.cause
        return WhyAnswer(
            chain, recorded, lastFailure: try await newest("failed", cause),
            changedBy: try await newest("conditionsChanged", cause))
    }

    private func newest(_ kind: String, _ subject: ResourceID) async throws -> LedgerEntry? {
        try await source.entries(EntryQuery(subject: subject, kind: kind, limit: 1, newestFirst: true)).first
    }
}

extension RecordedState {
    /// Every resource something is recorded about, declared or not.
    public var known: Set<ResourceID> {
        Set(conditions.keys)
            .union(suspensions.keys)
            .union(versions.keys.map { ResourceID(.model, $0) })
            .union(endpoints.keys.map { ResourceID(.endpoint, $0) })
            .union(snapshots.values.map { ResourceID(.dataset, $0.dataset) })
            .union(executions.values.map(\.order.resource))
    }

    func requireKnown(_ id: ResourceID) throws {
        let known = known
        guard !known.contains(id) else { return }
        let names = known.filter { $0.kind == id.kind }.map(\.name.text)
        throw ServerFailure.unknown(id.kind.rawValue.lowercased(), id.name.text, code: "unknown-resource", among: names)
    }
}
