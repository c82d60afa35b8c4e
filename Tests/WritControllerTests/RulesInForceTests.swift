// Each commit is judged by the rules of the one before it, however many arrive at once.
import Testing
import WritBackends
import WritLedger
import WritSimulation
import WritVocabulary
@testable import WritController

struct RulesInForceTests {
    @Test("a key counts from the commit after the one that brings it, in one push")
    func newKey() async throws {
        var desk = try await Desk()
        try await desk.push(Desk.governed())
        desk.commit(["governance/signers": "alice@example.com\nbob@example.com\n"], by: Desk.alice)
        let tip = try await desk.push(["data/flights.csv": "x\n2\n"], by: Desk.bob)
        #expect(desk.recorded.accepted == tip)
        #expect(desk.story.filter { $0 == "changeAllowed" }.count == 2)
    }

    @Test("a key does not count for the commit that brings it, nor for those before")
    func ownKey() async throws {
        var desk = try await Desk()
        let base = try await desk.push(Desk.governed())
        desk.commit(["data/flights.csv": "x\n2\n"], by: Desk.bob)
        let tip = try await desk.push(["governance/signers": "alice@example.com\nbob@example.com\n"], by: Desk.bob)
        #expect(desk.recorded.accepted == base && desk.recorded.held?.head == tip)
        #expect(desk.recorded.held?.missing.contains { $0.contains("is not known") } == true)
    }

    @Test("a change that takes away the policy which forbids it is forbidden by it")
    func ownPolicy() async throws {
        var desk = try await Desk()
        let base = try await desk.push(Desk.governed())
        desk.commit(["policy.yaml": nil])
        try await desk.push(["flights.yaml": nil])
        #expect(desk.recorded.accepted == base && desk.recorded.held?.verdict == .refused)
        #expect(desk.machine.desired.policies.count == 1)
        try await desk.restart()
        #expect(desk.recorded.accepted == base)
    }

    @Test("rules become stricter in the middle of a push: what follows them is judged by them, approved or not")
    func stricter() async throws {
        var desk = try await Desk()
        let base = try await desk.push(Desk.governed())
        let strict = Desk.policy("signed: true, approvals: [{count: 2}]")
        let middle = desk.commit(["policy.yaml": strict], by: Desk.alice)
        let tip = desk.commit(["flights.yaml": nil], by: Desk.alice)
        desk.approve(tip, from: base, manifests: ["policy.yaml": strict], by: Desk.alice!)
        try await desk.run()
        #expect(desk.recorded.accepted == middle && desk.recorded.held?.head == tip)
        #expect(desk.recorded.held?.base == middle && desk.recorded.held?.verdict == .waiting)
    }

    @Test("rules that are stricter only in the middle of an approved range judge what follows them there")
    func stricterForAWhile() async throws {
        var desk = try await Desk()
        let base = try await desk.push(Desk.governed())
        let middle = desk.commit(["policy.yaml": Desk.policy("signed: true, approvals: [{count: 2}]")], by: Desk.alice)
        desk.commit(["flights.yaml": nil], by: Desk.alice)
        let tip = desk.commit(["policy.yaml": Desk.policy()], by: Desk.alice)
        desk.approve(tip, from: base, manifests: ["flights.yaml": "removed"], by: Desk.alice!)
        try await desk.run()
        #expect(desk.recorded.accepted == middle && desk.recorded.held?.head == tip)
    }

    @Test("the first policy judges what follows it in the same push")
    func firstPolicy() async throws {
        var desk = try await Desk()
        try await desk.push(["data/flights.csv": "x\n1\n", "flights.yaml": Desk.dataset()])
        let policy = desk.commit(["governance/signers": "alice@example.com\n", "policy.yaml": Desk.policy()])
        let tip = try await desk.push(["flights.yaml": nil])
        #expect(desk.recorded.accepted == policy && desk.recorded.held?.head == tip)
    }

