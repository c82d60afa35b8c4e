// Compares rows with a dataset's columns and expectations as they stream past. Pure.
import WritVocabulary

struct RowChecker: RowSink {
    private let limits: DataLimits
    private let expectations: Dataset.Expectations
    private let names: NameTable
    private var columns: [ColumnCheck]
    /// CSV: where each declared column stands in a row; nil where the header lacks it.
    private var positions: [Int?]
    private var headerCount: Int?
    /// JSON: the number of the last row that had a declared column.
    private var lastRow: [Int64]
    private var distinctValues = 0
    private var violations: ViolationList
    private(set) var rows: Int64 = 0

    /// Fails terminally when a declared column asks for what its type cannot answer.
    init(columns: [Dataset.Column], expectations: Dataset.Expectations, limits: DataLimits) throws {
        self.limits = limits
        self.expectations = expectations
        self.columns = try columns.map(ColumnCheck.init)
        names = NameTable(columns.map(\.name))
        positions = Array(repeating: nil, count: columns.count)
        lastRow = Array(repeating: 0, count: columns.count)
        violations = ViolationList(limit: limits.listedViolations)
    }

    mutating func header(_ names: FieldList) {
        headerCount = names.count
        for position in 0..<names.count {
            let name = names[position]
            guard let index = self.names.index(of: name) else {
                if !expectations.additionalColumns {
                    violations.add(row: nil, column: shown(name), "the column is not declared")
                }
                continue
            }
            if positions[index] == nil {
                positions[index] = position
            } else {
                violations.add(row: nil, column: shown(name), "the column occurs twice in the header")
            }
        }
        for (index, position) in positions.enumerated() where position == nil {
            violations.add(row: nil, column: columns[index].column.name, "the column is missing from the header")
        }
    }

    mutating func refusedHeader(_ defect: RowDefect) {
        violations.add(row: nil, defect == .noHeader ? defect.message : "the header: \(defect.message)")
    }

    mutating func refusedRow(_ defect: RowDefect) {
        rows += 1
        violations.add(row: rows, defect.message)
    }

    mutating func row(_ fields: FieldList) {
        rows += 1
        // Behind a header that cannot be read, rows are only counted.
        guard let headerCount else { return }
        guard fields.count == headerCount else {
            violations.add(row: rows, "the row has \(fields.count) fields, the header has \(headerCount)")
            return
        }
        for index in columns.indices {
            guard let position = positions[index] else { continue }
            check(Cell(kind: .untyped, bytes: fields[position]), column: index)
        }
    }

    mutating func object(_ members: UnsafeBufferPointer<JSONMember>) {
        rows += 1
        for member in members {
            guard let index = names.index(of: member.key, hash: member.keyHash) else {
                if !expectations.additionalColumns {
                    violations.add(row: rows, column: shown(member.key), "the column is not declared")
                }
                continue
            }
            lastRow[index] = rows
            check(member.value, column: index)
        }
        for index in columns.indices where lastRow[index] != rows {
            check(Cell(kind: .null, bytes: ByteSlice(start: nil, count: 0)), column: index)
        }
    }

    /// Adds what can only be said at the end, and tells all that was found.
    mutating func finish() -> (rows: Int64, violations: [SnapshotOutcome.Violation], count: Int64) {
        if let minimum = expectations.minimumRows, rows < minimum {
            violations.add(row: nil, "found \(rows) rows, expected at least \(minimum)")
        }
        if let maximum = expectations.maximumRows, rows > maximum {
            violations.add(row: nil, "found \(rows) rows, expected at most \(maximum)")
        }
        for check in columns { finish(check) }
        return (rows, violations.listed, violations.count)
    }

    private mutating func finish(_ check: ColumnCheck) {
        let name = check.column.name
        if let most = check.column.maximumNullFraction, Double(check.missing) > most.value * Double(rows) {
            violations.add(
                row: nil, column: name,
                "found no value in \(check.missing) of \(rows) rows, expected a share of at most \(most.plain)")
        }
        if check.uniquenessUndecided {
            violations.add(
                row: nil, column: name,
                """
                uniqueness is undecided: the unique columns have more than \(limits.uniqueValues) different values, \
                the most that are compared; drop `unique` or split the dataset
                """)
        }
    }

    @inline(__always)
    private mutating func check(_ cell: Cell, column index: Int) {
        let before = columns[index].distinctValues
        let finding = columns[index].check(cell, room: limits.uniqueValues - distinctValues)
        distinctValues += columns[index].distinctValues - before
        guard let finding else { return }
        violations.add(
            row: rows, column: columns[index].column.name,
            columns[index].message(finding, cell, limits: limits))
    }

    private func shown(_ name: ByteSlice) -> String { UTF8Text.shown(name, limit: limits.shownCharacters) }
}
