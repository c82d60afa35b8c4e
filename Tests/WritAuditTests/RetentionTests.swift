// What is kept, what is missing, what may go.
import Testing
import WritVocabulary

@testable import WritAudit

struct RetentionTests {
    static func rules(_ days: Int64 = 10) throws -> RetentionRules {
        let span = TimeSpan.minutes(days * 24 * 60)
        return try RetentionRules(
            EvidenceClass.allCases.map { .init(name: $0.rawValue, keep: span, covers: [$0]) })
    }

    static func report(_ rules: RetentionRules, day: Int64, without: Set<Digest> = []) -> AuditReport {
        RetentionQuestion(rules, now: AuditFixture.at(day * 24 * 60)).answer(
            AuditFixture.trail, DocumentFixture.material
        ) { !without.contains($0) }
    }

    static func gaps(_ report: AuditReport) -> [String] {
        report.sections.flatMap(\.blocks).flatMap { block in
            if case .facts(let facts) = block {
                facts.filter(\.isGap).map { "\($0.name): \($0.value)" }
            } else {
                [String]()
            }
        }
    }

    @Test("what is kept, as Markdown")
    func golden() throws {
        let report = try Self.report(Self.rules(), day: 20, without: [AuditFixture.digest("review of 2b")])
        try DocumentFixture.expectGolden(report.markdown(), "retention.md")
    }

    @Test("nothing is missing while every blob is there")
    func whole() throws { #expect(Self.gaps(try Self.report(Self.rules(), day: 1)).isEmpty) }

    @Test("a blob that is gone before its time is a gap; after its time it is none")
    func missing() throws {
        let gone: Set<Digest> = [AuditFixture.digest("review of 2b")]
        let gaps = Self.gaps(try Self.report(Self.rules(), day: 1, without: gone))
        #expect(gaps.count == 1)
        #expect(gaps.first?.contains("judgement of 2b2b2b2b") == true)
        #expect(Self.gaps(try Self.report(Self.rules(), day: 20, without: gone)).isEmpty)
    }

    @Test("what serves is never old enough to be missing")
    func serving() throws {
        let gaps = Self.gaps(try Self.report(Self.rules(), day: 10_000, without: [AuditFixture.artefacts(1)]))
        #expect(gaps.count == 1)
        #expect(gaps.first?.contains("files of flight-time:1") == true)
    }

    @Test("evidence no class covers is a gap")
    func uncovered() throws {
        let rules = try RetentionRules([.init(name: "all", keep: .minutes(1), covers: [.decisions, .data, .logs])])
        let gaps = Self.gaps(Self.report(rules, day: 1))
        #expect(gaps.map { $0.prefix { $0 != ":" } } == ["artefacts", "attestations"])
    }

    @Test("of two classes that cover the same, the longer counts")
    func longest() throws {
        let rules = try RetentionRules([
            .init(name: "b", keep: .minutes(5), covers: [.logs]), .init(name: "a", keep: .minutes(9), covers: [.logs]),
        ])
        #expect(rules.longest(for: .logs)?.name == "a")
        #expect(rules.longest(for: .data) == nil)
    }

    @Test("rules that make no sense are refused", arguments: ["", "a b", "decisions"])
    func refused(name: String) {
        #expect(throws: AuditFailure.self) {
            try RetentionRules([
                .init(name: "decisions", keep: .minutes(1), covers: [.decisions]),
                .init(name: name, keep: .minutes(1), covers: [.logs]),
            ])
        }
        #expect(throws: AuditFailure.self) { try RetentionRules([.init(name: "x", keep: .minutes(1), covers: [])]) }
    }

    @Test("a class is read from a line")
    func line() throws {
        let read = try RetentionRules.Class("law=3650d:decisions,attestations")
        #expect(read == .init(name: "law", keep: TimeSpan("3650d")!, covers: [.attestations, .decisions]))
    }

    @Test(
        "a line that is no class is refused with the form it should have",
        arguments: [
            "", "law", "law=10d", "law=ten:decisions", "law=10d:", "law=10d:decisions,", "law=10d:x", "a=1d:logs:b",
        ])
    func badLine(text: String) {
        let failure = #expect(throws: AuditFailure.self) { try RetentionRules.Class(text) }
        #expect(failure?.hint?.contains("decisions=3650d:decisions,attestations") == true)
    }

    // MARK: - Taking out

    struct Ask: Sendable, CustomTestStringConvertible {
        var blob: Digest
        var personal: Bool
        var day: Int64
        /// nil where it may go.
        var refusal: String?
        var testDescription: String { refusal ?? "may go" }
    }

    /// Of the version that serves no more.
    static let provenance = AuditFixture.digest("provenance of version 2")

    /// The story without its hold.
    static let free = AuditTrail(
        AuditFixture.entries.filter { if case .holdPlaced = $0.event { false } else { true } })

    @Test(
        "what may be taken out",
        arguments: [
            Ask(blob: AuditFixture.artefacts(1), personal: true, day: 99, refusal: "flight-time:1 serves on flights"),
            Ask(blob: AuditFixture.digest("flights-train"), personal: true, day: 99, refusal: "which serves"),
            Ask(blob: AuditFixture.artefacts(2), personal: false, day: 99, refusal: "what it would go back to"),
            Ask(blob: provenance, personal: false, day: 1, refusal: "class attestations keeps until"),
            Ask(blob: provenance, personal: true, day: 1, refusal: nil),
            Ask(blob: provenance, personal: false, day: 99, refusal: nil),
            Ask(
                blob: AuditFixture.digest("review of 2b"), personal: false, day: 1,
                refusal: "class decisions keeps until"),
            Ask(blob: AuditFixture.digest("a person's rows"), personal: true, day: 1, refusal: "was taken out already"),
            Ask(blob: AuditFixture.digest("unknown"), personal: false, day: 99, refusal: "no record names"),
            Ask(blob: AuditFixture.digest("unknown"), personal: true, day: 1, refusal: nil),
        ])
    func takingOut(ask: Ask) throws {
        let rule = ExpunctionRule(Self.free, try Self.rules(), now: AuditFixture.at(ask.day * 24 * 60))
        let refusal = rule.refusal(ask.blob, personal: ask.personal)
        guard let expected = ask.refusal else {
            #expect(refusal == nil)
            return
        }
        #expect(refusal?.contains(expected) == true, "\(refusal ?? "nil")")
    }

    @Test("under a hold nothing of its scope goes, personal or not, and decisions stay under any hold")
    func held() throws {
        let rule = ExpunctionRule(AuditFixture.trail, try Self.rules(), now: AuditFixture.at(99 * 24 * 60))
        for blob in [AuditFixture.artefacts(2), AuditFixture.digest("review of 4d")] {
            #expect(
                rule.refusal(blob, personal: true)?.contains("the hold case-17 of erin keeps it: an inquiry") == true)
        }
        #expect(rule.refusal(AuditFixture.digest("unknown"), personal: true) == nil)
    }

    @Test("a file of a version that serves stays, once the list of files is known")
    func files() throws {
        let file = AuditFixture.digest("one file")
        let manifest = ArtefactManifest(files: [.init(path: "f", digest: file, size: 1)])
        let rule = ExpunctionRule(Self.free, try Self.rules(), now: AuditFixture.at(99 * 24 * 60)) {
            $0 == AuditFixture.artefacts(1) ? manifest : nil
        }
        #expect(rule.refusal(file, personal: true)?.contains("which serves") == true)
    }
}
