// Takes libyaml's events and builds the arena.
import CLibYAML
import Glibc

/// The state of one parse: the tree so far and the containers that are open.
struct TreeBuilder {
    let bytes: UnsafeBufferPointer<UInt8>
    var offsets: CharacterOffsets
    private var side: [UInt8] = []
    private(set) var nodes: [YAMLNode] = []
    private var documents: [NodeIndex] = []
    var problems: [Problem] = []
    private var isTruncated = false
    private var open: [Frame] = []

    private struct Frame {
        let container: NodeIndex
        var last = YAMLNode.none
        var count = 0
        let isMapping: Bool
        var awaitsKey: Bool { isMapping && count.isMultiple(of: 2) }
    }

    init(bytes: UnsafeBufferPointer<UInt8>, offsets: CharacterOffsets) {
        self.bytes = bytes
        self.offsets = offsets
        // Manifests of many short values have a node for every six bytes.
        nodes.reserveCapacity(min(bytes.count / 6 + 8, Limits.nodes + 1))
        open.reserveCapacity(8)
    }

    func tree(source: [UInt8]) -> YAMLTree {
        YAMLTree(
            source: source, side: side, nodes: nodes, documents: documents, problems: problems, isTruncated: isTruncated
        )
    }

    mutating func run(from start: Int) {
        // libyaml keeps a pointer to the parser inside it, so it must not move.
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else { return outOfMemory() }
        defer { yaml_parser_delete(parser) }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        // An empty file has no base address; libyaml asserts on a null pointer.
        var empty: UInt8 = 0
        withUnsafePointer(to: &empty) { empty in
            yaml_parser_set_input_string(parser, bytes.baseAddress.map { $0 + start } ?? empty, bytes.count - start)
            readEvents(parser)
        }
    }

    private mutating func readEvents(_ parser: UnsafeMutablePointer<yaml_parser_t>) {
        var event = yaml_event_t()
        while yaml_parser_parse(parser, &event) == 1 {
            let goesOn = take(&event)
            yaml_event_delete(&event)
            if !goesOn { return }
        }
        syntaxError(parser.pointee)
    }

    /// Returns false where reading ends: at the end, or where a limit is passed.
    private mutating func take(_ event: inout yaml_event_t) -> Bool {
        switch event.type {
        case YAML_SCALAR_EVENT:
            scalar(&event)
            return isWithinNodeLimit(event.start_mark)
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            let isFlow = start.style == YAML_FLOW_MAPPING_STYLE
            return push(.mapping, isFlow: isFlow, anchor: start.anchor, tag: start.tag, event)
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            let isFlow = start.style == YAML_FLOW_SEQUENCE_STYLE
            return push(.sequence, isFlow: isFlow, anchor: start.anchor, tag: start.tag, event)
        case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT:
            pop(event)
        case YAML_ALIAS_EVENT:
            refuse(
                "alias", event, "aliases are not allowed: a manifest says everything where it stands",
                "write the value out")
            attach(node(.refused, .plain, event))
        case YAML_DOCUMENT_START_EVENT:
            if event.data.document_start.tag_directives.start != event.data.document_start.tag_directives.end {
                refuse("directive", event, "%TAG is not allowed: tags have no meaning here", "remove the line")
            }
        case YAML_STREAM_END_EVENT:
            return false
        default:
            // The stream's start and a document's end say nothing more.
            break
        }
        return true
    }
}

// MARK: - Nodes

extension TreeBuilder {
    @inline(__always)
    private mutating func node(_ kind: YAMLNode.Kind, _ style: YAMLNode.Style, _ event: borrowing yaml_event_t)
        -> YAMLNode
    {
        YAMLNode(
            start: UInt32(offsets.byteOffset(of: event.start_mark.index, in: bytes)),
            end: UInt32(offsets.byteOffset(of: event.end_mark.index, in: bytes)),
            line: UInt32(event.start_mark.line), column: UInt16(clamping: event.start_mark.column), kind: kind,
            style: style)
    }

    private mutating func scalar(_ event: inout yaml_event_t) {
        let scalar = event.data.scalar
        if scalar.anchor != nil { refuseAnchor(event) }
        if scalar.tag != nil { refuseTag(event) }
        var node = node(.scalar, TreeBuilder.style(scalar.style), event)
        place(UnsafeBufferPointer(start: scalar.value, count: scalar.length), in: &node)
        let isKey = open.last?.awaitsKey ?? false
        if isKey, node.style == .plain, scalar.length == 2, scalar.value[0] == 0x3C, scalar.value[1] == 0x3C {
            refuse(
                "merge-key", event, "merge keys are not allowed: a manifest says everything where it stands",
                "write the fields out")
        }
        attach(node)
    }

