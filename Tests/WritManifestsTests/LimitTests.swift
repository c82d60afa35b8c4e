// Every limit, one below and one above, and files made to hurt.
import Testing
import WritVocabulary

@testable import WritManifests

struct LimitTests {
    @Test("a file of 256 KiB is read and one of a byte more is not")
    func fileSize() {
        let comment = "# " + String(repeating: "x", count: 256 * 1024 - Fixtures.endpoint.utf8.count - 3) + "\n"
        #expect(decode(comment + Fixtures.endpoint).diagnostics == [])
        let found = decode("#" + comment + Fixtures.endpoint).diagnostics
        #expect(found.map(\.message) == ["the file has 262145 bytes; a manifest may have 262144"])
        #expect(found.first?.code == "too-large")
    }

    @Test("lists may be nested 32 deep and no deeper", arguments: ["[", "{a: ", "- "])
    func depth(opening: String) {
        let deep = String(repeating: opening, count: 32)
        #expect(!codes(of: deep).contains("too-deep"))
        #expect(codes(of: deep + opening + "x").contains("too-deep"))
        #expect(codes(of: String(repeating: opening, count: 60_000)).contains("too-deep"))
    }

    @Test("a file may have 20,000 values and not one more")
    func nodes() {
        let full = "[" + String(repeating: "1,", count: 19_999) + "]"
        #expect(!codes(of: full).contains("too-many-nodes"))
        let found = decode("[" + String(repeating: "1,", count: 20_000) + "]").diagnostics
        #expect(found.map(\.message) == ["the file has more than 20000 values, which is the most a manifest may have"])
    }

    @Test("a billion laughs are refused one alias at a time, without expanding any")
    func billionLaughs() {
        var text = "a0: &a0 [lol]\n"
        for level in 1...9 {
            text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", "))]\n"
        }
        let found = decode(text)
        #expect(found.problemCount == 10 + 81 + 1)
        #expect(Set(found.diagnostics.map(\.code)) == ["alias", "anchor", "missing-field"])
    }

    @Test("a file shows at most 100 problems and counts the rest")
    func diagnostics() {
        let fields = (0..<5000).map { "  unknown\($0): 1\n" }.joined()
        let decoded = decode(Fixtures.endpoint + fields)
        #expect(decoded.diagnostics.count == 100)
        #expect(decoded.problemCount == 5000)
    }

    @Test("equal keys are found among thousands, and none where there are none")
    func manyKeys() {
        let keys = (0..<9000).map { "k\($0): 1\n" }.joined()
        #expect(!codes(of: keys).contains("duplicate-key"))
        #expect(decode(keys + "k17: 2\n").diagnostics.contains { $0.code == "duplicate-key" && $0.line == 9001 })
    }

    @Test(
        "lists and names end at their limits",
        arguments: [
            (
                "command: [python, serve.py]", "command: [\(Array(repeating: "a", count: 65).joined(separator: ", "))]",
                "at most 64 entries"
            ),
            ("command: [python, serve.py]", "command: [\(String(repeating: "a", count: 4097))]", "but is “aaa"),
            ("name: flights", "name: \(String(repeating: "a", count: 64))", "at most 63 characters"),
        ])
    func counts(sound: String, edited: String, expected: String) {
        let found = decode(Fixtures.endpoint.replacing(sound, with: edited)).diagnostics
        #expect(found.count == 1)
        #expect(found.first?.message.contains(expected) == true)
    }

    @Test("a line as long as the file is cut around the place")
    func longLines() throws {
        let padding = String(repeating: "é", count: 100_000)
        let before = "{apiVersion: writ.dev/v1, metadata: {name: x, owner: \"\(padding)\"}, "
        let found = decode(before + "kind: Thing, spec: \"\(padding.prefix(900))\"}")
        let diagnostic = try #require(found.diagnostics.first { $0.code == "unknown-kind" })
        let excerpt = try #require(diagnostic.excerpt)
        #expect(excerpt.text.count <= 122)
        #expect(excerpt.text.hasPrefix("…") && excerpt.text.hasSuffix("…"))
        let shown = Array(excerpt.text)
        #expect(String(shown[excerpt.offset..<excerpt.offset + excerpt.length]) == "Thing")
    }

    private func codes(of text: String) -> Set<String> { Set(decode(text).diagnostics.map(\.code)) }
}
