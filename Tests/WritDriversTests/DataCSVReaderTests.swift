// The CSV reader: a table of RFC 4180 and its edges, any cutting of the bytes, and a slow reference.
import Testing

@testable import WritDrivers

@Suite struct DataCSVReaderTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var reason: String
        var text: String
        var expected: [String]
        var testDescription: String { reason }
    }

    static let examples = [
        Example(
            reason: "plain rows", text: "a,b\n1,2\n3,4\n",
            expected: [#"header ["a", "b"]"#, #"row ["1", "2"]"#, #"row ["3", "4"]"#]),
        Example(
            reason: "CRLF, and no end of the last row", text: "a,b\r\n1,2",
            expected: [#"header ["a", "b"]"#, #"row ["1", "2"]"#]),
        Example(
            reason: "a byte order mark before the header", text: "\u{FEFF}a\n1\n",
            expected: [#"header ["a"]"#, #"row ["1"]"#]),
        Example(reason: "a byte order mark before a quote", text: "\u{FEFF}\"a\"\n", expected: [#"header ["a"]"#]),
        Example(
            reason: "empty fields", text: "a,b,c\n,,\n", expected: [#"header ["a", "b", "c"]"#, #"row ["", "", ""]"#]),
        Example(
            reason: "a quoted comma and a doubled quote", text: "a,b\n\"1,\"\"x\"\"\",2\n",
            expected: [#"header ["a", "b"]"#, #"row ["1,\"x\"", "2"]"#]),
        Example(
            reason: "line ends within quotes", text: "a\n\"1\r\n2\n\"\n3\n",
            expected: [#"header ["a"]"#, #"row ["1\r\n2\n"]"#, #"row ["3"]"#]),
        Example(
            reason: "empty lines are no rows", text: "\n\r\na\n\n1\n\r\n\r\n2\n\n",
            expected: [#"header ["a"]"#, #"row ["1"]"#, #"row ["2"]"#]),
        Example(
            reason: "a quoted empty field is a row", text: "a\n\"\"\n\"\"\r\n",
            expected: [#"header ["a"]"#, #"row [""]"#, #"row [""]"#]),
        Example(
            reason: "a quoted field at the end of the file", text: "a\n\"x\"",
            expected: [#"header ["a"]"#, #"row ["x"]"#]),
        Example(
            reason: "an empty last field at the end of the file", text: "a,b\n1,",
            expected: [#"header ["a", "b"]"#, #"row ["1", ""]"#]),
        Example(
            reason: "ragged rows are handed on as they are", text: "a,b\n1\n1,2,3\n",
            expected: [#"header ["a", "b"]"#, #"row ["1"]"#, #"row ["1", "2", "3"]"#]),
        Example(
            reason: "a quote inside a plain field", text: "a\nx\"y\n1\n",
            expected: [#"header ["a"]"#, "refused: \(RowDefect.strayQuote.message)", #"row ["1"]"#]),
        Example(
            reason: "text after a closing quote", text: "a\n\"x\"y\n1\n",
            expected: [#"header ["a"]"#, "refused: \(RowDefect.textAfterQuote.message)", #"row ["1"]"#]),
        Example(
            reason: "a quote that never closes", text: "a\n\"x\n1\n",
            expected: [#"header ["a"]"#, "refused: \(RowDefect.openQuote.message)"]),
        Example(
            reason: "a lone carriage return", text: "a\n1\r2\n3\n\r",
            expected: [
                #"header ["a"]"#, "refused: \(RowDefect.loneCarriageReturn.message)", #"row ["3"]"#,
                "refused: \(RowDefect.loneCarriageReturn.message)",
            ]),
        Example(reason: "no byte at all", text: "", expected: ["refused header: \(RowDefect.noHeader.message)"]),
        Example(
            reason: "nothing but a byte order mark", text: "\u{FEFF}",
            expected: ["refused header: \(RowDefect.noHeader.message)"]),
        Example(
            reason: "a header that cannot be read", text: "a\"\n1\n",
            expected: ["refused header: \(RowDefect.strayQuote.message)", #"row ["1"]"#]),
        Example(reason: "text beyond ASCII", text: "città\n雪\n", expected: [#"header ["città"]"#, #"row ["雪"]"#]),
    ]

    @Test("reads what RFC 4180 says and names what it forbids", arguments: examples)
    func table(_ example: Example) {
        let read = DataRowCollector.read(Array(example.text.utf8), with: CSVReader(limits: DataLimits()))
        #expect(read.map(\.description) == example.expected)
    }

    @Test("gives the same rows wherever the bytes are cut in two", arguments: examples)
    func everyCut(_ example: Example) {
        let bytes = Array(example.text.utf8)
        let whole = DataRowCollector.read(bytes, with: CSVReader(limits: DataLimits()))
        for cut in 0...bytes.count {
            #expect(DataRowCollector.read(bytes, cuts: [cut], with: CSVReader(limits: DataLimits())) == whole)
        }
        #expect(
            DataRowCollector.read(bytes, cuts: Array(0...bytes.count), with: CSVReader(limits: DataLimits())) == whole)
    }

    @Test("agrees with a slow reader of whole files on random bytes, however they are cut", arguments: 0..<8)
    func agreesWithReference(_ seed: UInt64) {
        var numbers = DataSeededNumbers(seed: seed)
        var limits = DataLimits()
        limits.rowBytes = 64
        limits.fieldBytes = 48
        limits.fields = 8
        let alphabet = Array("ab1,,\"\"\n\n\r\u{E9}".utf8) + [0xFF]
        for _ in 0..<400 {
            let bytes = (0..<Int.random(in: 0...60, using: &numbers)).map { _ in
                alphabet.randomElement(using: &numbers) ?? 0
            }
            let cuts = numbers.cuts(bytes.count)
            let read = DataRowCollector.read(bytes, cuts: cuts, with: CSVReader(limits: limits))
            #expect(
                read == DataSlowCSV.read(bytes, fields: limits.fields), "seed \(seed), bytes \(bytes), cuts \(cuts)")
        }
    }

    @Test("refuses a row, a field and a number of fields beyond the limits, and goes on behind them")
    func limits() {
        var limits = DataLimits()
        limits.rowBytes = 10
        limits.fieldBytes = 6
        limits.fields = 3
        let text = "a,b\n123456,890\n123456,8901\n1234567,1\n1,2,3,4\n\"\n,,,,,,,,,,\"\n1,2\n"
        let expected: [DataRowCollector.Item] = [
            .header([Array("a".utf8), Array("b".utf8)]), .row([Array("123456".utf8), Array("890".utf8)]),
            .refused(.rowTooLarge(limitBytes: 10)), .refused(.fieldTooLarge(limitBytes: 6)),
            .refused(.tooManyFields(limit: 3)), .refused(.rowTooLarge(limitBytes: 10)),
            .row([Array("1".utf8), Array("2".utf8)]),
        ]
        for cut in 0...text.utf8.count {
            #expect(DataRowCollector.read(Array(text.utf8), cuts: [cut], with: CSVReader(limits: limits)) == expected)
        }
    }
}

/// The same rules over a whole file, written for being read: no state between calls, no limits on size.
enum DataSlowCSV {
    static func read(_ input: [UInt8], fields limit: Int) -> [DataRowCollector.Item] {
        var rest = input[...]
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        var items: [DataRowCollector.Item] = []
        while !rest.isEmpty {
            if rest.first == 10 { rest = rest.dropFirst(); continue }
            if rest.starts(with: [13, 10]) { rest = rest.dropFirst(2); continue }
            let (fields, defect) = row(&rest, limit: limit)
            switch (items.isEmpty, defect) {
            case (true, nil): items.append(.header(fields))
            case (true, let defect?): items.append(.refusedHeader(defect))
            case (false, nil): items.append(.row(fields))
            case (false, let defect?): items.append(.refused(defect))
            }
        }
        return items.isEmpty ? [.refusedHeader(.noHeader)] : items
    }

    private static func row(_ rest: inout ArraySlice<UInt8>, limit: Int) -> ([[UInt8]], RowDefect?) {
        var fields: [[UInt8]] = []
        var defects: [RowDefect] = []
        while true {
            let (field, defect) = field(&rest)
            if let defect { defects.append(defect) }
            if fields.count == limit { defects.append(.tooManyFields(limit: limit)) }
            fields.append(field)
            guard rest.first == 44 else { break }
            rest = rest.dropFirst()
        }
        if rest.first == 13 { rest = rest.dropFirst() }
        if rest.first == 10 { rest = rest.dropFirst() }
        if defects.isEmpty, String(validating: fields.joined(separator: [44]), as: UTF8.self) == nil {
            defects.append(.notUTF8)
        }
        return (fields, defects.first)
    }

    private static func field(_ rest: inout ArraySlice<UInt8>) -> ([UInt8], RowDefect?) {
        var bytes: [UInt8] = []
        var defect: RowDefect?
        if rest.first == 34 {
            rest = rest.dropFirst()
            while true {
                guard let byte = rest.popFirst() else { return (bytes, .openQuote) }
                if byte != 34 { bytes.append(byte); continue }
                guard rest.first == 34 else { break }
                rest = rest.dropFirst()
                bytes.append(34)
            }
            if let byte = rest.first, ![44, 10, 13].contains(byte) {
                defect = .textAfterQuote; rest = rest.dropFirst()
            }
        }
        while let byte = rest.first, byte != 44, byte != 10 {
            if byte == 13 {
                if rest.starts(with: [13, 10]) { break }
                defect = defect ?? .loneCarriageReturn
            }
            if byte == 34 { defect = defect ?? .strayQuote }
            bytes.append(byte)
            rest = rest.dropFirst()
        }
        return (bytes, defect)
    }
}
