// What two declarations differ in, each difference on one line.
import WritVocabulary

/// Differences as `spec.replicas: 1 → 2`, in the order of their names.
struct SpecDifference {
    let limits: ChangePlanner.Limits
    private(set) var lines: [String] = []

    init(limits: ChangePlanner.Limits) { self.limits = limits }

    static func lines(from old: Resource, to new: Resource, limits: ChangePlanner.Limits) throws -> [String] {
        var difference = SpecDifference(limits: limits)
        difference.compare(try SpecTree.manifest(old), try SpecTree.manifest(new), at: "")
        return difference.lines
    }

    private mutating func compare(_ old: SpecTree?, _ new: SpecTree?, at path: String) {
        guard old != new else { return }
        switch (old, new) {
        case (.map(let old)?, .map(let new)?):
            for key in Set(old.keys).union(new.keys).sorted() {
                compare(old[key], new[key], at: path.isEmpty ? key : path + SpecDifference.step(key))
            }
        case (.list(let old)?, .list(let new)?):
            compareLists(old, new, at: path)
        default:
            lines.append("\(path): \(limits.words(of: old?.words, and: new?.words))")
        }
    }

    /// Entries that have a name are found by it; others of one number by their place; lists of words are one value.
    private mutating func compareLists(_ old: [SpecTree], _ new: [SpecTree], at path: String) {
        if let named = SpecDifference.named(old), let others = SpecDifference.named(new) {
            let before = lines.count
            for name in Set(named.keys).union(others.keys).sorted() {
                compare(named[name], others[name], at: "\(path)[\(SpecTree.quoted(name))]")
            }
            if lines.count == before { lines.append("\(path): in another order") }
        } else if old.count == new.count, zip(old, new).allSatisfy({ $0.isStructured && $1.isStructured }) {
            for (index, pair) in zip(old, new).enumerated() { compare(pair.0, pair.1, at: "\(path)[\(index)]") }
        } else {
            lines.append("\(path): \(limits.words(of: SpecTree.list(old).words, and: SpecTree.list(new).words))")
        }
    }

    private static func named(_ items: [SpecTree]) -> [String: SpecTree]? {
        var byName: [String: SpecTree] = [:]
        for item in items {
            guard case .text(let name)? = item["name"], byName.updateValue(item, forKey: name) == nil else {
                return nil
            }
        }
        return byName
    }

    /// `.replicas`; names that are not plain words stand in brackets.
    private static func step(_ key: String) -> String {
        let isPlain =
            !key.isEmpty
            && key.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
                    || byte == UInt8(ascii: "-")
            }
        return isPlain ? ".\(key)" : "[\(SpecTree.quoted(key))]"
    }
}

extension SpecTree {
    fileprivate var isStructured: Bool {
        switch self {
        case .map, .list: true
        case .text, .bare: false
        }
    }
}

extension ChangePlanner.Limits {
    /// `1 → 2`; nil is `none`. Values too long are cut, and never so that two different ones look the same.
    func words(of old: String?, and new: String?) -> String {
        guard let old, let new, old.count > valueCharacters || new.count > valueCharacters else {
            return "\(cut(old)) → \(cut(new))"
        }
        let (before, after) = (cut(old), cut(new))
        guard before == after || before.dropLast() == after.dropLast() else { return "\(before) → \(after)" }
        let shared = zip(old, new).prefix { $0 == $1 }.count
        let start = max(0, shared - valueCharacters / 4)
        return "…\(cut(String(old.dropFirst(start)))) → …\(cut(String(new.dropFirst(start))))"
    }

    private func cut(_ text: String?) -> String {
        guard let text else { return "none" }
        return text.count <= valueCharacters ? text : text.prefix(valueCharacters - 1) + "…"
    }
}
