// The plain subset of YAML nearly all manifests are written in, read straight from the bytes.

/// Not certain to be what libyaml would see: the whole file is left to libyaml, and so is every diagnostic.
struct Uncertain: Error {}

/// Builds the arena libyaml's events would build, for block lists and mappings, text that is plain or quoted on one
/// line, flow lists and mappings on one line, comments and `---`. Gives up on all else, and on all that is wrong.
///
/// Sources hold neither tabs nor carriage returns, and nothing ``SourceCheck`` refuses. The tests compare every tree
/// with libyaml's.
struct FastReader: ~Copyable {
    let bytes: UnsafePointer<UInt8>
    let count: Int
    let isASCII: Bool
    let nodes: UnsafeMutableBufferPointer<YAMLNode>
    let frames: UnsafeMutableBufferPointer<Frame>

    private(set) var nodeCount = 0
    private(set) var documents: [NodeIndex] = []
    private(set) var depth = 0
    var offset = 0
    private(set) var line: UInt32 = 0
    private(set) var lineStart = 0
    /// A node must come: the root, or the value of a key or of an entry that has been read.
    var expectsNode = true
    /// Where the value is put if there is none: after the `:` or the `-`.
    private var emptyPlace = (offset: 0, line: UInt32(0), column: UInt16(0))
    private var isExplicit = false
    /// How many characters of the line lie before which offset; for lines that are not ASCII.
    private var counted = (offset: 0, characters: 0)

    /// A container that is open.
    struct Frame {
        let container: NodeIndex
        /// Where its keys or dashes stand. A list may stand in the column of the mapping it is a value of.
        let column: Int
        let isMapping: Bool
        var last = YAMLNode.none
        var keys = 0
        /// A bit for what each key looks like: two keys of one text have one bit.
        var looks: UInt64 = 0
    }

    /// Text on one line, quotes included.
    struct Scalar {
        let start: Int
        let end: Int
        let style: YAMLNode.Style
    }

    private init(
        bytes: UnsafePointer<UInt8>, count: Int, isASCII: Bool, nodes: UnsafeMutableBufferPointer<YAMLNode>,
        frames: UnsafeMutableBufferPointer<Frame>
    ) {
        self.bytes = bytes
        self.count = count
        self.isASCII = isASCII
        self.nodes = nodes
        self.frames = frames
    }

    /// The tree of a file; nil where libyaml must say what it is.
    static func tree(of source: [UInt8], isASCII: Bool) -> YAMLTree? {
        var documents: [NodeIndex]?
        // Few manifests have a node for every three bytes; libyaml reads those.
        let capacity = min(source.count / 3 + 16, Limits.nodes)
        let nodes = [YAMLNode](unsafeUninitializedCapacity: capacity) { nodes, nodeCount in
            source.withUnsafeBufferPointer { bytes in
                withUnsafeTemporaryAllocation(of: Frame.self, capacity: Limits.depth) { frames in
                    guard let base = bytes.baseAddress else { return }
                    var reader = FastReader(
                        bytes: base, count: bytes.count, isASCII: isASCII, nodes: nodes, frames: frames)
                    guard (try? reader.read()) != nil else { return }
                    documents = reader.documents
                    nodeCount = reader.nodeCount
                }
            }
        }
        return documents.map {
            YAMLTree(source: source, nodes: nodes, documents: $0, problems: [], isTruncated: false)
        }
    }

    /// Reads the whole file.
    private mutating func read() throws(Uncertain) {
        while offset < count {
            lineStart = offset
            counted = (offset, 0)
            skipSpaces()
            switch byte(offset) {
            case 0x0A, UInt8(ascii: "#"): try finishLine()
            default: try content()
            }
        }
        try finishDocument()
    }

    // MARK: Lines

    /// The end of the source ends a line too.
    @inline(__always)
    func byte(_ offset: Int) -> UInt8 { offset < count ? bytes[offset] : 0x0A }

    @inline(__always)
    func isBlank(_ offset: Int) -> Bool { byte(offset) == 0x20 || byte(offset) == 0x0A }

    @inline(__always)
    mutating func skipSpaces() {
        while offset < count, bytes[offset] == 0x20 { offset += 1 }
    }

    /// Whether nothing but a comment follows.
    @inline(__always)
    private var isLineDone: Bool { byte(offset) == 0x0A || byte(offset) == UInt8(ascii: "#") }

