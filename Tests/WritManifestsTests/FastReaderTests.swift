// The fast reader gives libyaml's tree or none.
import Testing

@testable import WritManifests

struct FastReaderTests {
    @Test("whatever the text, the fast reader's tree is libyaml's, node for node", arguments: 0..<8)
    func agreement(seed: Int) {
        var fuzz = FastReaderFuzz(seed: UInt64(seed))
        let cases = FastReaderFuzz.cases(quick: 40_000)
        if let text = fuzz.disagreement(in: cases) {
            Issue.record(
                "seed \(seed): the readers disagree about \(String(decoding: text, as: UTF8.self).debugDescription)")
        }
        // Else nothing was compared, or nothing was left to libyaml.
        #expect(fuzz.counts.fast > cases / 20 && fuzz.counts.left > cases / 20)
    }

    @Test(
        "manifests as people write them are read fast",
        arguments: [
            Fixtures.dataset, Fixtures.model, Fixtures.endpoint, Fixtures.holdout, Fixtures.all, "a: é # ü\n", "",
            "# nothing\n", "a:\n- b\n-\nc:\n", "---\na: b\n---\nc: d", "- - a: b\n    c: {d: [e, \"f\"]}\n", "text",
        ])
    func isFast(text: String) throws {
        let source = Array(text.utf8)
        let tree = try #require(FastReader.tree(of: source, isASCII: source.allSatisfy { $0 < 0x80 }))
        #expect(tree.isEqual(to: YAMLParser.parse(source, fast: false)))
    }

    @Test(
        "what the fast reader is not certain of is left to libyaml",
        arguments: [
            "a: &b c\n", "a: *b\n", "a: !!str b\n", "a: |\n  b\n", "a: b\n  c\n", "a: \"b\\n\"\n", "a: 'it''s'\n",
            "? a\n",
            "a: [b,\n  c]\n", "a: b: c\n", "a: 1\na: 2\n", "a:\n  b: 1\n c: 2\n", "<<: a\n", "%YAML 1.1\n---\na\n",
            "a\n...\n",
            "a: {b}\n", "[a: b]\n", "a: [b]c\n", "a: \"b\"#c\n", "--- a\n", "---\n---\n", "a: - b\n", "[a]: b\n",
            "a: @b\n",
        ])
    func isLeft(text: String) {
        #expect(FastReader.tree(of: Array(text.utf8), isASCII: true) == nil)
    }

    @Test("the limits of depth, nodes and key length hold for the fast reader too")
    func limits() {
        let deep = String(repeating: "- ", count: Limits.depth - 1)
        for text in [
            "\(deep)[]\n", "\(deep)[[]]\n", String(repeating: "- a\n", count: Limits.nodes - 1),
            String(repeating: "- a\n", count: Limits.nodes), "\(String(repeating: "k", count: 600)): v\n",
            "\(String(repeating: "k", count: 1100)): v\n", "a\(String(repeating: " ", count: 1100)): v\n",
        ] {
            let source = Array(text.utf8)
            let fast = FastReader.tree(of: source, isASCII: true)
            let plain = YAMLParser.parse(source, fast: false)
            if let fast {
                #expect(fast.isEqual(to: plain))
            } else {
                #expect(text.utf8.count > 600 || !plain.problems.isEmpty)
            }
            #expect(YAMLParser.parse(source).problems.map(\.code) == plain.problems.map(\.code))
        }
    }
}
