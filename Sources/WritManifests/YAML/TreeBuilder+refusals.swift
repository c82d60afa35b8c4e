// What the builder refuses, and in which words.
import CLibYAML

extension TreeBuilder {
    mutating func refuse(_ code: String, _ event: yaml_event_t, _ message: String, _ hint: String) {
        let start = offsets.byteOffset(of: event.start_mark.index, in: bytes)
        let place = Place(
            start: start, end: max(start, offsets.byteOffset(of: event.end_mark.index, in: bytes)),
            line: event.start_mark.line, column: event.start_mark.column)
        problems.append(Problem(code: code, place: place, message: message, hint: hint))
    }

    mutating func refuseAnchor(_ event: yaml_event_t) {
        refuse(
            "anchor", event, "anchors are not allowed: a manifest says everything where it stands", "remove the `&…`")
    }

    mutating func refuseTag(_ event: yaml_event_t) {
        refuse("tag", event, "tags are not allowed: the schema says what type a value has", "remove the `!…`")
    }

    mutating func isWithinNodeLimit(_ mark: yaml_mark_t) -> Bool {
        guard nodes.count > Limits.nodes else { return true }
        let start = offsets.byteOffset(of: mark.index, in: bytes)
        let place = Place(start: start, end: start, line: mark.line, column: mark.column)
        problems.append(
            Problem(
                code: "too-many-nodes", place: place,
                message: "the file has more than \(Limits.nodes) values, which is the most a manifest may have",
                hint: "split it into several files"))
        truncate()
        return false
    }

    mutating func outOfMemory() {
        let place = Place(start: 0, end: 0, line: 0, column: 0)
        problems.append(
            Problem(
                code: "out-of-memory", place: place, message: "there is no memory left to read this file", hint: nil))
        truncate()
    }

    mutating func syntaxError(_ parser: yaml_parser_t) {
        if parser.error == YAML_MEMORY_ERROR { return outOfMemory() }
        let context = parser.context.map { String(cString: $0) } ?? ""
        // What was never closed is found out at the end; it is shown where it begins.
        let isAtEnd = offsets.byteOffset(of: parser.problem_mark.index, in: bytes) >= bytes.count
        let mark = isAtEnd && !context.isEmpty ? parser.context_mark : parser.problem_mark
        let start = min(offsets.byteOffset(of: mark.index, in: bytes), bytes.count)
        let place = Place(start: start, end: start, line: mark.line, column: mark.column)
        let text = SyntaxError(
            problem: parser.problem.map { String(cString: $0) } ?? "", line: mark.line + 1, context: context,
            contextLine: parser.context_mark.line + 1)
        problems.append(Problem(code: "yaml-syntax", place: place, message: text.message, hint: text.hint))
        truncate()
    }

    mutating func refuseDuplicateKeys(of mapping: NodeIndex, count: Int) {
        for (first, second) in duplicateKeys(of: mapping, count: count) {
            let node = nodes[Int(second)]
            let place = Place(
                start: Int(node.start), end: Int(node.end), line: Int(node.line), column: Int(node.column))
            let key = SafeText.shown(withValue(of: second) { String(decoding: $0, as: UTF8.self) })
            problems.append(
                Problem(
                    code: "duplicate-key", place: place, message: "the key `\(key)` stands here a second time",
                    hint: "it is set on line \(nodes[Int(first)].line + 1) already; keep one"))
        }
    }
}
