// The model card: made from records, every figure with its entry.
import Testing
import WritVocabulary

@testable import WritAudit

struct CardTests {
    static func card(_ version: VersionID = AuditFixture.two) throws -> AuditReport {
        try ModelCardQuestion(version).answer(AuditFixture.trail, basis: DocumentFixture.basis)
    }

    @Test("the card of a version, as Markdown")
    func golden() throws {
        try DocumentFixture.expectGolden(Self.card().markdown(), "card-flight-time-2.md")
    }

    @Test("every fact, row and bar cites an entry of the ledger")
    func cited() throws {
        for version in [AuditFixture.one, AuditFixture.two] {
            for block in try Self.card(version).sections.flatMap(\.blocks) {
                switch block {
                case .paragraph: continue
                case .facts(let facts): for fact in facts { #expect(!fact.entries.isEmpty, "\(fact.name)") }
                case .table(let table): for row in table.rows { #expect(!row.entries.isEmpty, "\(row.cells)") }
                case .chart(let chart): for bar in chart.bars { #expect(!bar.entries.isEmpty, "\(bar.label)") }
                }
            }
        }
    }

    @Test("champion and challenger stand side by side, and the limit is the gate's")
    func charts() throws {
        let charts = try Self.card().sections.flatMap(\.blocks).compactMap { block in
            if case .chart(let chart) = block { chart } else { nil }
        }
        #expect(charts.map(\.bars.count) == [1, 2])
        #expect(charts[0].bars[0].limit == MetricValue(8.0))
        #expect(charts[1].bars.map(\.label) == ["flight-time:2", "champion flight-time:1"])
    }

    @Test("the incident and the way back stand in it, the way back of the other version too")
    func incidents() throws {
        let text = try Self.card().markdown()
        #expect(text.contains("a replica had other bytes than were approved"))
        #expect(try Self.card(AuditFixture.one).markdown().contains("Writ went back to it because of bytes of flights"))
    }

    @Test("made again of the same entries it is the same bytes, and of more entries it is others")
    func digest() throws {
        let document = RenderedDocument.markdown(try Self.card())
        #expect(document.digest == RenderedDocument.markdown(try Self.card()).digest)
        let trail = AuditFixture.trail(60)
        let earlier = try ModelCardQuestion(AuditFixture.two).answer(
            trail, basis: AuditReport.Basis(origin: AuditFixture.origin, size: trail.size))
        #expect(RenderedDocument.markdown(earlier).digest != document.digest)
    }

    @Test(
        "text from outside cannot break out of its cell",
        arguments: [
            "a | b", "# heading", "[x](javascript:y)", "<script>", "`code`", "line\nbreak", "\u{202e}evil", "![i](u)",
            "&lt;",
        ])
    func hostile(text: String) {
        let report = AuditReport(
            title: text, question: text, basis: DocumentFixture.basis,
            sections: [AuditReport.Section(text, [.facts([AuditReport.Fact(text, text, [1])])])])
        let lines = report.markdown().split(separator: "\n")
        #expect(lines.count == 7)
        for line in lines.dropFirst(4) where line.hasPrefix("|") {
            #expect(line.replacing("\\|", with: "").filter { $0 == "|" }.count == 4)
        }
        #expect(!report.markdown().contains("<script>") || text != "<script>" || lines[1].hasPrefix("`"))
        #expect(!report.markdown().contains("\u{202e}"))
        #expect(lines.first?.contains("](") == false || lines.first?.contains("\\]") == true)
    }
}
