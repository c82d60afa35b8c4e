// Encodes any declaration into a tree, without a detour through text.
import WritVocabulary

extension SpecTree {
    /// The tree of a value's encoding. Collections without an order are sorted.
    static func encoding(_ value: some Encodable) throws -> SpecTree {
        let node = Node()
        try node.encode(value)
        return node.tree
    }
}

/// One place of the tree while it is being written. Containers share it, as `Encoder` asks for.
private final class Node {
    private enum Shape {
        case leaf(SpecTree)
        case list([Node])
        case map([String: Node])
    }

    private var shape: Shape?

    var tree: SpecTree {
        switch shape {
        case nil: .bare("none")
        case .leaf(let value): value
        case .list(let items): .list(items.map(\.tree))
        case .map(let fields): .map(fields.mapValues(\.tree))
        }
    }

    func set(_ value: SpecTree) { shape = .leaf(value) }

    func beMap() { if shape == nil { shape = .map([:]) } }
    func beList() { if shape == nil { shape = .list([]) } }

    func field(_ name: String) -> Node {
        let node = Node()
        guard case .map(var fields)? = shape else { return node }
        shape = nil
        fields[name] = node
        shape = .map(fields)
        return node
    }

    func item() -> Node {
        let node = Node()
        guard case .list(var items)? = shape else { return node }
        shape = nil
        items.append(node)
        shape = .list(items)
        return node
    }

    var count: Int { if case .list(let items)? = shape { items.count } else { 0 } }

    func encode(_ value: some Encodable) throws {
        switch value {
        case let value as MetricValue: set(.bare(Figure.text(value)))
        case .string(let text) as ParameterValue: set(.text(text))
        case let value as ParameterValue: set(.bare(value.description))
        default: try value.encode(to: NodeEncoder(node: self))
        }
        if value is any Unordered, case .list(let items)? = shape {
            shape = .list(items.sorted { $0.tree.words < $1.tree.words })
        }
    }
}

private protocol Unordered {}
extension Set: Unordered {}

private struct NodeEncoder: Encoder {
    let node: Node
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        node.beMap()
        return KeyedEncodingContainer(NodeFields<Key>(node: node))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.beList()
        return NodeItems(node: node)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { NodeValue(node: node) }
}

private struct NodeFields<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: Node
    var codingPath: [any CodingKey] { [] }

    mutating func encodeNil(forKey key: Key) throws {}

    mutating func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        try node.field(key.stringValue).encode(value)
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type, forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        NodeEncoder(node: node.field(key.stringValue)).container(keyedBy: keyType)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        NodeEncoder(node: node.field(key.stringValue)).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { NodeEncoder(node: node.field("super")) }
    mutating func superEncoder(forKey key: Key) -> any Encoder { NodeEncoder(node: node.field(key.stringValue)) }
}

private struct NodeItems: UnkeyedEncodingContainer {
    let node: Node
    var codingPath: [any CodingKey] { [] }
    var count: Int { node.count }

    mutating func encodeNil() throws { _ = node.item() }
    mutating func encode<T: Encodable>(_ value: T) throws { try node.item().encode(value) }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type
    ) -> KeyedEncodingContainer<NestedKey> {
        NodeEncoder(node: node.item()).container(keyedBy: keyType)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        NodeEncoder(node: node.item()).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { NodeEncoder(node: node.item()) }
}

private struct NodeValue: SingleValueEncodingContainer {
    let node: Node
    var codingPath: [any CodingKey] { [] }

    mutating func encodeNil() throws {}
    mutating func encode(_ value: String) throws { node.set(.text(value)) }
    mutating func encode(_ value: Bool) throws { bare(value) }
    mutating func encode(_ value: Double) throws { bare(value) }
    mutating func encode(_ value: Float) throws { bare(value) }
    mutating func encode(_ value: Int) throws { bare(value) }
    mutating func encode(_ value: Int8) throws { bare(value) }
    mutating func encode(_ value: Int16) throws { bare(value) }
    mutating func encode(_ value: Int32) throws { bare(value) }
    mutating func encode(_ value: Int64) throws { bare(value) }
    mutating func encode(_ value: UInt) throws { bare(value) }
    mutating func encode(_ value: UInt8) throws { bare(value) }
    mutating func encode(_ value: UInt16) throws { bare(value) }
    mutating func encode(_ value: UInt32) throws { bare(value) }
    mutating func encode(_ value: UInt64) throws { bare(value) }
    mutating func encode<T: Encodable>(_ value: T) throws { try node.encode(value) }

    private func bare(_ value: some CustomStringConvertible) { node.set(.bare(value.description)) }
}
