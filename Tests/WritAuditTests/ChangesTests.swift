// The population of changes to production, whole, and a sample that can be drawn again without Writ.
import Foundation
import Testing
import WritAudit
import WritVocabulary

struct ChangesTests {
    typealias Story = AuditFixture

    static func changes(_ question: ChangesQuestion) throws -> AuditReport {
        try question.answer(Story.trail, Story.material)
    }

    @Test("every change to an endpoint, a policy or a model is listed, and nothing else")
    func population() throws {
        let report = try Self.changes(ChangesQuestion())
        #expect(
            report.rows("Changes").map { $0[0] }
                == [Story.first, Story.pinsOne, Story.deeper, Story.pinsTwo, Story.emergency, Story.stricter].map(
                    \.short))
        #expect(report.facts("The population")["revisions followed"]?.value == "7")
        #expect(report.facts("The population")["that changed an endpoint"]?.value == "4")
    }

    @Test("a change is told with author, approvers, verdict, deploy time and what became of it")
    func row() throws {
        let rows = try Self.changes(ChangesQuestion()).rows("Changes")
        #expect(
            rows[3] == [
                Story.pinsTwo.short, "Endpoint/flights", "alice@example.com", "bob@example.com, carol@example.com",
                "allowed", "\(Story.at(240))", "\(Story.at(244))",
                "taken back to flight-time:1 at \(Story.at(501)): a replica had other bytes than were approved",
                Story.digest("review of 4d").short,
            ])
        #expect(rows[4][4] == "emergency")
        #expect(rows[0][4] == "not judged")
    }

    @Test("the period takes in its first moment and leaves out its last")
    func period() throws {
        let report = try Self.changes(ChangesQuestion(from: Story.at(60), to: Story.at(240)))
        #expect(report.rows("Changes").map { $0[0] } == [Story.pinsOne, Story.deeper].map(\.short))
        let question = ChangesQuestion(from: Story.at(60), to: Story.at(240))
        let (first, last) = question.sizes(Story.trail)
        #expect(Story.entries[Int(first)].time == Story.at(60) && Story.entries[Int(first) - 1].time < Story.at(60))
        #expect(Story.entries[Int(last)].time == Story.at(240) && Story.entries[Int(last) - 1].time < Story.at(240))
        #expect(throws: AuditFailure.self) {
            try Self.changes(ChangesQuestion(from: Story.at(2), to: Story.at(1)))
        }
    }

    @Test("what was refused or held has a table of its own, with what came of it")
    func turnedAway() throws {
        let rows = try Self.changes(ChangesQuestion()).rows("Turned away or held")
        #expect(rows.map { $0[1] } == ["held by policy", "does not parse", "refused by policy", "frozen"])
        #expect(rows.map { $0[4] == "not followed" } == [false, true, true, false])
        #expect(rows[1][3] == "endpoints/flights.yaml:7:3: unknown field `replica`")
    }

    @Test(
        "the sample is what the printed program draws from the printed population",
        arguments: ["2026Q1", "a b'$c", "x"])
    func sample(seed: String) throws {
        let report = try Self.changes(ChangesQuestion(sample: .init(count: 3, seed: seed)))
        let section = try #require(report.sections.first { $0.heading == "Sample of 3" })
        let tables = section.blocks.compactMap { if case .table(let table) = $0 { table } else { nil } }
        try #require(tables.count == 3)
        let program = tables[1].rows.map { $0.cells[0] }.joined(separator: "\n")
        let population = tables[2].rows.map { $0.cells[0] }.joined(separator: "\n")
        let drawn = try Self.python(program, input: population).split(separator: "\n").map(String.init)
        #expect(drawn == tables[0].rows.map { $0.cells[1] })
        #expect(drawn.count == 3)
    }

    /// Runs a program with Python and returns what it wrote.
    private static func python(_ program: String, input: String) throws -> String {
        let process = Process()
        let (stdin, stdout) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program]
        (process.standardInput, process.standardOutput, process.standardError) = (stdin, stdout, FileHandle.nullDevice)
        try process.run()
        defer { if process.isRunning { process.terminate() } }
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let written = try stdout.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: written, as: UTF8.self)
    }

    @Test("a sample of more than there is is all of it; a seed that would break the program is refused")
    func limits() throws {
        let all = try Self.changes(ChangesQuestion(sample: .init(count: 100, seed: "s")))
        #expect(all.rows("Sample of 6").count == 6)
        #expect(throws: AuditFailure.self) { try ChangesQuestion.Sample(count: 0, seed: "s") }
        #expect(throws: AuditFailure.self) { try ChangesQuestion.Sample(count: 1, seed: "") }
        #expect(throws: AuditFailure.self) { try ChangesQuestion.Sample(count: 1, seed: "\"; import os") }
        #expect(throws: AuditFailure.self) { try ChangesQuestion.Sample(count: 1, seed: "a\nb") }
    }

    @Test("completeness names both checkpoints and the hashes between them, or that they are missing")
    func completeness() throws {
        let heading = "That none is missing"
        #expect(try Self.changes(ChangesQuestion()).facts(heading)["consistency proof"]?.isGap == true)
        let full = ChangesQuestion.Completeness(
            first: .init(size: 0, root: "old"), last: .init(size: Story.trail.size, root: "new"), proof: ["h1", "h2"])
        let facts = try Self.changes(ChangesQuestion(completeness: full)).facts(heading)
        #expect(facts["second checkpoint"]?.value == "size \(Story.trail.size), root new")
        #expect(facts["covers the period"]?.value == "yes")
        #expect(facts["hash 2"]?.value == "h2")
        var middle = full
        (middle.signed, middle.onward) = (.init(size: 900, root: "end"), ["h3"])
        let onward = try Self.changes(ChangesQuestion(completeness: middle)).facts(heading)
        #expect(onward["signed head"]?.value == "size 900, root end")
        #expect(onward["hash 1 onward"]?.value == "h3")
        let late = try Self.changes(ChangesQuestion(to: Story.at(100_000))).facts(heading)
        #expect(late["the record ends"] != nil)
        #expect(facts["the record ends"] == nil)
        var short = full
        short.last.size = 3
        let lacking = try Self.changes(ChangesQuestion(completeness: short)).facts(heading)
        #expect(lacking["covers the period"]?.isGap == true)
    }

    @Test("a revision whose list of resources was cut is counted as a change to production")
    func cut() throws {
        let revision = Story.revision("ab")
        let entry = LedgerEntry(
            sequence: 0, time: Story.start, cause: .commit(revision), subject: nil,
            event: .revisionAccepted(revision, previous: nil, changed: [Story.train], count: 400))
        let report = try ChangesQuestion().answer(AuditTrail([entry]), Story.material)
        #expect(report.rows("Changes").map { $0[1] } == ["and 399 more"])
    }
}
