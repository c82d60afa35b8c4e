// The schema as data: what a value may be, for JSON Schema, `explain` and messages.

import WritVocabulary

indirect enum Shape: Sendable {
    case text(TextRule)
    /// Text or a number of a certain form that only code can check in full.
    case written(words: String, schema: JSONValue)
    case integer(ClosedRange<Int64>)
    case number(minimum: Double?, maximum: Double?)
    case boolean
    case choice([String])
    /// The name of another resource.
    case reference(Kind)
    /// Text, a number, true or false.
    case scalar
    case list(Shape, count: ClosedRange<Int>)
    /// A list in which no entry stands twice.
    case set(Shape, count: ClosedRange<Int>)
    case map(key: TextRule, Shape, count: ClosedRange<Int>)
    case object(ObjectShape)

    /// What stands here, for a sentence: "a whole number from 0 to 64".
    var words: String {
        switch self {
        case .text(let rule): rule.words
        case .written(let words, _): words
        case .integer(let range): "a whole number\(Shape.bounds(range))"
        case .number(let minimum?, let maximum?): "a number from \(Shape.plain(minimum)) to \(Shape.plain(maximum))"
        case .number(let minimum?, nil): "a number of at least \(Shape.plain(minimum))"
        case .number(nil, let maximum?): "a number of at most \(Shape.plain(maximum))"
        case .number(nil, nil): "a number"
        case .boolean: "`true` or `false`"
        case .choice(let names):
            names.count == 1 ? "`\(names[0])`" : "one of " + names.map { "`\($0)`" }.joined(separator: ", ")
        case .reference(let kind): "the name of a \(kind.rawValue)"
        case .scalar: "text, a number, `true` or `false`"
        case .list(let element, _), .set(let element, _): "a list, each entry \(element.words)"
        case .map: "a mapping"
        case .object: "a mapping"
        }
    }

    private static func bounds(_ range: ClosedRange<Int64>) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (.min, .max): ""
        case (let low, .max): " of at least \(low)"
        case (let low, let high): " from \(low) to \(high)"
        }
    }

    private static func plain(_ number: Double) -> String {
        Int64(exactly: number).map { String($0) } ?? number.description
    }

    /// The fields below, through lists and maps.
    var object: ObjectShape? {
        switch self {
        case .object(let object): object
        case .list(let element, _), .set(let element, _), .map(_, let element, _): element.object
        case .text, .written, .integer, .number, .boolean, .choice, .reference, .scalar: nil
        }
    }
}

/// A mapping with a closed set of fields.
struct ObjectShape: Sendable {
    let fields: [FieldShape]
    let rules: [ObjectRule]
    /// What `finish` checks of the fields' values, as far as JSON Schema can say it.
    let conditions: [JSONValue]

    func field(_ name: some StringProtocol) -> FieldShape? { fields.first { $0.name == name } }
}

/// One row of the schema.
struct FieldShape: Sendable {
    let name: String
    let shape: Shape
    let isRequired: Bool
    /// What holds when the field is left out.
    let fallback: JSONValue?
    /// One or two sentences for people.
    let text: String
}

/// What fields of one mapping demand of each other.
enum ObjectRule: Sendable {
    case exactlyOne([String])
    case atLeastOne([String])
    /// Where the first stands, the others must too.
    case needs(String, [String])
}

extension ObjectRule {
    /// "exactly one of `path`, `file`".
    var words: String {
        switch self {
        case .exactlyOne(let names): "exactly one of \(ObjectRule.list(names))"
        case .atLeastOne(let names): "at least one of \(ObjectRule.list(names))"
        case .needs(let name, let others): "with `\(name)` also \(ObjectRule.list(others))"
        }
    }

    static func list(_ names: [String]) -> String { names.map { "`\($0)`" }.joined(separator: ", ") }
}
