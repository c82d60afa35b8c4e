// Reads the arena as the schema says, and gathers what is wrong and what is named.
import WritVocabulary

/// The state of decoding one file.
struct Reader {
    let tree: YAMLTree
    let path: RepositoryPath
    /// The document being read.
    var root = YAMLNode.none
    private(set) var diagnostics: [Diagnostic] = []
    /// All problems, those beyond the limit included.
    private(set) var problemCount = 0
    /// What the document being read names.
    var mentions: [Mention] = []

    init(tree: YAMLTree, path: RepositoryPath) {
        self.tree = tree
        self.path = path
        for problem in tree.problems { report { _ in problem } }
    }

    /// The problem is only worded while there is room for it.
    mutating func report(_ problem: (Reader) -> Problem) {
        problemCount += 1
        guard diagnostics.count < Limits.diagnosticsPerFile else { return }
        diagnostics.append(Diagnostic(problem(self), path: path, source: tree.source))
    }

    mutating func mention(_ target: Mention.Target, at node: NodeIndex) {
        mentions.append(Mention(target: target, line: tree[node].line + 1, column: UInt32(tree[node].column) + 1))
    }
}

// MARK: - Mappings

extension Reader {
    /// Reads a mapping's fields into the draft. False where it is no mapping.
    mutating func object<Draft>(_ node: NodeIndex, _ table: FieldTable<Draft>, into draft: inout Draft) -> Bool {
        guard tree[node].kind == .mapping else {
            wrongType(node, "a mapping", as: Void.self)
            return false
        }
        var seen: UInt64 = 0
        var upcoming = tree[node].firstChild
        while upcoming != YAMLNode.none {
            let key = upcoming
            let value = tree[key].next
            upcoming = tree[value].next
            if let index = tree.withValue(of: key, { table.index(of: $0) }) {
                seen |= 1 << UInt64(index)
                table.reads[index](&self, value, &draft)
            } else {
                unknownField(key, in: node, table.shape)
            }
        }
        if table.required & ~seen != 0 { missingFields(node, table, seen) }
        for index in table.rules.indices where !table.rules[index].holds(seen) {
            brokenRule(table.shape.rules[index], node, table, seen)
        }
        return true
    }

    private mutating func missingFields<Draft>(_ node: NodeIndex, _ table: FieldTable<Draft>, _ seen: UInt64) {
        for (index, field) in table.fields.enumerated() where (table.required & ~seen) >> UInt64(index) & 1 == 1 {
            let name = field.shape.name
            report(at: node, "missing-field", hint: "`\(name)` is \(field.shape.shape.words)") {
                "\($0.location(of: node)) needs `\(name)`"
            }
        }
    }

    private mutating func brokenRule<Draft>(
        _ rule: ObjectRule, _ node: NodeIndex, _ table: FieldTable<Draft>, _ seen: UInt64
    ) {
        switch rule {
        case .exactlyOne(let names):
            let count = (seen & table.mask(names)).nonzeroBitCount
            let found = count == 0 ? "none is given" : "\(count) are given"
            report(at: node, "exactly-one") { "\($0.location(of: node)) needs \(rule.words), but \(found)" }
        case .atLeastOne:
            report(at: node, "at-least-one") { "\($0.location(of: node)) needs \(rule.words)" }
        case .needs(let name, let others):
            let missing = others.filter { seen & table.mask([$0]) == 0 }
            report(at: tree.value(name, in: node) ?? node, "needs-field") {
                "`\(name)` in \($0.location(of: node)) needs \(ObjectRule.list(missing)) beside it"
            }
        }
    }

    private mutating func unknownField(_ key: NodeIndex, in node: NodeIndex, _ shape: ObjectShape) {
        guard tree[key].kind == .scalar, !isMergeKey(key) else { return }
        let written = tree.text(of: key)
        let names = shape.fields.map(\.name)
        report { reader in
            Problem(
                code: "unknown-field", place: reader.tree.place(of: key),
                message: "`\(SafeText.shown(written))` is not a field of \(reader.location(of: node))",
                hint: Suggestion.hint(for: written, among: names) ?? "its fields are \(ObjectRule.list(names))")
        }
    }

    /// Reported at the event level already.
    private func isMergeKey(_ key: NodeIndex) -> Bool {
        tree[key].style == .plain && tree[key].valueLength == 2 && tree.text(of: key) == "<<"
    }
}

// MARK: - Scalars

extension Reader {
    /// What a scalar means; nil where the node is none. Quoted text is always text.
    func scalar(_ node: NodeIndex) -> CoreScalar? {
        guard tree[node].kind == .scalar else { return nil }
        guard tree[node].style == .plain else { return .text }
        return tree.withValue(of: node, { CoreSchema.resolve($0) })
    }

    /// Text that follows a rule.
    mutating func text(_ node: NodeIndex, _ rule: TextRule) -> String? {
        guard isText(node) else { return notText(node, rule.words, hint: nil) }
        guard tree.withValue(of: node, { rule.allows($0) }) else {
            let length = Int(tree[node].valueLength)
            let hint =
                length > rule.bytes.upperBound ? "it has \(length) bytes; \(rule.bytes.upperBound) are allowed" : nil
            return wrongValue(node, rule.words, hint: hint)
        }
        return tree.text(of: node)
    }

    /// Text of which the caller checks the form.
    mutating func plainText(_ node: NodeIndex, words: String, hint: String? = nil) -> String? {
        guard isText(node) else { return notText(node, words, hint: hint) }
        return tree.text(of: node)
    }

    mutating func parameter(_ node: NodeIndex) -> ParameterValue? {
        let words = Shape.scalar.words
        switch scalar(node) {
        case .text: return text(node, .possiblyEmpty).map { .string($0) }
        case .integer(let value): return .integer(value)
        case .boolean(let value): return .boolean(value)
        case .number(let value):
            return MetricValue(value).map { .number($0) } ?? wrongValue(node, words, hint: "write a finite number")
        case .oversized:
            return wrongValue(
                node, words, hint: "a whole number has at most 64 bits; put it in quotes to keep it as text")
        case .null, nil: return wrongType(node, words)
        }
    }

    /// The text of a key that follows a rule.
    mutating func key(_ node: NodeIndex, _ rule: TextRule) -> String? {
        guard tree[node].kind == .scalar, !isMergeKey(node) else { return nil }
        if tree.withValue(of: node, { rule.allows($0) }) { return tree.text(of: node) }
        report { reader in
            let parent = reader.tree.parent(of: node, from: reader.root) ?? reader.root
            let shown = SafeText.shown(reader.tree.text(of: node))
            return Problem(
                code: "wrong-key", place: reader.tree.place(of: node),
                message: "the key `\(shown)` in \(reader.location(of: parent)) must be \(rule.words)")
        }
        return nil
    }

    private func isText(_ node: NodeIndex) -> Bool {
        if case .text = scalar(node) { true } else { false }
    }

    private mutating func notText(_ node: NodeIndex, _ words: String, hint: String?) -> String? {
        let isQuotable = tree[node].kind == .scalar && tree[node].valueLength > 0
        let quoted = isQuotable ? "put it in quotes: \"\(SafeText.shown(tree.text(of: node)))\"" : nil
        return wrongType(node, words, hint: hint ?? quoted)
    }
}
