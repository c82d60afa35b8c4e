// The technical documentation, as it stood and what changed.
import Testing
import WritVocabulary

@testable import WritAudit

struct DossierTests {
    static let model = AuditFixture.model.name

    @Test("the documentation of a model, as Markdown")
    func golden() throws {
        let report = try DossierQuestion(Self.model).answer(AuditFixture.trail, DocumentFixture.material)
        try DocumentFixture.expectGolden(report.markdown(), "dossier-flight-time.md")
    }

    @Test("as of an earlier moment it knows nothing of what came later")
    func asOf() throws {
        let question = DossierQuestion(Self.model, asOf: AuditFixture.at(100))
        let trail = question.trails(of: AuditFixture.entries).later
        let report = try question.answer(trail, DocumentFixture.material)
        let text = report.markdown()
        #expect(text.contains("flight-time:1"))
        #expect(!text.contains("flight-time:2"))
        #expect(report.cited.allSatisfy { AuditFixture.entries[Int($0)].time <= AuditFixture.at(100) })
    }

    @Test("the difference between two moments, as Markdown")
    func difference() throws {
        let question = DossierQuestion(Self.model, asOf: AuditFixture.at(350), since: AuditFixture.at(100))
        let (earlier, later) = question.trails(of: AuditFixture.entries)
        let report = try question.difference(
            from: try #require(earlier), to: later, DocumentFixture.material)
        try DocumentFixture.expectGolden(report.markdown(), "dossier-flight-time-diff.md")
    }

    @Test("between a moment and itself nothing changed; before the first version everything is new")
    func edges() throws {
        let still = DossierQuestion(Self.model, asOf: AuditFixture.at(350), since: AuditFixture.at(350))
        let (same, later) = still.trails(of: AuditFixture.entries)
        let nothing = try still.difference(from: try #require(same), to: later, DocumentFixture.material)
        #expect(nothing.sections.map(\.heading) == ["Nothing changed"])
        let begun = try still.difference(from: AuditTrail(), to: later, DocumentFixture.material)
        #expect(begun.sections.count > 5)
        let late = DossierQuestion(Self.model, since: AuditFixture.at(10_000)).trails(of: AuditFixture.entries)
        #expect(late.earlier?.size == late.later.size)
    }

    @Test("a model nobody knows is told with those that are known")
    func unknown() throws {
        let failure = #expect(throws: AuditFailure.self) {
            try DossierQuestion(try #require(ResourceName("nothing"))).answer(
                AuditFixture.trail, DocumentFixture.material)
        }
        #expect(failure?.hint == "models with versions: flight-time")
    }

    @Test("what only a person can supply is a gap, each with what to do")
    func gaps() throws {
        let report = try DossierQuestion(Self.model).answer(AuditFixture.trail, DocumentFixture.material)
        let gaps = report.sections.flatMap(\.blocks).flatMap { block in
            if case .facts(let facts) = block { facts.filter(\.isGap).map(\.name) } else { [String]() }
        }
        #expect(gaps == ["risk management", "standards", "declaration", "monitoring"])
    }
}
