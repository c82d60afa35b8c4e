// What is on record of each requirement, and what is not; never a verdict.
import Foundation
import Testing
import WritVocabulary

@testable import WritAudit

struct GapsTests {
    static let context = GapsContext(
        ledger: .init(intact: true, sentence: "all entries verify"), retention: try? RetentionTests.rules(),
        now: AuditFixture.at(900))

    static func report(_ id: String, _ trail: AuditTrail = AuditFixture.trail, _ context: GapsContext = context) throws
        -> AuditReport
    {
        try GapsQuestion(try RegulationMapping.embedded(id)).answer(trail, DocumentFixture.material, context)
    }

    @Test("what the records show of a mapping, as Markdown", arguments: ["eu-ai-act", "soc-2"])
    func golden(id: String) throws {
        try DocumentFixture.expectGolden(Self.report(id).markdown(), "gaps-\(id).md")
    }

    @Test("no output says that a law is met")
    func noVerdict() throws {
        var outputs: [String] = []
        for mapping in try RegulationMapping.embedded() {
            for trail in [AuditFixture.trail, AuditTrail(), AuditFixture.trail(40)] {
                let report = try Self.report(mapping.id.text, trail)
                outputs += [report.markdown(), report.text(), report.page()]
                outputs.append(String(decoding: try Canonical.encode(report), as: UTF8.self))
            }
            outputs.append(String(decoding: try Canonical.encode(mapping), as: UTF8.self))
        }
        outputs.append(try CardTests.card().markdown())
        outputs.append(
            try DossierQuestion(AuditFixture.model.name).answer(AuditFixture.trail, DocumentFixture.material)
                .markdown())
        outputs.append(String(decoding: try BomTests.bill().bytes, as: UTF8.self))
        for output in outputs {
            for word in ["complian", "conform", "certif", "fulfil"] {
                #expect(!output.lowercased().contains(word))
            }
        }
    }

    @Test("a requirement nothing answers is a gap, and an empty ledger has little else")
    func empty() throws {
        let report = try Self.report("eu-ai-act", AuditTrail(), GapsContext())
        let gaps = report.sections.dropFirst().filter { section in
            section.blocks.contains { block in
                if case .table(let table) = block { table.rows.contains(where: \.isGap) } else { false }
            }
        }
        #expect(gaps.count == report.sections.count - 1)
    }