    /// Passes over spaces, a comment and the line's end.
    private mutating func finishLine() throws(Uncertain) {
        skipSpaces()
        if byte(offset) == UInt8(ascii: "#") {
            guard offset == lineStart || bytes[offset - 1] == 0x20 else { throw Uncertain() }
            while offset < count, bytes[offset] != 0x0A { offset += 1 }
        }
        guard byte(offset) == 0x0A else { throw Uncertain() }
        offset += 1
        line += 1
    }

    private mutating func content() throws(Uncertain) {
        let column = offset - lineStart
        if column == 0, isMark(UInt8(ascii: "-")) { return try startDocument() }
        if column == 0, isMark(UInt8(ascii: ".")) { throw Uncertain() }
        let isEntry = isDash
        try settle(column, isEntry: isEntry)
        try node(isEntry: isEntry)
    }

    @inline(__always)
    private var isDash: Bool { byte(offset) == UInt8(ascii: "-") && isBlank(offset + 1) }

    /// Whether `---` or `...` stands here.
    private func isMark(_ character: UInt8) -> Bool {
        byte(offset) == character && byte(offset + 1) == character && byte(offset + 2) == character
            && isBlank(offset + 3)
    }

    // MARK: Documents

    private mutating func startDocument() throws(Uncertain) {
        try finishDocument()
        isExplicit = true
        expectsNode = true
        offset += 3
        try finishLine()
    }

    private mutating func finishDocument() throws(Uncertain) {
        if expectsNode, depth > 0 { try attachEmpty() }
        while depth > 0 { close() }
        if expectsNode, isExplicit { throw Uncertain() }
    }

    // MARK: Blocks

    /// Closes what ends before a line whose content begins in `column`.
    private mutating func settle(_ column: Int, isEntry: Bool) throws(Uncertain) {
        if expectsNode, depth > 0 {
            let top = frames[depth - 1]
            if column > top.column || (column == top.column && isEntry && top.isMapping) { return }
            try attachEmpty()
        }
        while depth > 0, frames[depth - 1].column > column { close() }
        if depth > 1, !isEntry, !frames[depth - 1].isMapping, frames[depth - 2].column == column { close() }
        guard depth > 0 else {
            if expectsNode { return }
            throw Uncertain()
        }
        // Deeper than what is open: text that goes on, or an error.
        guard frames[depth - 1].column == column, frames[depth - 1].isMapping != isEntry else { throw Uncertain() }
    }

    /// What stands from here to the end of the line: entries of lists, a key, text.
    private mutating func node(isEntry: Bool) throws(Uncertain) {
        var isEntry = isEntry
        while isEntry {
            if expectsNode { try open(.sequence, .block) }
            offset += 1
            expectValue()
            skipSpaces()
            if isLineDone { return try finishLine() }
            isEntry = isDash
        }
        let start = offset
        if isFlowStart {
            guard expectsNode else { throw Uncertain() }
            try flow()
        } else {
            let scalar = try scalar(inFlow: false)
            skipSpaces()
            if isValueMark { return try entry(scalar, from: start) }
            guard expectsNode else { throw Uncertain() }
            try attach(scalar)
        }
        try finishLine()
    }

    /// A key of a block mapping and what follows it on its line.
    private mutating func entry(_ key: Scalar, from start: Int) throws(Uncertain) {
        let colon = offset
        offset = start
        if expectsNode { try open(.mapping, .block) }
        offset = colon
        try attachKey(key)
        offset += 1
        expectValue()
        skipSpaces()
        if isLineDone { return try finishLine() }
        if isFlowStart { try flow() } else { try attach(scalar(inFlow: false)) }
        try finishLine()
    }

    @inline(__always)
    private mutating func expectValue() {
        expectsNode = true
        emptyPlace = (offset, line, column(of: offset))
    }

    /// Whether a `:` stands here that ends a key.
    @inline(__always)
    var isValueMark: Bool { byte(offset) == UInt8(ascii: ":") && isBlank(offset + 1) }

    @inline(__always)
    var isFlowStart: Bool { byte(offset) == UInt8(ascii: "[") || byte(offset) == UInt8(ascii: "{") }
}

// MARK: - Nodes

