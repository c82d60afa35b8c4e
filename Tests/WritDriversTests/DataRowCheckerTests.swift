// Every violation a dataset can be refused for, with the words a user reads.
import Testing
import WritBackends
import WritVocabulary

@testable import WritDrivers

@Suite struct DataRowCheckerTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var reason: String
        var columns: [Dataset.Column]
        var expectations = Dataset.Expectations()
        var format = Dataset.Format.csv
        var text: String
        /// `row column message`, `-` for none.
        var expected: [String]
        var testDescription: String { reason }
    }

    static let examples = [
        Example(
            reason: "a value of each type that is none",
            columns: [
                .init(name: "i", type: .integer), .init(name: "n", type: .number), .init(name: "b", type: .boolean),
                .init(name: "t", type: .timestamp), .init(name: "s", type: .string),
            ],
            text: "i,n,b,t,s\n1,1.5,true,2013-01-01,x\n1.0,one,yes,2013,x\n",
            expected: [
                "2 i found “1.0”, expected a whole number of at most 64 bits", "2 n found “one”, expected a number",
                "2 b found “yes”, expected true or false", "2 t found “2013”, expected an RFC 3339 date or date-time",
            ]),
        Example(
            reason: "JSON values of another kind",
            columns: [.init(name: "n", type: .number), .init(name: "s", type: .string)],
            format: .jsonLines, text: "{\"n\":\"5\",\"s\":5}\n{\"n\":[1],\"s\":{\"a\":null}}\n{\"n\":true,\"s\":\"\"}",
            expected: [
                "1 n found the text “5”, expected a number", "1 s found 5, expected text",
                "2 n found the list [1], expected a number",
                "2 s found the object {\"a\":null}, expected text", "3 n found true, expected a number",
            ]),
        Example(
            reason: "values out of range",
            columns: [
                .init(name: "x", type: .integer, minimum: MetricValue(20), maximum: MetricValue(30)),
                .init(name: "y", type: .number, minimum: MetricValue(-0.5)),
            ],
            text: "x,y\n20,0\n30,-0.5\n19,-0.51\n31,1e3\n",
            expected: [
                "3 x found “19”, expected at least 20", "3 y found “-0.51”, expected at least -0.5",
                "4 x found “31”, expected at most 30",
            ]),
        Example(
            reason: "values outside the allowed set",
            columns: [
                .init(name: "o", type: .string, values: ["EWR", "JFK", "LGA"]),
                .init(name: "k", type: .string, values: ["a", "b", "c", "d", "e", "f", "g"]),
                .init(name: "z", type: .integer, values: ["1"]),
            ],
            text: "o,k,z\nEWR,a,1\nBOS,h,2\n",
            expected: [
                "2 o found “BOS”, expected one of “EWR”, “JFK”, “LGA”",
                "2 k found “h”, expected one of “a”, “b”, “c”, “d”, “e” and 2 more", "2 z found “2”, expected “1”",
            ]),
        Example(
            reason: "missing values where none may be missing",
            columns: [.init(name: "a", type: .string), .init(name: "b", type: .integer, nullable: true)],
            text: "a,b\n,\nx,1\n", expected: ["1 a found no value, expected text"]),
        Example(
            reason: "null and a missing key in JSON", columns: [.init(name: "a", type: .string)], format: .jsonLines,
            text: "{\"a\":null}\n{}\n{\"a\":\"x\"}",
            expected: ["1 a found no value, expected text", "2 a found no value, expected text"]),
        Example(
            reason: "too large a share of missing values",
            columns: [
                .init(name: "a", type: .number, maximumNullFraction: MetricValue(0.5)),
                .init(name: "b", type: .number, nullable: true, maximumNullFraction: MetricValue(0.3)),
            ],
            text: "a,b\n,\n,\n1,1\n2,1\n",
            expected: ["- b found no value in 2 of 4 rows, expected a share of at most 0.3"]),
        Example(
            reason: "values that repeat", columns: [.init(name: "id", type: .integer, unique: true)],
            text: "id\n1\n2\n1\n1\n",
            expected: [
                "3 id found “1” again, expected every value once", "4 id found “1” again, expected every value once",
            ]),
        Example(
            reason: "rows shorter and longer than the header", columns: [], text: "a,b\n1\n1,2\n1,2,3\n",
            expected: ["1 - the row has 1 fields, the header has 2", "3 - the row has 3 fields, the header has 2"]),
        Example(
            reason: "columns that are missing, repeated and not declared",
            columns: [.init(name: "a", type: .string), .init(name: "m", type: .string)],
            expectations: .init(additionalColumns: false), text: "a,x,a\n1,2,3\n",
            expected: [
                "- x the column is not declared", "- a the column occurs twice in the header",
                "- m the column is missing from the header",
            ]),
        Example(
            reason: "keys that are not declared", columns: [.init(name: "a", type: .number)],
            expectations: .init(additionalColumns: false),
            format: .jsonLines, text: "{\"a\":1,\"x\\u001b\":2}", expected: ["1 x\\u{1B} the column is not declared"]),
        Example(
            reason: "too few rows", columns: [], expectations: .init(minimumRows: 2), text: "a\n1\n",
            expected: ["- - found 1 rows, expected at least 2"]),
        Example(
            reason: "too many rows", columns: [], expectations: .init(maximumRows: 1), text: "a\n1\n2\n",
            expected: ["- - found 2 rows, expected at most 1"]),
        Example(
            reason: "an empty file", columns: [], text: "", expected: ["- - the file is empty, expected a header row"]),
        Example(
            reason: "a header that cannot be read", columns: [.init(name: "a", type: .integer)], text: "a\"b\nx\n",
            expected: [
                "- - the header: found a quote inside a field that does not begin with one; quote the field and double the quote"
            ]),
        Example(
            reason: "a row that cannot be read counts as a row", columns: [.init(name: "a", type: .integer)],
            text: "a\n1\n\"2\"3\nx\n",
            expected: [
                "2 - found text after a closing quote, expected a comma or the end of the row",
                "3 a found “x”, expected a whole number of at most 64 bits",
            ]),
        Example(
            reason: "a long and hostile value", columns: [.init(name: "a", type: .number)],
            text: "a\n\u{1B}]0;\(String(repeating: "x", count: 80))\n",
            expected: ["1 a found “\\u{1B}]0;\(String(repeating: "x", count: 60))…”, expected a number"]),
    ]

    @Test("names row, column, what was found and what was expected", arguments: examples)
    func table(_ example: Example) throws {
        let outcome = try Self.check(example.text, example.format, example.columns, example.expectations)
        #expect(outcome.violations == example.expected)
        #expect(outcome.count == Int64(example.expected.count))
    }

    @Test("lists the first violations and counts all of them, those of the whole file first")
    func bounded() throws {
        let rows = (1...100).map { "x\($0)" }.joined(separator: "\n")
        let outcome = try Self.check(
            "a\n\(rows)\n", .csv, [.init(name: "a", type: .integer)], .init(minimumRows: 1000))
        #expect(outcome.count == 101)
        #expect(outcome.violations.count == 20)
        #expect(outcome.violations[0] == "- - found 100 rows, expected at least 1000")
        #expect(outcome.violations[1].hasPrefix("1 a found “x1”"))
        #expect(outcome.violations[19].hasPrefix("19 a found “x19”"))
    }

    @Test("says so where there are too many values to tell whether they repeat")
    func uniquenessIsBounded() throws {
        var limits = DataLimits()
        limits.uniqueValues = 5
        let columns: [Dataset.Column] = [
            .init(name: "a", type: .integer, unique: true), .init(name: "b", type: .integer, unique: true),
        ]
        let fits = try Self.check("a,b\n1,1\n2,2\n", .csv, columns, .init(), limits)
        #expect(fits.count == 0)
        let outcome = try Self.check("a,b\n1,1\n2,2\n3,3\n4,4\n", .csv, columns, .init(), limits)
        let sentence = """
            uniqueness is undecided: the unique columns have more than 5 different values, the most that are compared; \
            drop `unique` or split the dataset
            """
        #expect(outcome.violations == ["- a \(sentence)", "- b \(sentence)"])
    }

    @Test("refuses a range for a type that has no order of numbers")
    func rangeNeedsNumbers() {
        #expect {
            try RowChecker(
                columns: [.init(name: "a", type: .string, minimum: MetricValue(1))], expectations: .init(),
                limits: DataLimits())
        } throws: { ($0 as? BackendFailure)?.code == "expectation-not-applicable" }
    }

    static func check(
        _ text: String, _ format: Dataset.Format, _ columns: [Dataset.Column], _ expectations: Dataset.Expectations,
        _ limits: DataLimits = DataLimits()
    ) throws -> (violations: [String], count: Int64) {
        var checker = try RowChecker(columns: columns, expectations: expectations, limits: limits)
        Array(text.utf8).withUnsafeBufferPointer { bytes in
            switch format {
            case .csv:
                var reader = CSVReader(limits: limits)
                reader.consume(bytes, into: &checker)
                reader.finish(into: &checker)
            case .jsonLines:
                var reader = JSONLinesReader(limits: limits)
                reader.consume(bytes, into: &checker)
                reader.finish(into: &checker)
            }
        }
        let (_, violations, count) = checker.finish()
        return (violations.map { "\($0.row.map { "\($0)" } ?? "-") \($0.column ?? "-") \($0.message)" }, count)
    }
}
