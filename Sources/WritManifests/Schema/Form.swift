// A shape together with the code that reads it: each row of the schema is one of these.

/// What a value looks like and how it is read. Shape and reading stand side by side so that they cannot part.
struct Form<Value>: Sendable {
    let shape: Shape
    /// Reads a node; reports what is wrong and returns nil then.
    let read: @Sendable (inout Reader, NodeIndex) -> Value?
}

/// One field of a mapping that is read into a draft. Values are handed on, never copied: they may hold whole specs.
struct Field<Draft>: Sendable {
    let shape: FieldShape
    let read: @Sendable (inout Reader, NodeIndex, inout Draft) -> Void

    @inline(never)
    static func required<Value>(
        _ name: String, _ form: Form<Value>, _ text: String,
        set: @escaping @Sendable (inout Draft, consuming Value) -> Void
    ) -> Field {
        Field(name, form, isRequired: true, fallback: nil, text, set)
    }

    @inline(never)
    static func optional<Value>(
        _ name: String, _ form: Form<Value>, default fallback: JSONValue? = nil, _ text: String,
        set: @escaping @Sendable (inout Draft, consuming Value) -> Void
    ) -> Field {
        Field(name, form, isRequired: false, fallback: fallback, text, set)
    }

    private init<Value>(
        _ name: String, _ form: Form<Value>, isRequired: Bool, fallback: JSONValue?, _ text: String,
        _ set: @escaping @Sendable (inout Draft, consuming Value) -> Void
    ) {
        shape = FieldShape(name: name, shape: form.shape, isRequired: isRequired, fallback: fallback, text: text)
        let readValue = form.read
        read = { reader, node, draft in
            if let value = readValue(&reader, node) { set(&draft, value) }
        }
    }
}
