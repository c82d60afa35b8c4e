// Where a scalar's text lies in the source, to the byte. Computed from its first byte: end marks may reach further.

struct ScalarSpan {
    /// The text, without quotes.
    let text: Range<Int>
    /// Behind the last byte of the scalar, its closing quote included.
    let end: Int

    /// nil where the text cannot be found as one piece.
    init?(_ tree: YAMLTree, _ node: NodeIndex) {
        guard tree[node].kind == .scalar else { return nil }
        let source = tree.source
        let start = Int(tree[node].start)
        let value = tree.withValue(of: node) { Array($0) }
        guard start < source.count, !value.isEmpty else { return nil }
        switch tree[node].style {
        case .plain:
            guard source[start...].starts(with: value) else { return nil }
            self.init(text: start..<start + value.count, closing: 0)
        case .quoted:
            guard let closing = ScalarSpan.closingQuote(source, from: start) else { return nil }
            self.init(text: start + 1..<closing, closing: 1)
        case .block:
            // The first line holds the indicators, and may hold a comment.
            guard let line = source[start...].firstIndex(of: 0x0A),
                let found = ScalarSpan.first(value, in: source, from: line + 1)
            else { return nil }
            self.init(text: found, closing: 0)
        case .flow: return nil
        }
    }

    private init(text: Range<Int>, closing: Int) {
        self.text = text
        end = text.upperBound + closing
    }

    private static func closingQuote(_ source: [UInt8], from start: Int) -> Int? {
        let quote = source[start]
        var index = start + 1
        while index < source.count {
            let byte = source[index]
            let next = index + 1 < source.count ? source[index + 1] : 0
            if quote == UInt8(ascii: "\""), byte == UInt8(ascii: "\\") {
                index += 2
            } else if quote == UInt8(ascii: "'"), byte == quote, next == quote {
                index += 2
            } else if byte == quote {
                return index
            } else {
                index += 1
            }
        }
        return nil
    }

    private static func first(_ value: [UInt8], in source: [UInt8], from start: Int) -> Range<Int>? {
        var start = start
        while start + value.count <= source.count {
            if source[start...].starts(with: value) { return start..<start + value.count }
            start += 1
        }
        return nil
    }
}
