// `writ get`: one line for each resource.
import WritVocabulary

/// Resources with their condition and what is most worth knowing of each kind. Sorted by kind, then by name.
public struct ResourcesAnswer: Codable, Hashable, Sendable {
    public var resources: [Row]
    /// The source, when a person should know of it: the branch is not followed to its tip, or the glass was broken.
    public var source: SourceAnswer?

    public struct Row: Codable, Hashable, Sendable {
        public var kind: Kind
        public var name: ResourceName
        public var condition: ConditionWord
        public var because: ConditionDetail?
        public var suspended: Suspension?
        /// Of a dataset: its newest snapshot.
        public var snapshot: SnapshotSummary?
        /// Of a model: the numbers of its versions.
        public var versions: [Int]?
        /// Of an endpoint: where requests go, by the last table published.
        public var traffic: [TrafficShare]?
    }

    init(_ ids: Set<ResourceID>, _ recorded: RecordedState, since: [ResourceID: Timestamp]) {
        let source = SourceAnswer(recorded)
        let isNews = ![.accepted, .empty].contains(source.condition) || !source.emergencies.isEmpty
        self.source = isNews ? source : nil
        let snapshots = SnapshotSummary.newest(in: recorded)
        resources = ids.sorted().map { id in
            Row(
                kind: id.kind, name: id.name, condition: ConditionWord(id, recorded),
                because: ConditionDetail(id, recorded, since: since[id]),
                suspended: recorded.suspensions[id],
                snapshot: id.kind == .dataset ? snapshots[id.name] : nil,
                versions: id.kind == .model ? recorded.versionNumbers(of: id.name) : nil,
                traffic: id.kind == .endpoint ? TrafficShare.all(of: id.name, in: recorded) : nil)
        }
    }
}

/// A dataset's bytes at the time they were last brought in.
public struct SnapshotSummary: Codable, Hashable, Sendable {
    public var recipe: RecipeID
    public var digest: Digest
    public var rows: Int64
    public var size: Int64
    public var accepted: Bool
    public var at: Timestamp

    /// The newest of each dataset; of two at the same time, the one with the greater recipe.
    static func newest(in recorded: RecordedState) -> [ResourceName: SnapshotSummary] {
        var found: [ResourceName: SnapshotSummary] = [:]
        for (recipe, record) in recorded.snapshots {
            if let other = found[record.dataset], (other.at, other.recipe) > (record.at, recipe) { continue }
            found[record.dataset] = SnapshotSummary(
                recipe: recipe, digest: record.outcome.digest, rows: record.outcome.rows, size: record.outcome.size,
                accepted: record.outcome.accepted, at: record.at)
        }
        return found
    }
}

/// The part of an endpoint's requests one version gets.
public struct TrafficShare: Codable, Hashable, Sendable {
    public var version: VersionID
    /// Percent.
    public var weight: Int
    public var replicas: Int

    static func all(of endpoint: ResourceName, in recorded: RecordedState) -> [TrafficShare] {
        (recorded.endpoints[endpoint]?.route?.targets ?? []).map {
            TrafficShare(version: $0.version, weight: $0.weight, replicas: $0.replicas.count)
        }
    }
}

extension ResourcesAnswer {
    func text(_ style: TextStyle) -> String {
        let shown = Kind.allCases.filter { kind in resources.contains { $0.kind == kind } }
        guard !shown.isEmpty else { return "nothing is declared yet\n" }
        let tables = shown.map { kind in table(of: kind, style) }.joined(separator: "\n")
        let notes = notes(style)
        return notes.isEmpty ? tables : tables + "\n" + notes
    }

    /// What stands above all resources: where the branch is not followed, and emergencies in force.
    private func notes(_ style: TextStyle) -> String {
        guard let source else { return "" }
        var page = TextPage(style)
        switch source.condition {
        case .held, .refused, .frozen:
            let tip = source.held?.head ?? source.refused ?? source.frozenAt
            let words = source.held?.verdict == .refused ? "refused" : source.condition.rawValue.lowercased()
            page.line("The branch is \(words) at \(tip?.short ?? "its tip"): writ get source", indent: 0, .attention)
        case .accepted, .empty: break
        }
        for one in source.emergencies where style.now < one.until {
            page.line("Break-glass by \(one.person) until \(one.until.toSecond): \(one.reason)", indent: 0, .attention)
        }
        return page.finish()
    }

    private func table(of kind: Kind, _ style: TextStyle) -> String {
        var table = TextTable(kind.rawValue.uppercased(), "CONDITION", ResourcesAnswer.heading(kind), "REASON", "AGE")
        for row in resources where row.kind == kind {
            table.add(
                TextTable.Cell(row.name.text),
                TextTable.Cell(row.condition.rawValue, row.condition.tone),
                TextTable.Cell(row.highlight),
                TextTable.Cell(row.because?.reason ?? ""),
                TextTable.Cell(style.age(row.because?.since)))
        }
        return table.text(style)
    }

    private static func heading(_ kind: Kind) -> String {
        switch kind {
        case .dataset: "ROWS"
        case .model: "VERSION"
        case .endpoint: "SERVES"
        case .policy: ""
        }
    }

    /// The command that explains the first resource that stalls.
    public var hint: String? {
        let stalled = resources.filter { $0.condition == .stalled }
        guard let first = stalled.first else { return nil }
        return "\(stalled.count) stalled; next: writ why \(first.kind.rawValue.lowercased()) \(first.name)"
    }
}

extension ResourcesAnswer.Row {
    fileprivate var highlight: String {
        switch kind {
        case .dataset: snapshot.map { $0.accepted ? "\($0.rows)" : "\($0.rows) refused" } ?? ""
        case .model: versions?.last.map(String.init) ?? ""
        case .endpoint: (traffic ?? []).map(\.text).joined(separator: ", ")
        case .policy: ""
        }
    }
}

extension TrafficShare {
    /// `2 100%`: version number and percent.
    var text: String { "\(version.number) \(weight)%" }
}
