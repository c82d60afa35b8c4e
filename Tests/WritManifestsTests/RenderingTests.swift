// Diagnostics on a terminal: aligned, harmless, and sorted.
import Foundation
import Testing
import WritVocabulary

@testable import WritManifests

struct RenderingTests {
    @Test("the caret stands below wide and combining characters too")
    func wideCharacters() {
        let text = Fixtures.endpoint.replacing("name: flights", with: "{owner: 東京e\u{301}😀, nme: x}")
            .replacing("metadata:\n  {", with: "metadata: {")
        let lines = rendered(text).split(separator: "\n").map(String.init)
        #expect(lines.contains("3 | metadata: {owner: 東京e\u{301}😀, nme: x}"))
        // Four wide cells more than characters, one combining mark less.
        #expect(lines.contains("  | " + String(repeating: " ", count: "metadata: {owner: ".count + 7 + 2) + "^^^"))
    }

    @Test(
        "nothing that moves a cursor or hides text reaches the terminal",
        arguments: [
            "\u{1B}[2Jx", "a\u{7}b", "\u{202E}x", "\u{200B}x", "\u{9B}31m", "\u{E0041}",
        ])
    func controlCharacters(evil: String) {
        let shown = Diagnostic(path: evil, line: 1, column: 1, code: "x", message: evil, hint: evil).adding(
            source: Array(evil.utf8))
        for scalar in shown.rendered.unicodeScalars where scalar != "\n" {
            #expect(SafeText.clean(scalar) == scalar)
        }
        for diagnostic in decode("kind: \"\(evil)\"\n").diagnostics {
            #expect(diagnostic.excerpt?.text.unicodeScalars.allSatisfy { SafeText.clean($0) == $0 } == true)
        }
    }

    @Test("all problems are printed in order of place, with a count")
    func report() {
        let found = decode(
            Fixtures.endpoint.replacing("replicas: 2", with: "replicas: x").replacing("version: 3", with: "version: x"))
        let text = Diagnostic.render(found.diagnostics.reversed())
        let lines = text.split(separator: "\n").filter { $0.contains("-->") }
        #expect(lines == [" --> models/flights.yaml:7:12", "  --> models/flights.yaml:14:13"])
        #expect(text.hasSuffix("2 errors in 1 file\n"))
        #expect(Diagnostic.render([]) == "")
    }

    @Test("a diagnostic survives its JSON")
    func coding() throws {
        let found = try #require(decode("kind: Modle\n").diagnostics.first)
        #expect(try Canonical.decode(Diagnostic.self, from: Canonical.encode(found)) == found)
    }

    @Test("a line is added later as it would have been at once")
    func addedLater() throws {
        let text = Fixtures.endpoint.replacing("version: 3", with: "version: x")
        var found = try #require(decode(text).diagnostics.first)
        let whole = found
        found.excerpt = nil
        #expect(found.adding(source: Array(text.utf8)) == whole)
        var beyond = found
        beyond.line = 10_000
        #expect(beyond.adding(source: Array(text.utf8)) == beyond)
    }

    @Test(
        "suggestions are near and stable",
        arguments: [
            ("replcas", "replicas"), ("Replicas", "replicas"), ("modle", "model"), ("rollback", nil),
            ("x", nil), ("", nil), ("repilcas", "replicas"),
        ] as [(String, String?)])
    func suggestions(written: String, expected: String?) {
        #expect(Suggestion.nearest(to: written, among: ["model", "replicas", "rollout"]) == expected)
    }
}
