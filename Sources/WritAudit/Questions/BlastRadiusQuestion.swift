// What one thing touched, and what it rests on: from a key, a person, data, code or a package to what serves now.
import WritVocabulary

/// `writ audit blast-radius`.
public struct BlastRadiusQuestion: Hashable, Sendable {
    public var subject: LineageSubject

    public init(_ subject: LineageSubject) { self.subject = subject }

    /// Throws where nothing of that name is on record; says what is needed to find it.
    public func answer(_ trail: AuditTrail, _ material: AuditMaterial) throws(AuditFailure) -> AuditReport {
        let graph = LineageBuilder.graph(trail, material)
        let starts = subject.nodes(in: graph)
        guard !starts.isEmpty else {
            throw AuditFailure("\(subject) is nowhere on record", hint: subject.hint(trail, graph))
        }
        let view = BlastRadiusView(trail: trail, graph: graph, starts: starts)
        return AuditReport(
            title: "What \(subject) touched", question: "writ audit blast-radius \(subject.argument)",
            basis: material.basis(trail), sections: view.sections)
    }
}

/// What a person types to say where a search begins.
public struct LineageSubject: Hashable, Sendable, CustomStringConvertible {
    public var kind: LineageNode.Kind
    /// As it is typed: a whole name, or the first twelve or more digits of a digest or commit.
    public var text: String

    /// Throws for a text that could name nothing.
    public init(_ kind: LineageNode.Kind, _ text: String) throws(AuditFailure) {
        guard (1...512).contains(text.utf8.count) else {
            throw AuditFailure("A name of a \(kind.rawValue) is 1 to 512 bytes", hint: "Give the whole name.")
        }
        self.kind = kind
        self.text = text
    }

    public var description: String { "\(kind.rawValue) \(HarmlessText.line(text))" }
    var argument: String { "\(kind.rawValue) \(HarmlessText.line(text))" }

    /// What to type instead.
    func hint(_ trail: AuditTrail, _ graph: LineageGraph) -> String {
        switch kind {
        case .dataset: datasetHint(trail, graph)
        case .key: "Keys that signed commits and approvals are known from the evidence of judgements only."
        case .package: "Packages are known from the requirements files that could be read from the repository."
        case .commit, .snapshot, .code, .recipe, .lock: "Give at least twelve of its first digits."
        case .person, .run, .evaluation, .judgement, .version, .attestation, .deployment, .endpoint:
            known(graph) ?? "Names are compared exactly."
        }
    }

    /// Runs call a dataset by the name of an input, and people remember that name.
    private func datasetHint(_ trail: AuditTrail, _ graph: LineageGraph) -> String {
        let given = Set(trail.state.executions.values.compactMap { $0.order.inputs[text]?.digest })
        let behind = given.flatMap { trail.snapshots(of: $0).map(\.dataset) }
        guard let dataset = Set(behind).sorted().first else {
            return known(graph) ?? "No dataset was ever taken as a snapshot."
        }
        return "`\(HarmlessText.line(text))` is what runs call an input: "
            + "`writ audit blast-radius dataset \(dataset)` asks about the dataset."
    }

    /// The names of its kind that there are, as far as a line has room.
    private func known(_ graph: LineageGraph) -> String? {
        let names = graph.nodes.filter { $0.kind == kind }.map(\.name).sorted()
        guard !names.isEmpty else { return nil }
        let shown = names.prefix(QuestionLimits.hintNamesMax).joined(separator: ", ")
        return "On record: \(shown)\(names.count > QuestionLimits.hintNamesMax ? ", …" : "")."
    }

    /// The nodes meant, sorted.
    func nodes(in graph: LineageGraph) -> [LineageNode] {
        graph.nodes.filter { $0.kind == kind && names($0) }.sorted()
    }

    private func names(_ node: LineageNode) -> Bool {
        if node.name == text { return true }
        switch kind {
        case .package:
            guard !text.contains("==") else { return node.name == Requirements.packages(text).first }
            return node.name.hasPrefix(Requirements.normalised(text) + "==")
        case .commit, .code, .lock: return text.utf8.count >= 7 && node.name.hasPrefix(text)
        case .snapshot, .recipe, .judgement:
            let bare = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text
            return bare.utf8.count >= 7 && node.name.dropFirst(7).hasPrefix(bare)
        case .key, .person, .dataset, .run, .evaluation, .version, .attestation, .deployment, .endpoint: return false
        }
    }
}

struct BlastRadiusView {
    typealias Fact = AuditReport.Fact
    typealias Row = AuditReport.Table.Row

    let trail: AuditTrail
    let graph: LineageGraph
    let starts: [LineageNode]

