// What came of what: everything on record as a graph whose edges lead from cause to effect.
import WritVocabulary

/// One thing a version or deployment may rest on, or that rests on one.
public struct LineageNode: Codable, Hashable, Sendable, Comparable, CustomStringConvertible {
    /// In the order causes lead to effects.
    public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        case key, person, commit, dataset, snapshot, package, lock, code, recipe, run, evaluation, judgement, version
        case attestation, deployment, endpoint

        var rank: Int { Kind.allCases.firstIndex(of: self) ?? 0 }
    }

    public var kind: Kind
    public var name: String

    public init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }

    public var description: String { "\(kind.rawValue) \(name)" }

    public static func < (a: LineageNode, b: LineageNode) -> Bool {
        a.kind != b.kind ? a.kind.rank < b.kind.rank : a.name < b.name
    }
}

/// Why one thing follows from another, and where that is on record.
public struct LineageEdge: Hashable, Sendable {
    public var from: LineageNode
    public var to: LineageNode
    /// A verb: `trained on by`, `made`.
    public var reason: String
    public var entries: [Int64]

    /// Several reasons for one thing to follow from another are told as one; of other things the first one stands.
    func joined(with other: LineageEdge) -> LineageEdge {
        guard other.from == from, other.to == to else { return self }
        var both = self
        if !reason.split(separator: " and ").contains(other.reason[...]) { both.reason += " and \(other.reason)" }
        both.entries = (entries + other.entries).uniqued
        return both
    }
}

public struct LineageGraph: Sendable {
    private(set) var outgoing: [LineageNode: [LineageEdge]] = [:]
    private(set) var incoming: [LineageNode: [LineageEdge]] = [:]
    private var known: Set<LineageEdge> = []
    /// Whether the record has more than the limits let in.
    private(set) var isCut = false

    /// On record, though perhaps nothing followed from them.
    private var mentioned: Set<LineageNode> = []

    public var nodes: Set<LineageNode> { mentioned.union(outgoing.keys).union(incoming.keys) }

    mutating func mention(_ node: LineageNode) {
        guard mentioned.count < QuestionLimits.graphEdgesMax else {
            isCut = true
            return
        }
        mentioned.insert(node)
    }

    mutating func add(_ from: LineageNode, _ reason: String, _ to: LineageNode, _ entries: [Int64]) {
        let edge = LineageEdge(from: from, to: to, reason: reason, entries: entries.uniqued)
        guard !known.contains(edge) else { return }
        guard known.count < QuestionLimits.graphEdgesMax else {
            isCut = true
            return
        }
        known.insert(edge)
        outgoing[from, default: []].append(edge)
        incoming[to, default: []].append(edge)
    }

    public enum Direction: Sendable { case effects, causes }

    /// Something reached, how far from where the search began, and the edge it was reached by first.
    public struct Reached: Hashable, Sendable {
        public var node: LineageNode
        public var distance: Int
        public var by: LineageEdge
    }

    /// Breadth first; among equals in order of nodes, so that the same record gives the same answer.
    public func reach(from starts: [LineageNode], _ direction: Direction) -> (found: [Reached], isCut: Bool) {
        var seen = Set(starts)
        var found: [Reached] = []
        var frontier = starts.sorted()
        var distance = 0
        while !frontier.isEmpty {
            distance += 1
            var next: [LineageNode: LineageEdge] = [:]
            for node in frontier {
                for edge in edges(of: node, direction) {
                    let other = direction == .effects ? edge.to : edge.from
                    guard !seen.contains(other) else { continue }
                    next[other] = next[other].map { $0.joined(with: edge) } ?? edge
                }
            }
            frontier = next.keys.sorted()
            for node in frontier {
                guard found.count < QuestionLimits.graphNodesMax, let edge = next[node] else { return (found, true) }
                seen.insert(node)
                found.append(Reached(node: node, distance: distance, by: edge))
            }
        }
        return (found, isCut)
    }

    private func edges(of node: LineageNode, _ direction: Direction) -> [LineageEdge] {
        let edges = (direction == .effects ? outgoing[node] : incoming[node]) ?? []
        return edges.sorted {
            let (a, b) = direction == .effects ? ($0.to, $1.to) : ($0.from, $1.from)
            return a != b ? a < b : ($0.reason, $0.entries.first ?? 0) < ($1.reason, $1.entries.first ?? 0)
        }
    }
}
