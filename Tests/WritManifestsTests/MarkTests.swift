// Where nodes lie in the source: libyaml's marks and the traps in them.
import Testing
import WritVocabulary

@testable import WritManifests

struct MarkTests {
    @Test(
        "a scalar's span is its bytes, whatever stands before it",
        arguments: [
            "key: value\n", "ключ: value\n", "\u{FEFF}key: value\n", "# é\r\nkey: value\r\n", "é: [ü, value]\n",
            "\u{FEFF}ä: {ö: value}\n",
            "- 😀\n- value\n", "a: |\n  text é\n\nkey: value\n",
        ])
    func spans(text: String) throws {
        let tree = YAMLParser.parse(Array(text.utf8))
        #expect(tree.problems.isEmpty)
        let index = try #require(tree.nodes.indices.last { tree.text(of: NodeIndex($0)) == "value" })
        let node = tree.nodes[index]
        #expect(String(decoding: tree.source[Int(node.start)..<Int(node.end)], as: UTF8.self) == "value")
        #expect(node.valueStart & YAMLNode.sideBuffer == 0)
    }

    @Test(
        "lines and columns count characters, not bytes, and a byte order mark not at all",
        arguments: [
            ("kind: x\n", 1, 7), ("\u{FEFF}kind: x\n", 1, 7), ("# é\r\nkind: x\r\n", 2, 7),
            ("é: ü\nkind: x\n", 2, 7), ("{é: ü, kind: x}\n", 1, 14),
        ])
    func places(text: String, line: Int, column: Int) throws {
        let diagnostic = try #require(decode(text).diagnostics.first)
        #expect(diagnostic.code == "unknown-kind")
        #expect((diagnostic.line, diagnostic.column) == (line, column))
        #expect(diagnostic.rendered.hasSuffix("^") || diagnostic.rendered.contains("^\n"))
    }

    @Test("the caret stands below the place, in a file with CRLF line ends too")
    func carriageReturns() {
        let text = Fixtures.endpoint.replacing("replicas: 2", with: "replicas: two").replacing("\n", with: "\r\n")
        #expect(rendered(text) == rendered(Fixtures.endpoint.replacing("replicas: 2", with: "replicas: two")))
    }

    @Test("a file with CRLF line ends or a byte order mark declares what it would without")
    func equalResources() {
        let plain = decode(Fixtures.all).resources
        #expect(plain.count == 4)
        #expect(decode(Fixtures.all.replacing("\n", with: "\r\n")).resources == plain)
        #expect(decode("\u{FEFF}" + Fixtures.all).resources == plain)
    }

    @Test("a block container ends with its last child, before the comments that follow")
    func containerEnds() throws {
        let text = "spec:\n  a: 1\n  b: [2]\n# a comment\n\nnext: 3\n"
        let tree = YAMLParser.parse(Array(text.utf8))
        let root = try #require(tree.documents.first)
        let node = tree[try #require(tree.value("spec", in: root))]
        #expect(String(decoding: tree.source[Int(node.start)..<Int(node.end)], as: UTF8.self) == "a: 1\n  b: [2]")
    }

    @Test("an empty value has no width and stands after the colon")
    func emptyValue() throws {
        let tree = YAMLParser.parse(Array("a:\nb: 1\n".utf8))
        let root = try #require(tree.documents.first)
        let node = tree[try #require(tree.value("a", in: root))]
        #expect(node.start == node.end)
        #expect(node.start == 2)
    }

    @Test("text that needs no unescaping is not copied")
    func slices() {
        let tree = YAMLParser.parse(Array("a: \"plain\"\nb: 'single'\nc: bare\nd: \"esc\\n\"\ne: |\n  block\n".utf8))
        #expect(tree.problems.isEmpty)
        #expect(tree.side == Array("esc\nblock\n".utf8))
        #expect(MemoryLayout<YAMLNode>.size == 32)
    }

    @Test("documents of one file keep their own lines, and those that say nothing are passed over")
    func documents() {
        let decoded = decode("# only a comment\n---\n" + Fixtures.dataset + "---\n---\n" + Fixtures.endpoint + "...\n")
        #expect(decoded.diagnostics == [])
        #expect(decoded.resources.map(\.id.text) == ["Dataset/flights-january", "Endpoint/flights"])
        #expect(decoded.resources.map(\.location.line) == [3, 21])
        #expect(decode("").resources.isEmpty && decode("").diagnostics.isEmpty)
        #expect(decode("\u{FEFF}# nothing\n").diagnostics.isEmpty)
    }
}
