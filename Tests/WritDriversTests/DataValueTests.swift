// How single values are read, hashed and shown.
import Testing

@testable import WritDrivers

@Suite struct DataValueTests {
    private func slice<Result>(_ text: String, _ body: (ByteSlice) -> Result) -> Result {
        Array(text.utf8).withUnsafeBufferPointer(body)
    }

    @Test(
        "takes whole numbers within 64 bits",
        arguments: [
            ("0", 0), ("-7", -7), ("+12", 12), ("007", 7), ("9223372036854775807", .max),
            ("-9223372036854775808", .min),
            ("9223372036854775808", nil), ("-9223372036854775809", nil), ("1.0", nil), ("", nil), ("-", nil),
            ("1 ", nil), ("0x1", nil),
        ] as [(String, Int64?)])
    func integers(_ text: String, _ expected: Int64?) {
        #expect(slice(text, ValueSyntax.integer) == expected)
    }

    @Test(
        "takes finite decimal numbers",
        arguments: [
            ("1", 1), ("-0.5", -0.5), (".5", 0.5), ("5.", 5), ("1e3", 1000), ("2.5E-1", 0.25), ("+7", 7),
            ("123456789012345678901234567890", 1.2345678901234568e29), ("0e9999999999", 0), ("1e-9999999999", 0),
            ("1e999", nil), ("nan", nil), ("inf", nil), ("0x10", nil), ("1_000", nil), ("1,5", nil), ("e5", nil),
            (".", nil),
            ("1e", nil), ("1e+", nil), ("--1", nil), (" 1", nil), ("", nil),
        ] as [(String, Double?)])
    func decimals(_ text: String, _ expected: Double?) {
        #expect(slice(text, ValueSyntax.number) == expected)
    }

    @Test("computes the same number as the standard library", arguments: 0..<4)
    func numbersAreExact(_ seed: UInt64) {
        var numbers = DataSeededNumbers(seed: seed)
        for _ in 0..<3000 {
            let digits = (0..<Int.random(in: 1...24, using: &numbers)).map { _ in
                String(Int.random(in: 0...9, using: &numbers))
            }
            var text = digits.joined()
            if Bool.random(using: &numbers) {
                text.insert(
                    ".", at: text.index(text.startIndex, offsetBy: Int.random(in: 1...text.count, using: &numbers)))
            }
            if text.hasSuffix(".") { text += "0" }
            if Bool.random(using: &numbers) { text += "e\(Int.random(in: -330...300, using: &numbers))" }
            let expected = Double(text).flatMap { $0.isFinite ? $0 : nil }
            #expect(slice(text, ValueSyntax.number) == expected, "\(text)")
        }
    }

    @Test(
        "takes RFC 3339 dates and date-times of the calendar",
        arguments: [
            ("2013-01-31", true), ("2012-02-29", true), ("2000-02-29", true), ("2013-01-01T00:00:00Z", true),
            ("2013-01-01t23:59:60.123456z", true), ("2013-01-01 05:00:00+01:00", true),
            ("2013-01-01T05:00:00-23:59", true),
            ("2013-02-29", false), ("1900-02-29", false), ("2013-13-01", false), ("2013-00-01", false),
            ("2013-01-00", false),
            ("2013-1-1", false), ("2013", false), ("2013-01-01T", false), ("2013-01-01T24:00:00Z", false),
            ("2013-01-01T05:00:00", false), ("2013-01-01T05:00:00.Z", false), ("2013-01-01T05:00:00+1:00", false),
            ("2013-01-01T05:00:00+24:00", false), ("2013-01-01T05:00:00Zx", false), ("", false),
        ])
    func timestamps(_ text: String, _ expected: Bool) {
        #expect(slice(text, ValueSyntax.isTimestamp) == expected)
    }

    @Test(
        "takes three ways to write true and false",
        arguments: [
            ("true", true), ("True", true), ("TRUE", true), ("false", true), ("False", true), ("FALSE", true),
            ("tRUE", false),
            ("yes", false), ("1", false), ("", false),
        ])
    func booleans(_ text: String, _ expected: Bool) {
        #expect(slice(text, ValueSyntax.isBoolean) == expected)
    }

    @Test(
        "hashes as MurmurHash3 x64 128 does",
        arguments: [
            ("", 0, 0), ("hello", 0xcbd8_a7b3_41bd_9b02, 0x5b1e_906a_48ae_1d19),
            ("The quick brown fox jumps over the lazy dog", 0xe34b_bc7b_bc07_1b6c, 0x7a43_3ca9_c49a_9347),
        ] as [(String, UInt64, UInt64)])
    func hashes(_ text: String, _ first: UInt64, _ second: UInt64) {
        #expect(slice(text, ValueHash.init) == ValueHash(first: first, second: second))
    }

    @Test("remembers every value exactly once while the table grows")
    func remembersValues() {
        var seen = SeenValues()
        for round in 0..<2 {
            for number in 0..<5000 {
                let insertion = slice("value \(number)") { seen.insert($0) }
                #expect(insertion == (round == 0 ? .new : .seenBefore))
            }
        }
        #expect(seen.count == 5000)
    }

    @Test(
        "shows hostile text without its effect on a terminal, and cuts it",
        arguments: [
            ("plain 雪", "plain 雪"), ("a\u{1B}[31mb\n", "a\\u{1B}[31mb\\u{A}"),
            ("x\u{202E}y\u{200B}", "x\\u{202E}y\\u{200B}"),
            ("0123456789", "01234567…"), ("\u{0}", "\\u{0}"),
        ])
    func shown(_ text: String, _ expected: String) {
        #expect(slice(text) { UTF8Text.shown($0, limit: 8) }.hasPrefix(String(expected.prefix(8))))
        #expect(slice(text) { UTF8Text.shown($0, limit: text.count > 9 ? 8 : 64) } == expected)
    }

    @Test("finds a name among others and nothing else")
    func names() {
        let table = NameTable(["a", "bb", "", "bb"])
        #expect(slice("bb") { table.index(of: $0) } == 1)
        #expect(slice("") { table.index(of: $0) } == 2)
        #expect(slice("b") { table.index(of: $0) } == nil)
    }
}