    @Test("commits approved as a whole are taken as a whole, though the first alone would have been allowed")
    func range() async throws {
        let rules = Desk.policy().replacing(
            "- {name: all, signed: true}",
            with:
                "- {name: docs, paths: [\"docs/**\"]}\n    - {name: data, paths: [\"*.yaml\"], approvals: [{count: 1}]}"
        )
        var files = Desk.governed()
        files["policy.yaml"] = rules
        files["governance/signers"] = "alice@example.com\nbob@example.com\n"
        var desk = try await Desk()
        let base = try await desk.push(files)
        desk.commit(["docs/why.md": "because"], by: Desk.alice)
        let whole = desk.commit(["flights.yaml": Desk.dataset() + "# a note\n"], by: Desk.alice)
        desk.approve(whole, from: base, manifests: ["flights.yaml": Desk.dataset() + "# a note\n"], by: Desk.bob!)
        try await desk.run()
        #expect(desk.recorded.accepted == whole)
        #expect(desk.recorded.allowed?.base == base && desk.recorded.allowed?.approvers == [Desk.bob!])
    }

    @Test("an approval of another tree, or by nobody who is known, allows nothing")
    func voidApproval() async throws {
        var desk = try await Desk()
        var files = Desk.governed("signed: true, approvals: [{count: 1}]")
        files["governance/signers"] = "alice@example.com\nbob@example.com\n"
        let base = try await desk.push(files)
        let first = desk.commit(["data/flights.csv": "x\n2\n"], by: Desk.alice)
        desk.approve(first, from: base, manifests: [:], by: Person("mallory@example.com")!)
        try await desk.run()
        #expect(desk.recorded.accepted == base && desk.recorded.held?.verdict == .waiting)
        desk.world.reset(to: base)
        let second = desk.commit(["data/flights.csv": "x\n3\n"], by: Desk.alice)
        desk.approve(first, from: base, manifests: [:], by: Desk.bob!)
        try await desk.run()
        #expect(desk.recorded.accepted == base && desk.recorded.held?.head == second)
        desk.approve(second, from: base, manifests: [:], by: Desk.bob!)
        try await desk.run()
        #expect(desk.recorded.accepted == second, "an approval that arrives later is found at the next look")
    }

    @Test("a commit that cannot be compiled is passed over for the one that mends it")
    func mended() async throws {
        var desk = try await Desk()
        let base = try await desk.push(Desk.governed())
        let broken = try await desk.push(["flights.yaml": "kind: Nonsense\n"], by: Desk.alice)
        #expect(desk.recorded.refused == broken && desk.recorded.accepted == base)
        let mended = try await desk.push(["flights.yaml": Desk.dataset()], by: Desk.alice)
        #expect(desk.recorded.accepted == mended && desk.recorded.allowed?.base == base)
    }

    @Test("keys that cannot be read are refused before they are in force, and the commit that mends them is accepted")
    func brokenKeys() async throws {
        var desk = try await Desk()
        let base = try await desk.push(Desk.governed())
        let broken = try await desk.push(["governance/signers": "alice@example.com broken\n"], by: Desk.alice)
        #expect(desk.recorded.refused == broken && desk.recorded.accepted == base)
        #expect(desk.recorded.errors == ["a file of signers is broken"])
        let mended = try await desk.push(["governance/signers": "alice@example.com new\n"], by: Desk.alice)
        #expect(desk.recorded.accepted == mended)
    }

    @Test("nothing is begun for a commit that was newest only on the way to the tip")
    func onlyTheTip() async throws {
        var desk = try await Desk()
        try await desk.push(Desk.governed())
        for index in 2..<6 { desk.commit(["data/flights.csv": "x\n\(index)\n"], by: Desk.alice) }
        try await desk.run()
        let snapshots = desk.events.count { event in
            if case .intended(_, .snapshot, _) = event { true } else { false }
        }
        #expect(snapshots == 2, "one for the first revision and one for the tip")
        #expect(desk.story.filter { $0 == "revisionAccepted" }.count == 5)
    }

    @Test("many commits at once are judged one by one, and all of them read the way once")
    func many() async throws {
        var desk = try await Desk()
        try await desk.push(Desk.governed())
        var tip: RevisionID?
        for index in 0..<40 { tip = desk.commit(["docs/\(index).md": "x"], by: Desk.alice) }
        try await desk.run()
        #expect(desk.recorded.accepted == tip)
        let histories = desk.effects.count { if case .readHistory = $0 { true } else { false } }
        #expect(histories == 1)
    }
}
