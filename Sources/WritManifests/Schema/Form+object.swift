// Mappings with a closed set of fields.

extension Form {
    /// Reads the fields into a copy of `draft`, then lets `finish` check what they mean together.
    ///
    /// `finish` is called even when fields were wrong, so that all problems come at once; it returns nil where
    /// something it needs is missing, which has been reported by then.
    @inline(never)
    static func object<Draft: Sendable>(
        _ draft: Draft, _ fields: [Field<Draft>], rules: [ObjectRule] = [],
        finish: @escaping @Sendable (inout Reader, NodeIndex, Draft) -> Value?
    ) -> Form {
        let table = FieldTable(fields, rules: rules)
        return Form(shape: .object(table.shape)) { reader, node in
            var filled = draft
            guard reader.object(node, table, into: &filled) else { return nil }
            return finish(&reader, node, filled)
        }
    }

    /// For a value that is its own draft.
    static func object(_ draft: Value, _ fields: [Field<Value>], rules: [ObjectRule] = []) -> Form where Value: Sendable {
        object(draft, fields, rules: rules) { _, _, filled in filled }
    }
}

/// The fields of a mapping, ready to be found by the bytes of a key.
struct FieldTable<Draft>: Sendable {
    let fields: [Field<Draft>]
    let shape: ObjectShape
    /// Bit n is set where field n is required.
    let required: UInt64
    let reads: [@Sendable (inout Reader, NodeIndex, inout Draft) -> Void]
    private let names: [[UInt8]]
    /// Length and the last seven bytes: tells the fields of every mapping apart at one comparison each.
    private let fingerprints: [UInt64]

    init(_ fields: [Field<Draft>], rules: [ObjectRule]) {
        precondition(fields.count <= 64, "a mapping of the schema has at most 64 fields")
        self.fields = fields
        shape = ObjectShape(fields: fields.map(\.shape), rules: rules)
        reads = fields.map(\.read)
        names = fields.map { Array($0.shape.name.utf8) }
        fingerprints = names.map { name in name.withUnsafeBufferPointer(FieldTable.fingerprint) }
        required = fields.enumerated().reduce(0) { $1.element.shape.isRequired ? $0 | 1 << UInt64($1.offset) : $0 }
    }

    @inline(__always)
    func index(of key: UnsafeBufferPointer<UInt8>) -> Int? {
        let wanted = FieldTable.fingerprint(key)
        for index in fingerprints.indices where fingerprints[index] == wanted && names[index].elementsEqual(key) {
            return index
        }
        return nil
    }

    /// The bits of those fields a rule names.
    func mask(_ names: [String]) -> UInt64 {
        fields.indices.reduce(0) { names.contains(fields[$1].shape.name) ? $0 | 1 << UInt64($1) : $0 }
    }

    private static func fingerprint(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        bytes.suffix(7).reduce(UInt64(bytes.count & 0xFF)) { $0 << 8 | UInt64($1) }
    }
}
