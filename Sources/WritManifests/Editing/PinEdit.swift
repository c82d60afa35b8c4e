// Which bytes a pin is, and where the ones it lacks belong.
import WritVocabulary

/// The pin in one Endpoint's `spec`, as it is written.
struct PinEdit {
    private let source: [UInt8]
    private let isFlow: Bool
    private let model: Entry
    private let version: Entry?
    private let digest: Entry?

    /// A key and its value, by where they lie.
    private struct Entry {
        var key: NodeIndex
        var keyStart: Int
        var value: ScalarSpan
    }

    /// Bytes to put in the place of others.
    private struct Change {
        var range: Range<Int>
        var text: [UInt8]
    }

    /// nil where the document is no Endpoint's, or a value's place in the source is not certain.
    init?(tree: YAMLTree, root: NodeIndex) {
        guard let spec = tree.value("spec", in: root), tree[spec].kind == .mapping else { return nil }
        var entries: [String: Entry] = [:]
        for (key, value) in tree.entries(of: spec) {
            let name = tree.text(of: key)
            guard ["model", "version", "digest"].contains(name) else { continue }
            guard let span = ScalarSpan(tree, value) else { return nil }
            entries[name] = Entry(key: key, keyStart: Int(tree[key].start), value: span)
        }
        guard let model = entries["model"] else { return nil }
        source = tree.source
        isFlow = tree[spec].style == .flow
        self.model = model
        version = entries["version"]
        digest = entries["digest"]
    }

    /// The file with the pin; nil where there is no sure place for it.
    func apply(from old: Endpoint.Pin?, to new: Endpoint.Pin) -> [UInt8]? {
        var changes: [Change] = []
        var added: [(name: String, value: String)] = []
        if let version {
            if old?.version != new.version { changes.append(replace(version, "\(new.version)")) }
        } else {
            added.append(("version", "\(new.version)"))
        }
        if let wanted = new.digest {
            if let digest {
                if old?.digest != wanted { changes.append(replace(digest, wanted.text)) }
            } else {
                added.append(("digest", wanted.text))
            }
        }
        if !added.isEmpty {
            guard let addition = addition(of: added, after: version ?? model) else { return nil }
            changes.append(addition)
        }
        return applied(changes)
    }

    private func replace(_ entry: Entry, _ text: String) -> Change {
        Change(range: entry.value.text, text: Array(text.utf8))
    }

    private func applied(_ changes: [Change]) -> [UInt8] {
        var edited = source
        for change in changes.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
            edited.replaceSubrange(change.range, with: change.text)
        }
        return edited
    }

    // MARK: Adding entries

    private func addition(of entries: [(name: String, value: String)], after entry: Entry) -> Change? {
        let lines = entries.map { written($0.name, $0.value, like: entry) }
        guard !isFlow else {
            let end = entry.value.end
            return Change(range: end..<end, text: lines.flatMap { Array(", ".utf8) + $0 })
        }
        guard let margin = margin(of: entry) else { return nil }
        let end = LineEnd(source, after: entry.value.end)
        let text = lines.flatMap { line in
            end.isLast ? end.mark + margin + line : margin + line + end.mark
        }
        return Change(range: end.next..<end.next, text: text)
    }

    /// Names in quotes get neighbours in quotes: the file may be JSON.
    private func written(_ name: String, _ value: String, like entry: Entry) -> [UInt8] {
        let quote = source[entry.keyStart]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return Array("\(name): \(value)".utf8) }
        let isNumber = name == "version"
        let mark = String(UnicodeScalar(quote))
        return Array("\(mark)\(name)\(mark): \(isNumber ? value : mark + value + mark)".utf8)
    }

    /// The spaces before a key of a block mapping; nil where something else stands there.
    private func margin(of entry: Entry) -> [UInt8]? {
        let start = source[..<entry.keyStart].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let before = source[start..<entry.keyStart]
        let spaces = before.prefix { $0 == 0x20 }
        let rest = before.dropFirst(spaces.count)
        // `? key` is a key too, and its own margin ends at the question mark.
        let isExplicit = rest.first == UInt8(ascii: "?") && rest.dropFirst().allSatisfy { $0 == 0x20 }
        return rest.isEmpty || isExplicit ? Array(spaces) : nil
    }
}

/// The end of the line some byte lies in.
private struct LineEnd {
    /// Where the next line begins, or would.
    var next: Int
    /// How lines end there.
    var mark: [UInt8]
    /// Whether the file ends without ending the line.
    var isLast: Bool

    init(_ source: [UInt8], after offset: Int) {
        let feed = source[offset...].firstIndex(of: 0x0A)
        let example = feed ?? source.lastIndex(of: 0x0A)
        let isReturned = example.map { $0 > 0 && source[$0 - 1] == 0x0D } ?? false
        next = feed.map { $0 + 1 } ?? source.count
        mark = isReturned ? [0x0D, 0x0A] : [0x0A]
        isLast = feed == nil
    }
}
