// All documents of one file as an arena of nodes over the file's bytes.

/// The parsed file: nodes, the text they point into, and what was refused on the way.
struct YAMLTree {
    let source: [UInt8]
    /// Values that differ from the source's bytes: escaped, folded or block scalars.
    var side: [UInt8] = []
    var nodes: [YAMLNode] = []
    /// The roots of complete documents, in order.
    var documents: [NodeIndex] = []
    var problems: [Problem] = []
    /// Whether reading stopped early, so that more may be declared than `documents` shows.
    var isTruncated = false

    init(source: [UInt8]) { self.source = source }

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

    /// Key and value of each entry of a mapping, in order.
    func entries(of mapping: NodeIndex) -> [(key: NodeIndex, value: NodeIndex)] {
        var found: [(NodeIndex, NodeIndex)] = []
        var key = self[mapping].firstChild
        while key != YAMLNode.none {
            let value = self[key].next
            found.append((key, value))
            key = self[value].next
        }
        return found
    }

    /// The value under a key, by the key's text.
    func value(_ name: String, in mapping: NodeIndex) -> NodeIndex? {
        guard self[mapping].kind == .mapping else { return nil }
        var key = self[mapping].firstChild
        while key != YAMLNode.none {
            if withValue(of: key, { $0.elementsEqual(name.utf8) }) { return self[key].next }
            key = self[self[key].next].next
        }
        return nil
    }
}

/// Something refused, and where.
struct Problem {
    var code: String
    var place: Place
    var message: String
    var hint: String?
}

/// A span of the source. Line and column count from 0.
struct Place: Hashable {
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
