// Engines and forges are asked before a change is judged; what does not answer has allowed nothing.
import Testing
import WritBackends
import WritSimulation
import WritVocabulary
@testable import WritController

private struct FixedEngine: PolicyEngines {
    var verdict: EngineVerdict

    func decide(_ engine: String, input: [UInt8]) async -> EngineVerdict {
        guard engine == "opa", !input.isEmpty else { return EngineVerdict(allowed: false, reasons: ["no input"]) }
        return verdict
    }
}

struct ConsultingTests {
    @Test("an engine that says yes allows, one that says no holds with its reasons, and one nobody set up holds")
    func engines() async throws {
        var desk = try await Desk()
        let base = try await desk.push(Desk.governed("signed: true, engine: opa"))
        try await desk.push(["data/flights.csv": "x\n2\n"], by: Desk.alice)
        #expect(desk.recorded.accepted == base)
        #expect(desk.recorded.held?.missing.contains { $0.contains("opa") } == true)
        desk.consultants = Consultants(engines: FixedEngine(verdict: .init(allowed: false, reasons: ["too risky"])))
        try await desk.wait(.minutes(11))
        #expect(desk.recorded.held?.missing.contains { $0.contains("too risky") } == true)
        desk.consultants = Consultants(engines: FixedEngine(verdict: .init(allowed: true)))
        try await desk.run()
        #expect(desk.recorded.accepted != base && desk.recorded.held == nil)
    }

    @Test("an engine that says no in other words each time does not fill the ledger")
    func chatter() async throws {
        var desk = try await Desk()
        try await desk.push(Desk.governed("signed: true, engine: opa"))
        try await desk.push(["data/flights.csv": "x\n2\n"], by: Desk.alice)
        let count = desk.story.count
        for word in ["a", "b", "c"] {
            desk.consultants = Consultants(engines: FixedEngine(verdict: .init(allowed: false, reasons: [word])))
            try await desk.run()
        }
        #expect(desk.story.count == count)
    }

    @Test("a review of the head a clean merge brings counts for the merge; one of an older head does not")
    func reviews() async throws {
        let rule = "signed: true, approvals: [{count: 1, reviews: true}]"
        var desk = try await Desk()
        let base = try await desk.push(
            Desk.governed(rule, extra: "  accounts: {bob: bob@example.com, alice: alice@example.com}\n"))
        for (isOld, accepted) in [(true, false), (false, true)] {
            desk.world.reset(to: base)
            let forge = SimulatedForge()
            desk.consultants = Consultants(forge: forge)
            let old = try #require(
                desk.world.offer(Desk.files(["docs/a.md": "1"]), on: base, as: "refs/pull/1/head", by: Desk.alice))
            let head = try #require(
                desk.world.offer(Desk.files(["docs/a.md": "2"]), on: old, as: "refs/pull/1/head", by: Desk.alice))
            forge.people { people in
                people.branches["topic"] = old
                _ = people.open(branch: "topic", target: "main", title: "t", text: "", account: "alice")
                people.push(head, to: "topic")
                people.review(1, by: "bob", .approves, of: isOld ? old : head)
                people.merge(1)
            }
            let merge = desk.commit(
                ["docs/a.md": "2"], by: Desk.alice, merging: head, subject: "Merge pull request #1 from alice/topic")
            try await desk.run()
            #expect((desk.recorded.accepted == merge) == accepted, "older head: \(isOld)")
        }
        #expect(desk.recorded.allowed?.approvers == [Desk.bob!])
    }

    @Test("a forge that does not answer has approved nothing, and is asked again")
    func silentForge() async throws {
        var desk = try await Desk()
        let base = try await desk.push(
            Desk.governed(
                "signed: true, approvals: [{count: 1, reviews: true}]", extra: "  accounts: {bob: bob@example.com}\n"))
        let forge = SimulatedForge()
        forge.script([.refused])
        desk.consultants = Consultants(forge: forge)
        let tip = desk.commit(["docs/a.md": "1"], by: Desk.alice, subject: "add a note (#1)")
        forge.people { people in
            _ = people.open(branch: "b", head: tip, target: "main", title: "t", text: "", account: "alice")
            people.review(1, by: "bob", .approves)
        }
        try await desk.run()
        #expect(desk.recorded.accepted == base && desk.recorded.held?.verdict == .waiting)
        try await desk.run()
        #expect(desk.recorded.accepted == tip)
    }

    @Test(
        "numbers are read as forges write them, in order and no more than twenty",
        arguments: [
            (["Merge pull request #12 from a/b"], [12]), (["fix (!7) and #3"], [3, 7]), (["no number", "#"], []),
            (["#99999999999999999999"], []), (["C# 8, issue12"], []),
            ([(1...40).map { "#\($0)" }.joined(separator: " ")], Array(1...20)),
        ] as [([String], [Int])])
    func numbers(subjects: [String], expected: [Int]) {
        #expect(ReviewSearch.numbers(in: subjects) == expected)
    }
}
