// Answers cite what they say, and show nothing that is obeyed.
import Foundation
import Testing
import WritAudit
import WritVocabulary

struct ReportTests {
    static let hostile = "<script>alert(1)</script>\u{1B}[2J\u{202E}gnp.exe\n\"'&\u{200B}"

    static func report(_ text: String) -> AuditReport {
        AuditReport(
            title: text, question: "q \(text)", basis: AuditReport.Basis(origin: text, size: 1),
            sections: [
                AuditReport.Section(
                    text,
                    [
                        .paragraph(.init(text, [0])), .facts([.init(text, text, [0], isGap: true)]),
                        .table(.init(columns: [text, "b"], rows: [.init([text, text], [0])])),
                        .table(.init(columns: [text], rows: [.init([text])])),
                        .chart(.init(title: text, bars: [.init(text, MetricValue(1.5)!, limit: MetricValue(-2), [0])])),
                    ])
            ])
    }

    @Test("an answer knows every entry it cites, once and in order")
    func cited() {
        let report = AuditReport(
            title: "t", question: "q", basis: AuditReport.Basis(origin: "o", size: 9),
            sections: [
                AuditReport.Section(
                    "a", [.facts([AuditReport.Fact("n", "v", [7, 2])]), .paragraph(.init("p", [2, 3]))])
            ])
        #expect(report.cited == [2, 3, 7])
    }

    @Test("text has no character a terminal would obey, and no colour unless asked")
    func harmlessText() {
        let text = Self.report(Self.hostile).text()
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
        #expect(!text.unicodeScalars.contains { $0 == "\u{202E}" || $0 == "\u{200B}" || $0 == "\u{1B}" })
        #expect(Self.report("a").text(ReportStyle(colour: true)).contains("\u{1B}[31m"))
    }

    @Test("a page has no markup from outside, no script and nothing that is loaded")
    func harmlessPage() throws {
        var proofs = ReportProofs(checkpoint: Self.hostile, vkey: Self.hostile)
        proofs.entries[0] = EntryProof(entry: Self.hostile, proof: Self.hostile)
        let page = Self.report(Self.hostile).page(proofs)
        #expect(!page.lowercased().contains("<script"))
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(!page.contains("http://") && !page.contains("https://") && !page.contains("url("))
        #expect(!page.contains("style=") && !page.contains(" src=") && !page.contains("javascript:"))
        #expect(!page.unicodeScalars.contains { $0 == "\u{202E}" || $0 == "\u{1B}" || $0 == "\u{200B}" })
        #expect(page.contains("\\u202egnp.exe"))
        let saved = Data(Self.hostile.utf8).base64EncodedString()
        #expect(page.contains("href=\"data:application/octet-stream;base64,\(saved)\""))
    }

    @Test("a page allows its own style by digest and nothing else")
    func policy() throws {
        let page = Self.report("a").page()
        let style = try #require(page.firstMatch(of: /<style>((?:.|\n)*)<\/style>/)?.1)
        let allowed = try #require(page.firstMatch(of: /style-src 'sha256-([^']+)'/)?.1)
        let digest = Digest(of: Array(String(style).utf8))
        #expect(Data(base64Encoded: String(allowed)).map { Hex.encode($0) } == digest.hex)
        #expect(page.contains("default-src 'none'"))
    }

    @Test("every citation of a page leads to the entry's bytes and proof; without proofs it is no link")
    func links() throws {
        let report = try TraceQuestion(endpoint: AuditFixture.endpoint.name, at: AuditFixture.at(270))
            .answer(AuditFixture.trail, AuditFixture.material)
        let page = report.page(try AuditFixture.proofs())
        let targets = Set(page.matches(of: /href="#(entry-\d+)"/).map { String($0.1) })
        #expect(targets == Set(report.cited.map { "entry-\($0)" }))
        for target in targets { #expect(page.contains("<article id=\"\(target)\">")) }
        #expect(!report.page().contains("href=\"#entry-"))
    }

    @Test("a page is well-formed")
    func wellFormed() throws {
        let page = Self.report(Self.hostile).page(try AuditFixture.proofs())
        let open = page.matches(of: /<(section|article|table|tr|td|dl|dt|dd|svg|pre|p|a|figure|div|h2|h3)[ >]/)
        let closed = page.matches(of: /<\/(section|article|table|tr|td|dl|dt|dd|svg|pre|p|a|figure|div|h2|h3)>/)
        #expect(
            Dictionary(open.map { ($0.1, 1) }, uniquingKeysWith: +)
                == Dictionary(closed.map { ($0.1, 1) }, uniquingKeysWith: +))
    }

    @Test("JSON holds the answer whole, with the proofs of what it cites")
    func json() throws {
        let report = Self.report(Self.hostile)
        var proofs = ReportProofs(vkey: "v")
        proofs.entries = [0: EntryProof(entry: "e", proof: "p"), 5: EntryProof(entry: "uncited", proof: "p")]
        let text = try report.json(proofs)
        let read = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(read.keys.sorted() == ["cited", "format", "proofs", "report", "vkey"])
        let again = try JSONSerialization.data(withJSONObject: try #require(read["report"]))
        #expect(try Canonical.decode(AuditReport.self, from: again) == report)
        #expect(!text.contains("uncited"))
    }

    @Test("lines stay within their columns; a table too wide for a page is written row by row")
    func columns() {
        let word = String(repeating: "x", count: 30)
        let rows = [AuditReport.Table.Row([word, word, word, word, ""], [1])]
        let wide = AuditReport(
            title: "t", question: "q", basis: AuditReport.Basis(origin: "o", size: 1),
            sections: [
                AuditReport.Section(
                    "s",
                    [
                        .table(.init(columns: ["a", "b", "c", "d", "e"], rows: rows)),
                        .paragraph(.init(Array(repeating: "some words", count: 40).joined(separator: " "))),
                    ])
            ])
        #expect(
            wide.text().hasPrefix(
                """
                t
                  question  q
                  ledger    o, 1 entry

                s
                  a  \(word)  #1
                  b  \(word)
                  c  \(word)
                  d  \(word)


                """))
        #expect(wide.text().split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test("a chart draws each bar to scale, with its limit")
    func chart() {
        let chart = AuditReport.Chart(
            title: "c",
            bars: [.init("half", MetricValue(5.0)!, limit: MetricValue(10.0)), .init("whole", MetricValue(10.0)!)])
        let page = AuditReport(
            title: "t", question: "q", basis: AuditReport.Basis(origin: "o", size: 1),
            sections: [AuditReport.Section("s", [.chart(chart)])]
        ).page()
        let widths = page.matches(of: /<rect class="bar" x="210" y="\d+" width="([\d.]+)"/).map { String($0.1) }
        #expect(widths == ["190", "380"])
        #expect(page.contains("<line class=\"limit\" x1=\"590\""))
    }
}
