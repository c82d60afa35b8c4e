// Part of the graph as a picture: what was touched, in columns from cause to effect.

struct LineagePicture {
    let picture: AuditReport.Picture
    /// What the picture has no room for.
    let leftOut: Int

    init(graph: LineageGraph, starts: [LineageNode], touched: [LineageNode], serving: Set<LineageNode>) {
        let all = (starts + touched).filter { $0.kind != .attestation || starts.contains($0) }
        // What is nearest to the subject is met first, and what serves now is never left out.
        let wanted = all.filter(serving.contains) + all.filter { !serving.contains($0) }
        let shown = Set(wanted.prefix(QuestionLimits.pictureNodesMax))
        leftOut = Set(all).count - shown.count
        let nodes = shown.sorted()
        let place = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($0.element, $0.offset) })
        var lines: Set<[Int]> = []
        for node in nodes {
            for edge in graph.outgoing[node] ?? [] {
                if let from = place[node], let to = place[edge.to], from != to { lines.insert([from, to]) }
            }
        }
        picture = AuditReport.Picture(
            title: "What \(starts.first.map(\.shortName) ?? "it") touched",
            boxes: nodes.map { node in
                AuditReport.Picture.Box(
                    kind: node.kind.rawValue, label: node.shortName, column: LineagePicture.column(node.kind),
                    isSubject: starts.contains(node), isGap: serving.contains(node))
            },
            lines: lines.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }.map { .init(from: $0[0], to: $0[1]) })
    }

    private static func column(_ kind: LineageNode.Kind) -> Int {
        switch kind {
        case .person: 0
        case .key: 1
        case .commit, .dataset, .package: 2
        case .snapshot, .lock, .code, .recipe: 3
        case .run, .evaluation: 4
        case .judgement, .attestation: 5
        case .version: 6
        case .deployment: 7
        case .endpoint: 8
        }
    }
}
