// The fields of one mapping, ready to be found by the bytes of a key.

struct FieldTable<Draft>: Sendable {
    let fields: [Field<Draft>]
    let shape: ObjectShape
    /// Bit n is set where field n is required.
    let required: UInt64
    let reads: [@Sendable (inout Reader, NodeIndex, inout Draft) -> Void]
    let rules: [RuleMask]
    private let names: [[UInt8]]
    private let keys: [FieldKey]

    init(_ fields: [Field<Draft>], rules: [ObjectRule], conditions: [JSONValue]) {
        precondition(fields.count <= 64, "a mapping of the schema has at most 64 fields")
        self.fields = fields
        shape = ObjectShape(fields: fields.map(\.shape), rules: rules, conditions: conditions)
        reads = fields.map(\.read)
        names = fields.map { Array($0.shape.name.utf8) }
        keys = names.map { name in name.withUnsafeBufferPointer { FieldKey($0) } }
        required = FieldTable.mask(fields) { $0.isRequired }
        self.rules = rules.map { RuleMask($0) { names in FieldTable.mask(fields) { names.contains($0.name) } } }
    }

    @inline(__always)
    func index(of key: UnsafeBufferPointer<UInt8>) -> Int? {
        let wanted = FieldKey(key)
        for index in keys.indices where keys[index] == wanted && (wanted.isWhole || names[index].elementsEqual(key)) {
            return index
        }
        return nil
    }

    /// The bits of those fields a rule names.
    func mask(_ names: [String]) -> UInt64 { FieldTable.mask(fields) { names.contains($0.name) } }

    private static func mask(_ fields: [Field<Draft>], _ isMember: (FieldShape) -> Bool) -> UInt64 {
        fields.enumerated().reduce(0) { isMember($1.element.shape) ? $0 | 1 << UInt64($1.offset) : $0 }
    }
}

/// Length, first and last eight bytes: tells keys apart without a loop, and is all there is of a short one.
struct FieldKey: Equatable, Sendable {
    private let length: Int
    private let first: UInt64
    private let last: UInt64

    @inline(__always)
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        length = bytes.count
        if bytes.count >= 8, let base = UnsafeRawPointer(bytes.baseAddress) {
            first = base.loadUnaligned(as: UInt64.self)
            last = base.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
        } else {
            first = bytes.reduce(0) { $0 << 8 | UInt64($1) }
            last = 0
        }
    }

    /// Whether equal keys are equal bytes.
    var isWhole: Bool { length <= 16 }
}

/// A rule over the fields a mapping has, as bits.
enum RuleMask: Sendable {
    case exactlyOne(UInt64)
    case atLeastOne(UInt64)
    case needs(UInt64, UInt64)

    init(_ rule: ObjectRule, mask: ([String]) -> UInt64) {
        self =
            switch rule {
            case .exactlyOne(let names): .exactlyOne(mask(names))
            case .atLeastOne(let names): .atLeastOne(mask(names))
            case .needs(let name, let others): .needs(mask([name]), mask(others))
            }
    }

    func holds(_ seen: UInt64) -> Bool {
        switch self {
        case .exactlyOne(let mask): (seen & mask).nonzeroBitCount == 1
        case .atLeastOne(let mask): seen & mask != 0
        case .needs(let mask, let others): seen & mask == 0 || others & ~seen == 0
        }
    }
}