    /// Points the node at its value: into the source where the bytes are the same, else into the side buffer.
    private mutating func place(_ value: UnsafeBufferPointer<UInt8>, in node: inout YAMLNode) {
        node.valueLength = UInt32(value.count)
        let quote: UInt32 = node.style == .quoted ? 1 : 0
        let first = node.start + quote
        if Int(first) + value.count + Int(quote) == Int(node.end) {
            let slice = UnsafeBufferPointer(rebasing: bytes[Int(first)..<Int(first) + value.count])
            if TreeBuilder.isEqual(slice, value) {
                node.valueStart = first
                return
            }
        }
        node.valueStart = UInt32(side.count) | YAMLNode.sideBuffer
        side.append(contentsOf: value)
        // An escape may write what the source itself may not hold.
        if let fault = SourceCheck(value).fault?.fault ?? (value.contains(0x0D) ? .control(0x0D) : nil) {
            let place = Place(
                start: Int(node.start), end: Int(node.end), line: Int(node.line), column: Int(node.column))
            problems.append(Problem(code: fault.code, place: place, message: fault.message, hint: fault.hint))
            node.kind = .refused
        }
    }

    /// Calls `body` with the bytes of a scalar's value.
    @inline(__always)
    func withValue<Result>(of index: NodeIndex, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let node = nodes[Int(index)]
        let length = Int(node.valueLength)
        guard node.valueStart & YAMLNode.sideBuffer != 0 else {
            let start = Int(node.valueStart)
            return body(UnsafeBufferPointer(rebasing: bytes[start..<start + length]))
        }
        let start = Int(node.valueStart & ~YAMLNode.sideBuffer)
        return side.withUnsafeBufferPointer { body(.init(rebasing: $0[start..<start + length])) }
    }

    @inline(__always)
    static func isEqual(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = a.baseAddress, let second = b.baseAddress else { return a.count == b.count }
        return a.count == b.count && memcmp(first, second, a.count) == 0
    }

    private static func style(_ style: yaml_scalar_style_t) -> YAMLNode.Style {
        switch style {
        case YAML_PLAIN_SCALAR_STYLE: .plain
        case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
        default: .quoted
        }
    }

    @discardableResult
    mutating func attach(_ node: YAMLNode) -> NodeIndex {
        let index = NodeIndex(nodes.count)
        nodes.append(node)
        guard !open.isEmpty else {
            documents.append(index)
            return index
        }
        let top = open.count - 1
        if open[top].last == YAMLNode.none {
            nodes[Int(open[top].container)].firstChild = index
        } else {
            nodes[Int(open[top].last)].next = index
        }
        open[top].last = index
        open[top].count += 1
        return index
    }

    private mutating func push(
        _ kind: YAMLNode.Kind, isFlow: Bool, anchor: UnsafeMutablePointer<yaml_char_t>?,
        tag: UnsafeMutablePointer<yaml_char_t>?, _ event: yaml_event_t
    ) -> Bool {
        if anchor != nil { refuseAnchor(event) }
        if tag != nil { refuseTag(event) }
        if open.last?.awaitsKey == true {
            refuse(
                "complex-key", event, "a key must be text, not a list or a mapping", "name the entry with plain text")
        }
        guard open.count < Limits.depth else {
            refuse(
                "too-deep", event, "lists and mappings may be nested \(Limits.depth) deep, and no deeper",
                "flatten the manifest")
            truncate()
            return false
        }
        let index = attach(node(kind, isFlow ? .flow : .block, event))
        open.append(Frame(container: index, isMapping: kind == .mapping))
        return isWithinNodeLimit(event.start_mark)
    }

    /// Drops the document that is not complete.
    mutating func truncate() {
        isTruncated = true
        if !open.isEmpty { documents.removeLast() }
        open.removeAll()
    }

    private mutating func pop(_ event: yaml_event_t) {
        guard let frame = open.popLast() else { return }
        let container = Int(frame.container)
        // A block container's end mark lies at the next token, beyond comments: its last child's end is its own.
        let isFlow = nodes[container].style == .flow
        if isFlow || frame.last == YAMLNode.none {
            nodes[container].end = UInt32(offsets.byteOffset(of: event.end_mark.index, in: bytes))
        } else {
            nodes[container].end = nodes[Int(frame.last)].end
        }
        if frame.isMapping, frame.count > 2 { refuseDuplicateKeys(of: frame.container, count: frame.count / 2) }
    }
}
