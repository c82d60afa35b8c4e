// The folded state as rows, one for each record key, and back.
import Foundation
import WritVocabulary

/// A record key as it stands in a table.
struct RowKey: Hashable, Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case source, snapshot, execution, importRecord, judgement, version, endpoint, tableNumber, failure, intent
        case suspension, conditions, proposal, breakGlass, attestations, hold, expunged, retiredKey
    }

    var kind: Kind
    var key: String

    init(_ key: RecordKey) {
        switch key {
        case .source: self.init(.source, "")
        case .snapshot(let recipe): self.init(.snapshot, recipe.text)
        case .execution(let id): self.init(.execution, id.text)
        case .importRecord(let key): self.init(.importRecord, key.text)
        case .judgement(let id): self.init(.judgement, id.text)
        case .version(let id): self.init(.version, id.text)
        case .endpoint(let name): self.init(.endpoint, name.text)
        case .tableNumber: self.init(.tableNumber, "")
        case .failure(let key): self.init(.failure, key.text)
        case .intent(let key): self.init(.intent, key.text)
        case .suspension(let id): self.init(.suspension, id.text)
        case .conditions(let id): self.init(.conditions, id.text)
        case .proposal(let id): self.init(.proposal, id.text)
        case .breakGlass(let id): self.init(.breakGlass, id.text)
        case .attestations(let key): self.init(.attestations, key.text)
        case .hold(let name): self.init(.hold, name)
        case .expunged(let digest): self.init(.expunged, digest.text)
        case .retiredKey(let digest): self.init(.retiredKey, digest.text)
        }
    }

    private init(_ kind: Kind, _ key: String) {
        self.kind = kind
        self.key = key
    }
}

extension RecordedState {
    /// The canonical encoding of what stands under a key; nil when nothing does.
    func row(_ key: RecordKey) throws -> Data? {
        switch key {
        case .source: try Canonical.encode(source)
        case .snapshot(let recipe): try snapshots[recipe].map { try Canonical.encode($0) }
        case .execution(let id): try executions[id].map { try Canonical.encode($0) }
        case .importRecord(let key): try imports[key].map { try Canonical.encode($0) }
        case .judgement(let id): try judgements[id].map { try Canonical.encode($0) }
        case .version(let id): try versions[id.model]?[id.number].map { try Canonical.encode($0) }
        case .endpoint(let name): try endpoints[name].map { try Canonical.encode($0) }
        case .tableNumber: try Canonical.encode(tableNumber)
        case .failure(let key): try failures[key].map { try Canonical.encode($0) }
        case .intent(let key): try openIntents[key].map { try Canonical.encode($0) }
        case .suspension(let id): try suspensions[id].map { try Canonical.encode($0) }
        case .conditions(let id): try conditions[id].map { try Canonical.encode($0) }
        case .proposal(let id): try proposals[id].map { try Canonical.encode($0) }
        case .breakGlass(let id): try breakGlass[id].map { try Canonical.encode($0) }
        case .attestations(let key): try attestations[key].map { try Canonical.encode($0) }
        case .hold(let name): try holds[name].map { try Canonical.encode($0) }
        case .expunged(let digest): try expunged[digest].map { try Canonical.encode($0) }
        case .retiredKey(let digest): try retiredKeys[digest].map { try Canonical.encode($0) }
        }
    }

    /// Puts a row back. Executions must come in the order in which they were first intended: what is derived from
    /// them is made here in that order, so that it equals what the fold made.
    mutating func restore(_ kind: RowKey.Kind, _ key: String, _ body: Data) throws {
        switch kind {
        case .source: source = try RecordedState.read(body)
        case .snapshot: snapshots[try RecordedState.name(key)] = try RecordedState.read(body)
        case .execution:
            let record: ExecutionRecord = try RecordedState.read(body)
            executions[try RecordedState.name(key)] = record
            executionsByRecipe[record.order.recipe, default: []].append(record.order.id)
            if record.outcome == nil { unfinished[record.order.resource, default: []].append(record.order.id) }
        case .importRecord: imports[try RecordedState.name(key)] = try RecordedState.read(body)
        case .judgement: judgements[try RecordedState.name(key)] = try RecordedState.read(body)
        case .version:
            let id: VersionID = try RecordedState.name(key)
            versions[id.model, default: [:]][id.number] = try RecordedState.read(body)
        case .endpoint: endpoints[try RecordedState.name(key)] = try RecordedState.read(body)
        case .tableNumber: tableNumber = try RecordedState.read(body)
        case .failure: failures[try RecordedState.name(key)] = try RecordedState.read(body)
        case .intent: openIntents[try RecordedState.name(key)] = try RecordedState.read(body)
        case .suspension: suspensions[try RecordedState.name(key)] = try RecordedState.read(body)
        case .conditions: conditions[try RecordedState.name(key)] = try RecordedState.read(body)
        case .proposal: proposals[try RecordedState.name(key)] = try RecordedState.read(body)
        case .breakGlass: breakGlass[try RecordedState.name(key)] = try RecordedState.read(body)
        case .attestations: attestations[try RecordedState.name(key)] = try RecordedState.read(body)
        case .hold: holds[key] = try RecordedState.read(body)
        case .expunged: expunged[try RecordedState.name(key)] = try RecordedState.read(body)
        case .retiredKey: retiredKeys[try RecordedState.name(key)] = try RecordedState.read(body)
        }
    }

    private static func read<Value: Decodable>(_ body: Data) throws -> Value {
        try Canonical.decode(Value.self, from: body)
    }

    private static func name<Name: TextIdentifier>(_ text: String) throws -> Name {
        guard let name = Name(text) else {
            throw LedgerFailure.damaged(
                "projection-malformed", "the projection has a row under “\(text)”, which names nothing")
        }
        return name
    }
}