extension FastReader {
    /// Opens a container that begins here.
    mutating func open(_ kind: YAMLNode.Kind, _ style: YAMLNode.Style) throws(Uncertain) {
        guard depth < frames.count else { throw Uncertain() }
        let column = column(of: offset)
        let index = try attach(
            YAMLNode(
                start: UInt32(offset), end: UInt32(offset), line: line, column: column, kind: kind, style: style))
        frames[depth] = Frame(container: index, column: offset - lineStart, isMapping: kind == .mapping)
        depth += 1
    }

    /// A block container ends with its last child.
    mutating func close() {
        depth -= 1
        let last = frames[depth].last
        if last != YAMLNode.none { nodes[Int(frames[depth].container)].end = nodes[Int(last)].end }
    }

    /// A flow container ends here.
    mutating func closeFlow() {
        depth -= 1
        nodes[Int(frames[depth].container)].end = UInt32(offset)
        expectsNode = false
    }

    mutating func attach(_ scalar: Scalar) throws(Uncertain) {
        let quote = scalar.style == .quoted ? 1 : 0
        _ = try attach(
            YAMLNode(
                start: UInt32(scalar.start), end: UInt32(scalar.end), valueStart: UInt32(scalar.start + quote),
                valueLength: UInt32(scalar.end - scalar.start - 2 * quote), line: line,
                column: column(of: scalar.start), kind: .scalar, style: scalar.style))
    }

    private mutating func attachEmpty() throws(Uncertain) {
        let place = emptyPlace
        _ = try attach(
            YAMLNode(
                start: UInt32(place.offset), end: UInt32(place.offset), valueStart: UInt32(place.offset),
                line: place.line, column: place.column, kind: .scalar, style: .plain))
    }

    @inline(__always)
    private mutating func attach(_ node: YAMLNode) throws(Uncertain) -> NodeIndex {
        guard nodeCount < nodes.count else { throw Uncertain() }
        let index = NodeIndex(nodeCount)
        nodes.initializeElement(at: nodeCount, to: node)
        nodeCount += 1
        expectsNode = false
        guard depth > 0 else {
            documents.append(index)
            return index
        }
        let last = frames[depth - 1].last
        if last == YAMLNode.none {
            nodes[Int(frames[depth - 1].container)].firstChild = index
        } else {
            nodes[Int(last)].next = index
        }
        frames[depth - 1].last = index
        return index
    }

    /// A key that stands here for the first time, and is not too long to be one (libyaml: 1024 characters).
    mutating func attachKey(_ key: Scalar) throws(Uncertain) {
        guard key.end - key.start <= 512, offset - key.start <= 768, !isMergeKey(key) else { throw Uncertain() }
        try attach(key)
        let node = nodes[nodeCount - 1]
        let length = Int(node.valueLength)
        let value = bytes + Int(node.valueStart)
        let look = length == 0 ? 0 : (length &* 5) ^ Int(value[0]) ^ (Int(value[length - 1]) &* 3)
        let bit: UInt64 = 1 << UInt64(look & 63)
        if frames[depth - 1].looks & bit != 0 { try compare(nodeCount - 1) }
        frames[depth - 1].looks |= bit
        frames[depth - 1].keys += 1
    }

    private func isMergeKey(_ key: Scalar) -> Bool {
        key.style == .plain && key.end - key.start == 2 && bytes[key.start] == 0x3C && bytes[key.start + 1] == 0x3C
    }

    /// Compares a key with those before it. Gives up where that would take long.
    private func compare(_ key: Int) throws(Uncertain) {
        guard frames[depth - 1].keys < 256 else { throw Uncertain() }
        let later = value(of: nodes[key])
        var earlier = Int(nodes[Int(frames[depth - 1].container)].firstChild)
        while earlier != key {
            if TreeBuilder.isEqual(value(of: nodes[earlier]), later) { throw Uncertain() }
            earlier = Int(nodes[Int(nodes[earlier].next)].next)
        }
    }

    private func value(of node: YAMLNode) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: bytes + Int(node.valueStart), count: Int(node.valueLength))
    }

    /// In characters, as libyaml counts.
    @inline(__always)
    private mutating func column(of offset: Int) -> UInt16 {
        UInt16(clamping: isASCII ? offset - lineStart : characters(before: offset))
    }

    /// Places come in order, so that a line is counted once.
    private mutating func characters(before offset: Int) -> Int {
        if offset < counted.offset { counted = (lineStart, 0) }
        while counted.offset < offset {
            if bytes[counted.offset] & 0xC0 != 0x80 { counted.characters += 1 }
            counted.offset += 1
        }
        return counted.characters
    }
}
