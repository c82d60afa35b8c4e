// A manifest as a tree of values, to be grown from the schema, tampered with, and written as YAML.
import Foundation
import WritVocabulary

@testable import WritManifests

enum WildValue {
    /// As it stands in YAML, quotes included.
    case scalar(String)
    case list([WildValue])
    case map([Entry])

    struct Entry {
        var key: String
        var value: WildValue
    }

    init(yaml text: String) {
        let tree = YAMLParser.parse(Array(text.utf8))
        self.init(tree, tree.documents[0])
    }

    private init(_ tree: YAMLTree, _ node: NodeIndex) {
        switch tree[node].kind {
        case .mapping:
            self = .map(
                tree.entries(of: node).map { Entry(key: tree.text(of: $0.key), value: WildValue(tree, $0.value)) })
        case .sequence: self = .list(tree.children(of: node).map { WildValue(tree, $0) })
        case .scalar, .refused:
            let text = tree.text(of: node)
            self = .scalar(tree[node].style == .plain ? text : WildValue.quoted(text))
        }
    }

    static func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        let bytes = (try? encoder.encode(text)) ?? Data()
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Block style above, flow style below.
    func yaml(depth: Int = 3, margin: String = "") -> String {
        guard depth > 0, case .map(let entries) = self, !entries.isEmpty else { return margin + flow + "\n" }
        return entries.map { entry in
            let (name, value) = (margin + WildValue.key(entry.key) + ":", entry.value)
            if case .map(let inner) = value, !inner.isEmpty, depth > 1 {
                return name + "\n" + value.yaml(depth: depth - 1, margin: margin + "  ")
            }
            return name + " " + value.flow + "\n"
        }.joined()
    }

    private var flow: String {
        switch self {
        case .scalar(let text): text
        case .list(let entries): "[" + entries.map(\.flow).joined(separator: ", ") + "]"
        case .map(let entries):
            "{" + entries.map { "\(WildValue.key($0.key)): \($0.value.flow)" }.joined(separator: ", ") + "}"
        }
    }

    private static func key(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { (97...122).contains($0) || (65...90).contains($0) }
        return isPlain && !["true", "false", "null", "no", "yes", "on", "off", "y", "n"].contains(text.lowercased())
            ? text : quoted(text)
    }
}

// MARK: - Places

extension WildValue {
    /// Steps down: the position of an entry.
    typealias Route = [Int]

    /// Every place in the tree and what the schema says of it, as far as it says anything.
    func places(_ shape: Shape?, at route: Route = []) -> [(route: Route, shape: Shape?)] {
        var found = [(route, shape)]
        switch self {
        case .scalar: break
        case .list(let entries):
            for (index, entry) in entries.enumerated() {
                found += entry.places(shape?.element, at: route + [index])
            }
        case .map(let entries):
            for (index, entry) in entries.enumerated() {
                found += entry.value.places(shape?.value(of: entry.key), at: route + [index])
            }
        }
        return found
    }

    mutating func change(at route: Route, _ body: (inout WildValue) -> Void) {
        guard let step = route.first else { return body(&self) }
        switch self {
        case .scalar: break
        case .list(var entries):
            entries[step].change(at: Array(route.dropFirst()), body)
            self = .list(entries)
        case .map(var entries):
            entries[step].value.change(at: Array(route.dropFirst()), body)
            self = .map(entries)
        }
    }
}

extension Shape {
    fileprivate var element: Shape? {
        switch self {
        case .list(let element, _), .set(let element, _): element
        default: nil
        }
    }

    fileprivate func value(of key: String) -> Shape? {
        switch self {
        case .map(_, let element, _): element
        case .object(let object): object.field(key)?.shape
        default: nil
        }
    }
}