    var sections: [AuditReport.Section] {
        let effects = graph.reach(from: starts, .effects)
        let causes = graph.reach(from: starts, .causes)
        let touched = Set(effects.found.map(\.node)).union(starts)
        return [
            summary(effects.found, touched, isCut: effects.isCut),
            picture(effects.found, nowServing(touched)),
            serving(touched),
            AuditReport.Section("Everything it touched", [.table(table(effects.found, .effects))]),
            AuditReport.Section("What it rests on", [.table(table(causes.found, .causes))]),
        ]
    }

    private func summary(_ found: [LineageGraph.Reached], _ touched: Set<LineageNode>, isCut: Bool)
        -> AuditReport.Section
    {
        var facts = starts.map { Fact("begins at", $0.description) }
        for kind in LineageNode.Kind.allCases {
            let nodes = found.filter { $0.node.kind == kind }
            guard !nodes.isEmpty else { continue }
            facts.append(Fact(kind.rawValue + "s", "\(nodes.count)"))
        }
        let now = nowServing(touched).map(\.endpoint.text)
        let list = Set(now).sorted().joined(separator: ", ")
        facts.append(Fact("serving now", list.isEmpty ? "nothing of it" : list, isGap: !list.isEmpty))
        if isCut { facts.append(Fact("limit", "there is more than one answer holds", isGap: true)) }
        return AuditReport.Section("In numbers", [.facts(facts)])
    }

    private func picture(_ found: [LineageGraph.Reached], _ now: [Presence]) -> AuditReport.Section {
        let serving = Set(now.map { LineageNode(.deployment, $0.target.deployment.text) })
            .union(now.map { LineageNode(.endpoint, $0.endpoint.text) })
        let picture = LineagePicture(graph: graph, starts: starts, touched: found.map(\.node), serving: serving)
        let rest = picture.leftOut
        let words =
            "Causes stand on the left, effects on the right; what serves now is marked."
            + (rest > 0 ? " \(rest) more things stand only in the tables below." : "")
        return AuditReport.Section("In a picture", [.paragraph(.init(words))], picture: picture.picture)
    }

    // MARK: Serving

    private struct Presence {
        var endpoint: ResourceName
        var target: RoutingTable.Target
        var span: ServingSpan
    }

    private func presences(_ touched: Set<LineageNode>) -> [Presence] {
        trail.routedEndpoints.flatMap { endpoint in
            trail.servingSpans(of: endpoint).flatMap { span in
                span.targets.filter { target in
                    target.weight > 0
                        && (touched.contains(LineageNode(.version, target.version.text))
                            || touched.contains(LineageNode(.deployment, target.deployment.text)))
                }.map { Presence(endpoint: endpoint, target: $0, span: span) }
            }
        }
    }

    private func nowServing(_ touched: Set<LineageNode>) -> [Presence] {
        presences(touched).filter { $0.span.until == nil }
    }

    private func serving(_ touched: Set<LineageNode>) -> AuditReport.Section {
        let rows = presences(touched).map { found in
            Row(
                [
                    found.endpoint.text, "\(found.target.version)", "\(found.target.weight) %",
                    found.span.since.text, found.span.until?.text ?? "now", "\(found.target.deployment)",
                ], [found.span.entry, found.span.endedBy].compactMap(\.self), isGap: found.span.until == nil)
        }
        let columns = ["endpoint", "version", "weight", "from", "until", "deployment"]
        return AuditReport.Section("When it served", [.table(.init(columns: columns, rows: rows))])
    }

    private func table(_ found: [LineageGraph.Reached], _ direction: LineageGraph.Direction) -> AuditReport.Table {
        let rows = found.sorted { ($0.node, $0.distance) < ($1.node, $1.distance) }.map { reached in
            let edge = reached.by
            let why =
                direction == .effects
                ? "\(edge.from.kind.rawValue) \(short(edge.from)) \(edge.reason) it"
                : "it \(edge.reason) \(edge.to.kind.rawValue) \(short(edge.to))"
            return Row([reached.node.kind.rawValue, reached.node.name, "\(reached.distance)", why], edge.entries)
        }
        return AuditReport.Table(columns: ["kind", "name", "steps", "because"], rows: rows)
    }

    private func short(_ node: LineageNode) -> String { node.shortName }
}

extension LineageNode {
    /// The first digits of a digest or commit; other names whole.
    var shortName: String {
        let digits = name.hasPrefix("sha256:") ? name.dropFirst(7) : name[...]
        let isHex =
            digits.utf8.count >= 40 && digits.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        return isHex ? String(digits.prefix(12)) : name
    }
}
