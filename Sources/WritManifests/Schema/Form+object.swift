// Mappings with a closed set of fields.

extension Form {
    /// Reads the fields into a copy of `draft`, then lets `finish` check what they mean together.
    ///
    /// `finish` is called even when fields were wrong, so that all problems come at once; it returns nil where
    /// something it needs is missing, which has been reported by then.
    @inline(never)
    static func object<Draft: Sendable>(
        _ draft: Draft, _ fields: [Field<Draft>], rules: [ObjectRule] = [], conditions: [JSONValue] = [],
        finish: @escaping @Sendable (inout Reader, NodeIndex, consuming Draft) -> Value?
    ) -> Form {
        let table = FieldTable(fields, rules: rules, conditions: conditions)
        return Form(shape: .object(table.shape)) { reader, node in
            var filled = draft
            guard reader.object(node, table, into: &filled) else { return nil }
            return finish(&reader, node, filled)
        }
    }

    /// For a value that is its own draft.
    static func object(_ draft: Value, _ fields: [Field<Value>], rules: [ObjectRule] = []) -> Form
    where Value: Sendable {
        object(draft, fields, rules: rules) { _, _, filled in filled }
    }
}
