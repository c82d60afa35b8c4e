// How the reader words what is wrong.

extension Reader {
    mutating func report(at node: NodeIndex, _ code: String, hint: String? = nil, _ message: (Reader) -> String) {
        guard tree[node].kind != .refused else { return }
        report { Problem(code: code, place: $0.place(toBlame: node), message: message($0), hint: hint) }
    }

    /// The value has another type. Returns nil, for `return`.
    @discardableResult
    mutating func wrongType<Value>(_ node: NodeIndex, _ words: String, hint: String? = nil, as: Value.Type = Value.self)
        -> Value?
    {
        let isEmpty = scalar(node) == .null
        report(at: node, "wrong-type", hint: isEmpty ? "give it a value or leave it out" : hint) {
            "\($0.location(of: node)) must be \(words), but \($0.found(node))"
        }
        return nil
    }

    /// The value has the right type but is not allowed. Returns nil, for `return`.
    @discardableResult
    mutating func wrongValue<Value>(
        _ node: NodeIndex, _ words: String, hint: String? = nil, as: Value.Type = Value.self
    ) -> Value? {
        report(at: node, "wrong-value", hint: hint) {
            "\($0.location(of: node)) must be \(words), but \($0.found(node))"
        }
        return nil
    }

    mutating func wrongCount<Value>(_ node: NodeIndex, _ count: Int, _ range: ClosedRange<Int>) -> Value? {
        let isShort = count < range.lowerBound
        let bound = isShort ? range.lowerBound : range.upperBound
        let allowed = "\(isShort ? "at least" : "at most") \(bound) \(bound == 1 ? "entry" : "entries")"
        report(at: node, "wrong-count") { "\($0.location(of: node)) must have \(allowed), but has \(count)" }
        return nil
    }

    /// Two values that do not go together; blamed on a field of the mapping.
    mutating func contradiction(_ field: String, in node: NodeIndex, _ message: String, hint: String? = nil) {
        let blamed = tree.value(field, in: node) ?? node
        report(at: blamed, "contradiction", hint: hint) { "\($0.location(of: blamed)): \(message)" }
    }

    /// What stands there, for the end of a sentence.
    private func found(_ node: NodeIndex) -> String {
        switch tree[node].kind {
        case .mapping: return "is a mapping"
        case .sequence: return "is a list"
        case .refused: return "is refused"
        case .scalar: break
        }
        let shown = SafeText.shown(tree.text(of: node))
        switch scalar(node) {
        case .null: return "is empty"
        case .boolean: return "is the truth value `\(shown)`"
        case .integer, .oversized, .number: return "is the number \(shown)"
        case .text, nil: return shown.isEmpty ? "is empty text" : "is “\(shown)”"
        }
    }

    /// Mappings and lists are blamed on their key: their own first line says something else.
    private func place(toBlame node: NodeIndex) -> Place {
        let isContainer = tree[node].kind != .scalar || tree[node].end == tree[node].start
        guard isContainer, let key = tree.route(to: node, from: root)?.last?.key else {
            return firstLine(of: node)
        }
        return tree.place(of: key)
    }

    private func firstLine(of node: NodeIndex) -> Place {
        let first = tree[node].firstChild
        return tree.place(of: tree[node].kind == .mapping && first != YAMLNode.none ? first : node)
    }

    /// `spec.columns[2].name`, in backquotes; "the manifest" for the root.
    func location(of node: NodeIndex) -> String {
        guard let route = tree.route(to: node, from: root), !route.isEmpty else { return "the manifest" }
        var text = ""
        for step in route {
            if let key = step.key {
                text += (text.isEmpty ? "" : ".") + SafeText.shown(tree.text(of: key), limit: 40)
            } else {
                text += "[\(step.position)]"
            }
        }
        return "`\(text)`"
    }
}

extension YAMLTree {
    /// One step down: by key through a mapping, by position (from 0) through a list.
    struct Step {
        var parent: NodeIndex
        var key: NodeIndex?
        var position: Int
    }

    /// The way from a root to a node. Only walked when there is something to report: nodes have no parent pointer.
    func route(to node: NodeIndex, from root: NodeIndex) -> [Step]? {
        guard root != YAMLNode.none else { return nil }
        if node == root { return [] }
        var steps: [Step] = []
        var current = root
        // A container's descendants follow it in the arena, before its next sibling.
        while current != node {
            guard let step = step(from: current, towards: node) else { return nil }
            steps.append(step.step)
            current = step.child
        }
        return steps
    }

    private func step(from parent: NodeIndex, towards node: NodeIndex) -> (step: Step, child: NodeIndex)? {
        let isMapping = self[parent].kind == .mapping
        var key: NodeIndex?
        var child = self[parent].firstChild
        var position = 0
        while child != YAMLNode.none {
            let next = self[child].next
            let holdsNode = child <= node && (next == YAMLNode.none || node < next)
            let isKey = isMapping && position.isMultiple(of: 2)
            if holdsNode, !isKey || child == node {
                return (Step(parent: parent, key: isKey ? child : key, position: position), child)
            }
            key = isKey ? child : nil
            child = next
            position += 1
        }
        return nil
    }

    func parent(of node: NodeIndex, from root: NodeIndex) -> NodeIndex? { route(to: node, from: root)?.last?.parent }
}