    @Test("every check is answered in words, with and without records")
    func vocabulary() throws {
        for trail in [AuditFixture.trail, AuditTrail()] {
            let checks = RegulationChecks(RecordIndex(trail, DocumentFixture.material), scope: nil, Self.context)
            for word in RegulationCheck.vocabulary {
                let check = try #require(RegulationCheck(word.replacingOccurrences(of: "…", with: "decisions")))
                let told = checks.answer(check.subject, check.argument)
                #expect(!told.isEmpty, "\(word)")
                #expect(told.allSatisfy { !$0.text.isEmpty && $0.entries.allSatisfy { $0 < trail.size } }, "\(word)")
            }
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var check: String
        var isGap: Bool
        var text: String
        var testDescription: String { check }
    }

    @Test(
        "the story's checks",
        arguments: [
            Case(check: "everyChangeApproved", isGap: true, text: "3 of 7 changes without an approval: 1a1a1a1a"),
            Case(check: "rulesInForce", isGap: true, text: "2 of 7 changes followed no policy"),
            Case(check: "authorsNeverApprove", isGap: true, text: "1 of 5 changes approved by nobody but its author"),
            Case(check: "changesSigned", isGap: false, text: "each judged change has a signer"),
            Case(
                check: "emergenciesListed", isGap: true, text: "dave@example.com at 7a7a7a7a: wrong bytes were served"),
            Case(check: "versionsHaveEvaluations", isGap: false, text: "2 versions with an evaluation on record"),
            Case(check: "evaluatedApart", isGap: false, text: "2 versions evaluated by another process"),
            Case(check: "dataTraced", isGap: false, text: "every input of 2 versions"),
            Case(check: "cardField:limits", isGap: false, text: "written down for 2 versions"),
            // Nobody signed that traffic came back to version 1.
            Case(check: "attested:summary", isGap: true, text: "not signed for 1 deployment: flights-4b76996c5f9a"),
            Case(check: "incidentsRecorded", isGap: false, text: "1 incident on record: flight-time:2 at 2026-03-02"),
            Case(check: "deploymentsRecorded", isGap: false, text: "flights serves flight-time:1"),
            Case(check: "recordsUnbroken", isGap: false, text: "the clock went back 1 time"),
            Case(check: "oversightActs", isGap: false, text: "4 acts of dave@example.com, erin"),
            Case(check: "monitoringPlan", isGap: true, text: "no monitoring plan is on record"),
            Case(check: "beyondRecords", isGap: true, text: "no controller records this"),
            Case(check: "ledgerIntact", isGap: false, text: "all entries verify"),
            Case(check: "keysManaged", isGap: false, text: "1 key change on record"),
            Case(check: "retentionMet:nothing", isGap: true, text: "have no class “nothing”"),
        ])
    func story(item: Case) throws {
        let checks = RegulationChecks(
            RecordIndex(AuditFixture.trail, DocumentFixture.material), scope: nil, Self.context)
        let check = try #require(RegulationCheck(item.check))
        let told = try #require(checks.answer(check.subject, check.argument).first)
        #expect(told.isGap == item.isGap, "\(told.text)")
        #expect(told.text.contains(item.text), "\(told.text)")
    }

    @Test("a version nobody trained, judged, described or signed for is a gap all over")
    func bare() throws {
        let index = RecordIndex(AuditTrail(DocumentFixture.bareEntries), DocumentFixture.material)
        let checks = RegulationChecks(index, scope: AuditFixture.model.name, GapsContext())
        let held = RegulationCheck.vocabulary.filter { word in
            guard let check = RegulationCheck(word.replacingOccurrences(of: "…", with: "logs")) else { return true }
            return !checks.answer(check.subject, check.argument).contains(where: \.isGap)
        }
        #expect(
            held == [
                "deploymentsRecorded", "emergenciesListed", "eventsRecorded", "incidentsRecorded", "keysManaged",
                "oversightActs", "recordsUnbroken", "refusalsRecorded", "retirementsRecorded", "rollbacksRecorded",
                "versionsInventoried",
            ])
    }

    @Test("evaluation on the data of the training is no evaluation apart")
    func sameData() throws {
        let index = RecordIndex(AuditTrail(try BomTests.oneSnapshot()), DocumentFixture.material)
        #expect(RegulationChecks(index, scope: nil, GapsContext()).evaluatedApart.isGap)
    }

    @Test("a ledger that does not verify, or that nobody looked at, is a gap")
    func ledger() {
        let index = RecordIndex(AuditFixture.trail, DocumentFixture.material)
        let broken = GapsContext(ledger: .init(intact: false, sentence: "entry 7 differs"))
        #expect(RegulationChecks(index, scope: nil, broken).ledgerIntact.isGap)
        #expect(RegulationChecks(index, scope: nil, GapsContext()).ledgerIntact.isGap)
    }

    @Test("a scope of one model leaves out what is about others; an unknown one is told")
    func scope() throws {
        let mapping = try RegulationMapping.embedded("soc-2")
        let report = try GapsQuestion(mapping, scope: AuditFixture.model.name).answer(
            AuditFixture.trail, DocumentFixture.material)
        #expect(report.question == "writ audit gaps --mapping soc-2 --model flight-time")
        #expect(throws: AuditFailure.self) {
            try GapsQuestion(mapping, scope: ResourceName("nothing")).answer(
                AuditFixture.trail, DocumentFixture.material)
        }
    }
}
