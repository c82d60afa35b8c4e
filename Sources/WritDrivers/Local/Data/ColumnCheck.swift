// One declared column: what a value must be, and what was seen of it so far.
import WritBackends
import WritVocabulary

struct ColumnCheck {
    /// What is wrong with one value.
    enum Finding: Equatable {
        case missing
        case type
        case below(MetricValue)
        case above(MetricValue)
        case notAllowed
        case repeated
    }

    let column: Dataset.Column
    /// A share of rows that may lack a value implies that some may.
    private let mayLack: Bool
    private let minimum: Double
    private let maximum: Double
    private let allowed: NameTable?
    private var seen = SeenValues()
    private(set) var missing: Int64 = 0
    /// More distinct values than uniqueness is checked for.
    private(set) var uniquenessUndecided = false

    init(_ column: Dataset.Column) throws {
        self.column = column
        let numeric = column.type == .integer || column.type == .number
        guard numeric || (column.minimum == nil && column.maximum == nil) else {
            throw BackendFailure.rangeWithoutNumbers(column)
        }
        mayLack = column.nullable || column.maximumNullFraction != nil
        minimum = column.minimum?.value ?? -.infinity
        maximum = column.maximum?.value ?? .infinity
        allowed = column.values.map(NameTable.init)
    }

    var distinctValues: Int { seen.count }

    /// Checks a value; `room` is how many more distinct values may be remembered.
    mutating func check(_ cell: Cell, room: Int) -> Finding? {
        if cell.isMissing {
            missing += 1
            return mayLack ? nil : .missing
        }
        if let finding = checkType(cell) { return finding }
        if let allowed, allowed.index(of: cell.bytes) == nil { return .notAllowed }
        guard column.unique, !uniquenessUndecided else { return nil }
        guard room > 0 else {
            uniquenessUndecided = true
            return nil
        }
        return seen.insert(cell.bytes) == .seenBefore ? .repeated : nil
    }

    private func checkType(_ cell: Cell) -> Finding? {
        switch column.type {
        case .string: return cell.kind == .untyped || cell.kind == .text ? nil : .type
        case .boolean:
            return cell.kind == .boolean || (cell.kind == .untyped && ValueSyntax.isBoolean(cell.bytes)) ? nil : .type
        case .timestamp:
            return (cell.kind == .untyped || cell.kind == .text) && ValueSyntax.isTimestamp(cell.bytes) ? nil : .type
        case .integer:
            guard cell.kind == .untyped || cell.kind == .number, let value = ValueSyntax.integer(cell.bytes) else {
                return .type
            }
            return checkRange(Double(value))
        case .number:
            guard cell.kind == .untyped || cell.kind == .number, let value = ValueSyntax.number(cell.bytes) else {
                return .type
            }
            return checkRange(value)
        }
    }

    private func checkRange(_ value: Double) -> Finding? {
        if value < minimum, let bound = column.minimum { return .below(bound) }
        if value > maximum, let bound = column.maximum { return .above(bound) }
        return nil
    }

    func message(_ finding: Finding, _ cell: Cell, limits: DataLimits) -> String {
        let found = found(cell, limits)
        return switch finding {
        case .missing: "found no value, expected \(column.type.phrase)"
        case .type: "found \(found), expected \(column.type.phrase)"
        case .below(let bound): "found \(found), expected at least \(bound.plain)"
        case .above(let bound): "found \(found), expected at most \(bound.plain)"
        case .notAllowed: "found \(found), expected \(expectedValues(limits))"
        case .repeated: "found \(found) again, expected every value once"
        }
    }

    private func found(_ cell: Cell, _ limits: DataLimits) -> String {
        let shown = UTF8Text.shown(cell.bytes, limit: limits.shownCharacters)
        return switch cell.kind {
        case .untyped: "“\(shown)”"
        case .text: "the text “\(shown)”"
        case .number, .boolean, .null: shown
        case .list: "the list \(shown)"
        case .object: "the object \(shown)"
        }
    }

    private func expectedValues(_ limits: DataLimits) -> String {
        let names = allowed?.names ?? []
        let first = names.prefix(5).map { "“\(VisibleText.spelled($0, first: limits.shownCharacters))”" }
        let rest = names.count - first.count
        let list = first.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
        return names.count == 1 ? list : "one of \(list)"
    }
}

extension Dataset.ColumnType {
    fileprivate var phrase: String {
        switch self {
        case .string: "text"
        case .integer: "a whole number of at most 64 bits"
        case .number: "a number"
        case .boolean: "true or false"
        case .timestamp: "an RFC 3339 date or date-time"
        }
    }
}

extension MetricValue {
    /// `20` rather than `20.0`.
    var plain: String { text.hasSuffix(".0") ? String(text.dropLast(2)) : text }
}
