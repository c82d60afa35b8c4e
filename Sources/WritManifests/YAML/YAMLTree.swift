// All documents of one file as an arena of nodes over the file's bytes.

/// The parsed file: nodes, the text they point into, and what was refused on the way.
///
/// One object for a file and none for a node: it is handed around while decoding, and copying it is one count.
final class YAMLTree: Sendable {
    let source: [UInt8]
    /// Values that differ from the source's bytes: escaped, folded or block scalars.
    let side: [UInt8]
    let nodes: [YAMLNode]
    /// The roots of complete documents, in order.
    let documents: [NodeIndex]
    let problems: [Problem]
    /// Whether reading stopped early, so that more may be declared than `documents` shows.
    let isTruncated: Bool

    init(
        source: [UInt8], side: [UInt8] = [], nodes: [YAMLNode] = [], documents: [NodeIndex] = [], problems: [Problem],
        isTruncated: Bool
    ) {
        self.source = source
        self.side = side
        self.nodes = nodes
        self.documents = documents
        self.problems = problems
        self.isTruncated = isTruncated
    }

    subscript(index: NodeIndex) -> YAMLNode { nodes[Int(index)] }

    /// Calls `body` with the bytes of a scalar's value; empty for any other node.
    @inline(__always)
    func withValue<Result>(of index: NodeIndex, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let node = nodes[Int(index)]
        let length = Int(node.valueLength)
        if node.valueStart & YAMLNode.sideBuffer == 0 {
            let start = Int(node.valueStart)
            return source.withUnsafeBufferPointer { body(.init(rebasing: $0[start..<start + length])) }
        }
        let start = Int(node.valueStart & ~YAMLNode.sideBuffer)
        return side.withUnsafeBufferPointer { body(.init(rebasing: $0[start..<start + length])) }
    }

    func text(of index: NodeIndex) -> String {
        withValue(of: index) { String(decoding: $0, as: UTF8.self) }
    }

    /// A container's children in order; a mapping's are key, value, key, value.
    func children(of container: NodeIndex) -> YAMLSiblings {
        YAMLSiblings(tree: self, upcoming: self[container].firstChild, isMapping: false)
    }

    /// The keys of a mapping, in order.
    func keys(of mapping: NodeIndex) -> YAMLSiblings {
        YAMLSiblings(tree: self, upcoming: self[mapping].firstChild, isMapping: true)
    }

    /// Key and value of each entry of a mapping, in order.
    func entries(of mapping: NodeIndex) -> [(key: NodeIndex, value: NodeIndex)] {
        keys(of: mapping).map { ($0, self[$0].next) }
    }

    /// The value under a key, by the key's text.
    func value(_ name: String, in mapping: NodeIndex) -> NodeIndex? {
        guard self[mapping].kind == .mapping else { return nil }
        var name = name
        return name.withUTF8 { wanted in
            var key = self[mapping].firstChild
            while key != YAMLNode.none {
                let value = self[key].next
                if Int(self[key].valueLength) == wanted.count, withValue(of: key, { $0.elementsEqual(wanted) }) {
                    return value
                }
                key = self[value].next
            }
            return nil
        }
    }
}

/// Walks from sibling to sibling, over the values of a mapping where only its keys are wanted.
struct YAMLSiblings: Sequence, IteratorProtocol {
    let tree: YAMLTree
    fileprivate(set) var upcoming: NodeIndex
    let isMapping: Bool

    mutating func next() -> NodeIndex? {
        guard upcoming != YAMLNode.none else { return nil }
        let current = upcoming
        upcoming = isMapping ? tree[tree[current].next].next : tree[current].next
        return current
    }
}

/// Something refused, and where.
struct Problem: Sendable {
    var code: String
    var place: Place
    var message: String
    var hint: String?
}

/// A span of the source. Line and column count from 0.
struct Place: Hashable, Sendable {
    var start: Int
    var end: Int
    var line: Int
    var column: Int
}

extension YAMLTree {
    func place(of index: NodeIndex) -> Place {
        let node = self[index]
        return Place(start: Int(node.start), end: Int(node.end), line: Int(node.line), column: Int(node.column))
    }
}
