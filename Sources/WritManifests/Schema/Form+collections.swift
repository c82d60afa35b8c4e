// Lists and mappings whose keys the author chooses.
import WritVocabulary

extension Form {
    static func list<Element>(_ element: Form<Element>, count: ClosedRange<Int>) -> Form where Value == [Element] {
        let shape = Shape.list(element.shape, count: count)
        return Form(shape: shape) { reader, node in
            guard reader.tree[node].kind == .sequence else {
                let hint = reader.tree[node].kind == .scalar ? "put it in brackets: `[…]`" : nil
                return reader.wrongType(node, "a list", hint: hint)
            }
            var values: [Element] = []
            values.reserveCapacity(
                min(reader.tree.children(of: node).reduce(0) { count, _ in count + 1 }, count.upperBound))
            var entries = 0
            for child in reader.tree.children(of: node) {
                entries += 1
                if entries <= count.upperBound, let value = element.read(&reader, child) { values.append(value) }
            }
            guard count.contains(entries) else { return reader.wrongCount(node, entries, count) }
            return values
        }
    }

    /// A list of scalars in which none stands twice.
    static func set<Element>(_ element: Form<Element>, count: ClosedRange<Int>) -> Form where Value == [Element] {
        let list = Form.list(element, count: count)
        return Form(shape: .set(element.shape, count: count)) { reader, node in
            let values = list.read(&reader, node)
            if reader.tree[node].kind == .sequence { reader.refuseRepeatedEntries(of: node) }
            return values
        }
    }

    static func map<Element>(_ key: TextRule, _ element: Form<Element>, count: ClosedRange<Int>) -> Form
    where Value == [String: Element] {
        Form(shape: .map(key: key, element.shape, count: count)) { reader, node in
            guard reader.tree[node].kind == .mapping else { return reader.wrongType(node, "a mapping") }
            let expected = reader.tree.keys(of: node).reduce(0) { count, _ in count + 1 }
            var values = [String: Element](minimumCapacity: min(expected, count.upperBound))
            var entries = 0
            for name in reader.tree.keys(of: node) {
                let value = reader.tree[name].next
                entries += 1
                if entries <= count.upperBound, let text = reader.key(name, key),
                    let read = element.read(&reader, value)
                {
                    values[text] = read
                }
            }
            guard count.contains(entries) else { return reader.wrongCount(node, entries, count) }
            return values
        }
    }
}

extension Reader {
    fileprivate mutating func refuseRepeatedEntries(of list: NodeIndex) {
        var seen: Set<String> = []
        for entry in tree.children(of: list) where tree[entry].kind == .scalar {
            let text = tree.text(of: entry)
            guard !seen.insert(text).inserted else { continue }
            report(at: entry, "repeated-entry", hint: "keep one of them") {
                "\($0.location(of: entry)): “\(SafeText.shown(text))” stands in the list already"
            }
        }
    }
}
