// The model card: made from records, every figure with its entry.
import Foundation
import Testing
import WritVocabulary

@testable import WritAudit

struct CardTests {
    static func card(_ version: VersionID = AuditFixture.two) throws -> AuditReport {
        try ModelCardQuestion(version).answer(AuditFixture.trail, DocumentFixture.material)
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

    @Test("the page has its pictures within it, and the signatures' meaning is told")
    func page() throws {
        let page = try Self.card().page()
        #expect(page.components(separatedBy: "<svg").count == 3)
        #expect(page.contains("“approved”"))
        #expect(!page.contains("<script"))
    }

    @Test("a version whose files carry code says what let it through")
    func waiver() throws {
        let entries = try AuditFixture.entries.map { entry in
            let text = String(decoding: try Canonical.encode(entry), as: UTF8.self)
            let changed = text.replacing("\"onnx\"", with: "\"pickle\"")
            return try Canonical.decode(LedgerEntry.self, from: Array(changed.utf8))
        }
        var material = DocumentFixture.material
        let plain = try ModelCardQuestion(AuditFixture.two).answer(AuditTrail(entries), material).markdown()
        #expect(plain.contains("no waiver: no policy demanded safe formats"))
        let waiver = Policy.Waiver(
            model: AuditFixture.model.name, version: nil, formats: [.pickle], until: AuditFixture.at(9999),
            reason: "until it is converted")
        let policy = Policy(repository: "example.com/ml", waivers: [waiver])
        material.reviews = material.reviews.mapValues { review in
            var review = review
            review.policies[AuditFixture.policy.name] = policy
            return review
        }
        let waived = try ModelCardQuestion(AuditFixture.two).answer(AuditTrail(entries), material).markdown()
        #expect(waived.contains("waiver of production until 2026-03-09T06:39:00.000Z: until it is converted"))
        material.reviews = [:]
        let unknown = try ModelCardQuestion(AuditFixture.two).answer(AuditTrail(entries), material).markdown()
        #expect(unknown.contains("the rules of that time are not at hand"))
    }

    @Test("the approvals are those of the change that touched the endpoint, whatever followed it before traffic moved")
    func behind() throws {
        // The endpoint's change, then another of the policy, then the route.
        let routed = try #require(
            AuditFixture.sequence {
                if case .completed(_, .published(number: 1)) = $0 { true } else { false }
            })
        let other = AuditFixture.change(
            AuditFixture.stricter, base: AuditFixture.pinsOne, .allowed, by: [AuditFixture.carol],
            approvedBy: [AuditFixture.dave])
        let between: [Event] = [
            .changeAllowed(other),
            .revisionAccepted(
                AuditFixture.stricter, previous: AuditFixture.pinsOne, changed: [AuditFixture.policy], count: 1),
        ]
        var entries = Array(AuditFixture.entries.prefix(Int(routed)))
        let last = AuditFixture.entries[Int(routed)]
        for event in between + [last.event] {
            entries.append(
                LedgerEntry(
                    sequence: Int64(entries.count), time: last.time, cause: last.cause, subject: last.subject,
                    event: event))
        }
        let index = RecordIndex(AuditTrail(entries), DocumentFixture.material)
        let deployment = try #require(index.deployments[AuditFixture.one]?.first)
        #expect(index.change(behind: deployment)?.value.approvers == [AuditFixture.bob])
    }

    @Test("the incident and the way back stand in it, the way back of the other version too")
    func incidents() throws {
        let text = try Self.card().markdown()
        #expect(text.contains("a replica had other bytes than were approved"))
        #expect(try Self.card(AuditFixture.one).markdown().contains("Writ went back to it from flight-time:2: a replica"))
    }

    @Test("made again of the same entries it is the same bytes, and of more entries it is others")
    func digest() throws {
        let document = RenderedDocument.markdown(try Self.card())
        #expect(document.digest == RenderedDocument.markdown(try Self.card()).digest)
        let trail = AuditFixture.trail(60)
        let earlier = try ModelCardQuestion(AuditFixture.two).answer(
            trail, DocumentFixture.material)
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
            title: text, question: text, basis: AuditReport.Basis(origin: text, size: 1),
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

    @Test("traffic that moved when replicas were seen to be ready is still what the change brought, with its approvals")
    func moved() throws {
        let entries = AuditFixture.entries.map { entry in
            guard case .completed(_, .published) = entry.event else { return entry }
            return LedgerEntry(
                sequence: entry.sequence, time: entry.time, cause: .measurement("the backends showed something new"),
                subject: entry.subject, event: entry.event)
        }
        let index = RecordIndex(AuditTrail(entries), DocumentFixture.material)
        let first = try #require(index.deployments[AuditFixture.one]?.first)
        #expect(index.rejection(behind: first) == nil)
        #expect(index.change(behind: first)?.value.approvers == [AuditFixture.bob])
        let back = try #require(index.deployments[AuditFixture.one]?.dropFirst().first)
        #expect(index.rejection(behind: back)?.value.version == AuditFixture.two)
    }
}
