// How things stood at one moment.
import Testing
import WritAudit
import WritVocabulary

struct AsOfTests {
    typealias Story = AuditFixture

    static func asOf(_ minutes: Int64) throws -> AuditReport {
        let moment = AuditMoment.time(Story.at(minutes))
        let trail = AuditTrail(Story.entries.prefix { moment.includes($0) })
        return try AsOfQuestion(moment).answer(trail, Story.material)
    }

    @Test("a number of entries the ledger does not have is refused, and one it has is told as a number of entries")
    func numbers() throws {
        #expect { try AsOfQuestion(.size(100_000)).answer(Story.trail, Story.material) } throws: {
            "\($0)".hasPrefix("The ledger has \(Story.trail.size) entries")
        }
        let all = try AsOfQuestion(.size(Story.trail.size)).answer(Story.trail, Story.material)
        #expect(all.title == "As of the first \(Story.trail.size) entries")
    }

    @Test(
        "what was declared and what served",
        arguments: [
            (30, Story.first, []), (100, Story.pinsOne, [["flight-time:1", "100 %", "1"]]),
            (270, Story.pinsTwo, [["flight-time:1", "90 %", "2"], ["flight-time:2", "10 %", "2"]]),
            (400, Story.pinsTwo, [["flight-time:2", "100 %", "3"]]),
            (600, Story.emergency, [["flight-time:1", "100 %", "4"]]),
        ] as [(Int64, RevisionID, [[String]])])
    func standing(minutes: Int64, revision: RevisionID, served: [[String]]) throws {
        let report = try Self.asOf(minutes)
        #expect(report.facts("What was declared")["accepted revision"]?.value == revision.text)
        #expect(report.rows("What served").map { [$0[1], $0[2], $0[4]] } == served)
    }

    @Test("the policies in force are those of the last revision that changed one")
    func policies() throws {
        #expect(
            try Self.asOf(690).facts("Rules in force")["policies in force"]?.value == "those of revision \(Story.first)"
        )
        #expect(
            try Self.asOf(750).facts("Rules in force")["policies in force"]?.value
                == "those of revision \(Story.stricter)")
    }

    @Test("the ledger's key is the one in force then")
    func keys() throws {
        #expect(try Self.asOf(700).facts("Keys")["ledger key"]?.value == Story.oldLedgerKey)
        #expect(try Self.asOf(900).facts("Keys")["ledger key"]?.value == Story.newLedgerKey)
    }

    @Test("suspensions stand until they end, by an operator or by time; holds stand until they are released")
    func exceptions() throws {
        func what(_ minutes: Int64) throws -> [String] {
            try Self.asOf(minutes).rows("Exceptions that stood").map { "\($0[0]) \($0[1])" }
        }
        #expect(try what(570) == ["suspended Endpoint/flights"])
        #expect(try what(610).isEmpty)
        #expect(try what(900) == ["suspended Model/flight-time", "legal hold case-17 Model/flight-time"])
        #expect(try what(710 + 7 * 24 * 60) == ["legal hold case-17 Model/flight-time"])
    }

    @Test("an emergency is open until its time, and stays on record")
    func emergency() throws {
        #expect(try Self.asOf(600).facts("Rules in force")["emergency"]?.isGap == true)
        #expect(try Self.asOf(540 + 24 * 60).facts("Rules in force")["emergency"]?.isGap == false)
        #expect(try Self.asOf(500).facts("Rules in force")["emergency"] == nil)
    }

    @Test("wrong bytes stand while they are routed, and an act without outcome is named")
    func open() throws {
        #expect(try Self.asOf(501).rows("Exceptions that stood").map { $0[0] } == ["wrong bytes"])
        #expect(try Self.asOf(300).rows("Exceptions that stood").map { $0[0] } == ["open act"])
    }

    @Test("a trail read too far, or not at all, is refused")
    func refused() {
        #expect(throws: AuditFailure.self) { try AsOfQuestion(.size(3)).answer(Story.trail, Story.material) }
        #expect(throws: AuditFailure.self) { try AsOfQuestion(.size(0)).answer(AuditTrail(), Story.material) }
    }

    @Test("a moment by number and the same moment by time give the same content")
    func moments() throws {
        let size = Story.trail.size(at: .time(Story.at(400)))
        let byTime = try Self.asOf(400)
        let bySize = try AsOfQuestion(.size(size)).answer(Story.trail(Int(size)), Story.material)
        #expect(byTime.sections == bySize.sections)
    }
}
