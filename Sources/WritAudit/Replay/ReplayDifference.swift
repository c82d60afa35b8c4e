// The first place where two encodings of one thing differ.
import Foundation
import WritVocabulary

extension Replay.Difference {
    /// nil when both are the same bytes. Both are canonical JSON, or at least bytes.
    init?(recorded: [UInt8], remade: [UInt8], at root: String) {
        guard recorded != remade else { return nil }
        let read = { (bytes: [UInt8]) in try? JSONDecoder().decode(Node.self, from: Data(bytes)) }
        if let old = read(recorded), let new = read(remade), let found = Node.difference(old, new, root) {
            self = found
        } else {
            self.init(
                path: root, recorded: Node.cut(String(decoding: recorded, as: UTF8.self)),
                remade: Node.cut(String(decoding: remade, as: UTF8.self)))
        }
    }

    private indirect enum Node: Decodable, Hashable {
        case object([String: Node])
        case array([Node])
        case text(String)
        case number(Int64)
        case flag(Bool)
        case nothing

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .nothing
            } else if let value = try? container.decode(Bool.self) {
                self = .flag(value)
            } else if let value = try? container.decode(Int64.self) {
                self = .number(value)
            } else if let value = try? container.decode(String.self) {
                self = .text(value)
            } else if let value = try? container.decode([Node].self) {
                self = .array(value)
            } else {
                self = .object(try container.decode([String: Node].self))
            }
        }

        static func difference(_ old: Node, _ new: Node, _ path: String) -> Replay.Difference? {
            switch (old, new) {
            case (.object(let a), .object(let b)):
                let keys = Set(a.keys).union(b.keys).sorted()
                return keys.lazy.compactMap { key in
                    difference(a[key] ?? .nothing, b[key] ?? .nothing, "\(path).\(key)")
                }.first
            case (.array(let a), .array(let b)):
                let known = zip(a, b).enumerated().lazy.compactMap { place, pair in
                    difference(pair.0, pair.1, "\(path)[\(place)]")
                }.first
                guard known == nil, a.count != b.count else { return known }
                return Replay.Difference(
                    path: path, recorded: "\(a.count) elements", remade: "\(b.count) elements")
            default:
                guard old != new else { return nil }
                return Replay.Difference(path: path, recorded: old.words, remade: new.words)
            }
        }

        private var words: String {
            switch self {
            case .object(let value): "an object with \(value.keys.sorted().prefix(10).joined(separator: ", "))"
            case .array(let value): "\(value.count) elements"
            case .text(let value): Node.cut(value)
            case .number(let value): String(value)
            case .flag(let value): String(value)
            case .nothing: "nothing"
            }
        }

        static func cut(_ text: String) -> String {
            text.count <= ReplayLimits.shownCharacters ? text : text.prefix(ReplayLimits.shownCharacters) + "…"
        }
    }
}
