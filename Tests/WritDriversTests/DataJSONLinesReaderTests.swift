// The JSON Lines reader: a table of RFC 8259 and its edges, any cutting of the bytes, and Foundation as the reference.
import Foundation
import Testing

@testable import WritDrivers

@Suite struct DataJSONLinesReaderTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var reason: String
        var text: String
        var expected: [String]
        var testDescription: String { reason }
    }

    static let examples = [
        Example(
            reason: "every kind of value", text: #"{"a":"x","b":-1.5e3,"c":true,"d":null,"e":[1,{}],"f":{"g":[]}}"#,
            expected: [
                #"object ["a=text:x", "b=number:-1.5e3", "c=boolean:true", "d=null:null", "e=list:[1,{}]", "f=object:{\"g\":[]}"]"#
            ]),
        Example(
            reason: "space wherever it may be, CRLF and no last line end", text: " { \"a\" : 1 , \"b\" : [ ] }\t\r\n{}",
            expected: [#"object ["a=number:1", "b=list:[ ]"]"#, "object []"]),
        Example(reason: "lines of spaces are no rows", text: "\n \r\n{}\n\t\n", expected: ["object []"]),
        Example(reason: "a byte order mark", text: "\u{FEFF}{}\n", expected: ["object []"]),
        Example(
            reason: "escapes", text: #"{"\u0061\n":"\"\\\/\b\f\r\t\u00e9\ud83d\ude00"}"#,
            expected: ["object [\"a\\n=text:\\\"\\\\/\\u{08}\\u{0C}\\r\\té😀\"]"]),
        Example(
            reason: "a list is no row", text: "[1]\n", expected: ["refused: expected an object at byte 1 of the line"]),
        Example(
            reason: "something behind the object", text: "{} {}\n{}\n",
            expected: ["refused: expected the end of the line at byte 4 of the line", "object []"]),
        Example(
            reason: "a comma too many", text: "{\"a\":1,}\n",
            expected: ["refused: expected a key in quotes at byte 8 of the line"]),
        Example(
            reason: "no comma", text: "{\"a\":1 \"b\":2}",
            expected: ["refused: expected a comma or a closing brace at byte 8 of the line"]),
        Example(reason: "no colon", text: "{\"a\" 1}", expected: ["refused: expected a colon at byte 6 of the line"]),
        Example(
            reason: "a cut line", text: "{\"a\":\"b",
            expected: ["refused: expected a closing quote at byte 8 of the line"]),
        Example(
            reason: "a word that is none", text: "{\"a\":nul}",
            expected: ["refused: expected a value at byte 9 of the line"]),
        Example(reason: "NaN", text: "{\"a\":NaN}", expected: ["refused: expected a value at byte 6 of the line"]),
        Example(
            reason: "a leading zero", text: "{\"a\":01}",
            expected: ["refused: expected a comma or a closing brace at byte 7 of the line"]),
        Example(
            reason: "a number without digits behind the point", text: "{\"a\":1.}",
            expected: ["refused: expected a digit at byte 8 of the line"]),
        Example(
            reason: "a key twice", text: #"{"a":1,"\u0061":2}"#,
            expected: ["refused: found the key “a” twice in one object, at byte 8 of the line"]),
        Example(
            reason: "a key twice further down", text: #"{"a":{"b":1,"b":2}}"#,
            expected: ["refused: found the key “b” twice in one object, at byte 13 of the line"]),
        Example(
            reason: "the same key in different objects", text: #"{"a":{"a":1},"b":{"a":1}}"#,
            expected: [#"object ["a=object:{\"a\":1}", "b=object:{\"a\":1}"]"#]),
        Example(
            reason: "a raw control character", text: "{\"a\":\"\u{1}\"}",
            expected: ["refused: found a control character in a string at byte 7 of the line; escape it"]),
        Example(
            reason: "an unknown escape", text: #"{"a":"\x"}"#,
            expected: ["refused: found an unknown escape at byte 8 of the line"]),
        Example(
            reason: "half a surrogate pair", text: #"{"a":"\ud83dx"}"#,
            expected: ["refused: found half of a surrogate pair at byte 13 of the line"]),
        Example(reason: "no line at all", text: "", expected: []),
    ]

    @Test("reads what RFC 8259 says and names what it forbids", arguments: examples)
    func table(_ example: Example) {
        let read = DataRowCollector.read(Array(example.text.utf8), with: JSONLinesReader(limits: DataLimits()))
        #expect(read.map(\.description) == example.expected)
    }

    @Test("gives the same rows wherever the bytes are cut in two", arguments: examples)
    func everyCut(_ example: Example) {
        let bytes = Array(example.text.utf8)
        let whole = DataRowCollector.read(bytes, with: JSONLinesReader(limits: DataLimits()))
        for cut in 0...bytes.count {
            #expect(DataRowCollector.read(bytes, cuts: [cut], with: JSONLinesReader(limits: DataLimits())) == whole)
        }
        #expect(
            DataRowCollector.read(bytes, cuts: Array(0...bytes.count), with: JSONLinesReader(limits: DataLimits()))
                == whole)
    }

    @Test("refuses bytes that are not UTF-8, lines that are too long, nesting and keys beyond the limits")
    func limits() {
        var limits = DataLimits()
        limits.rowBytes = 20
        limits.jsonDepth = 3
        limits.fields = 2
        let lines: [[UInt8]] = [
            Array("{\"a\":\"".utf8) + [0xFF] + Array("\"}".utf8), Array("{\"a\":\"0123456789abcdef\"}".utf8),
            Array("{\"a\":[[1]]}".utf8), Array("{\"a\":[[[1]]]}".utf8), Array("{\"a\":1,\"b\":2,\"c\":3}".utf8),
            Array("{}".utf8),
        ]
        let bytes = Array(lines.joined(separator: [10]))
        for cut in 0...bytes.count {
            let read = DataRowCollector.read(bytes, cuts: [cut], with: JSONLinesReader(limits: limits)).map(
                \.description)
            #expect(
                read == [
                    "refused: \(RowDefect.notUTF8.message)",
                    "refused: \(RowDefect.rowTooLarge(limitBytes: 20).message)",
                    #"object ["a=list:[[1]]"]"#, "refused: found more than 3 levels of nesting at byte 8 of the line",
                    "refused: found more than 2 keys at byte 14 of the line", "object []",
                ])
        }
    }

    @Test("accepts exactly the objects Foundation accepts, apart from keys that occur twice", arguments: 0..<8)
    func agreesWithFoundation(_ seed: UInt64) {
        var numbers = DataSeededNumbers(seed: seed)
        let alphabet = Array("{}[]:,\"\\\"au0e1-.+ t\u{E9}".utf8)
        for _ in 0..<600 {
            var line = Array(Self.object(depth: 0, &numbers).utf8)
            for _ in 0..<Int.random(in: 0...2, using: &numbers) {
                line[Int.random(in: 0..<line.count, using: &numbers)] = alphabet.randomElement(using: &numbers) ?? 0
            }
            let read = DataRowCollector.read(
                line, cuts: numbers.cuts(line.count), with: JSONLinesReader(limits: DataLimits()))
            let parsed = (try? JSONSerialization.jsonObject(with: Data(line))) as? [String: Any]
            let text = String(decoding: line, as: UTF8.self)
            switch read.first {
            case .object(let members): #expect(parsed?.count == members.count, "seed \(seed): \(text)")
            case .refused(.json(let defect)):
                guard case .duplicateKey = defect.reason else {
                    #expect(parsed == nil, "seed \(seed), \(defect.message): \(text)")
                    continue
                }
            case .refused(.notUTF8): #expect(String(validating: line, as: UTF8.self) == nil)
            case .refused, .row, .header, .refusedHeader, nil: Issue.record("seed \(seed): \(text)")
            }
        }
    }

    private static func object(depth: Int, _ numbers: inout DataSeededNumbers) -> String {
        let members = (0..<Int.random(in: 0...3, using: &numbers)).map { index in
            "\"k\(index)\": \(value(depth: depth + 1, &numbers))"
        }
        return "{\(members.joined(separator: ","))}"
    }

    private static func value(depth: Int, _ numbers: inout DataSeededNumbers) -> String {
        switch Int.random(in: 0..<(depth < 3 ? 8 : 6), using: &numbers) {
        case 0: "\"t\\u00e9\\nx\""
        case 1: "-0.5e+2"
        case 2: "120"
        case 3: "true"
        case 4: "null"
        case 5: "\"\""
        case 6: "[\(value(depth: depth + 1, &numbers)), \(value(depth: depth + 1, &numbers))]"
        default: object(depth: depth, &numbers)
        }
    }
}
