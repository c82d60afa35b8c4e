// Trust begins with the operator: the first revision, the operator's signers, and what is lost.
import Testing
import WritBackends
import WritSimulation
import WritVocabulary
@testable import WritController

struct BeginningTests {
    @Test("the trusted revision is accepted as it is, and everything after it is judged by its rules")
    func judgedAfter() async throws {
        var desk = try await Desk(begun: false)
        let trusted = desk.commit(Desk.governed())
        let signed = desk.commit(["data/flights.csv": "x\n2\n"], by: Desk.alice)
        let unsigned = desk.commit(["flights.yaml": nil])
        desk.governance.trusted = trusted
        try await desk.restart()
        #expect(desk.recorded.accepted == signed && desk.recorded.held?.head == unsigned)
    }

    @Test("a trusted revision that is not on the branch is refused, and so is all of the branch until it is there")
    func beside() async throws {
        var desk = try await Desk(begun: false)
        let first = desk.commit(Desk.governed())
        let beside = desk.commit(["data/flights.csv": "x\n2\n"])
        desk.world.reset(to: first)
        let tip = desk.commit(["flights.yaml": nil])
        desk.governance.trusted = beside
        try await desk.restart()
        #expect(desk.recorded.accepted == nil && desk.recorded.refused == beside)
        #expect(desk.recorded.errors.first?.contains("is not on the branch") == true)
        try await desk.run()
        #expect(desk.recorded.accepted == nil && desk.machine.convergence == .stalled([]))
        desk.world.reset(to: beside)
        try await desk.run()
        #expect(desk.recorded.accepted == beside && tip != beside)
    }

    @Test("a trusted revision that cannot be compiled leads to nothing, least of all to the tip")
    func uncompilable() async throws {
        var desk = try await Desk(begun: false)
        let trusted = desk.commit(["flights.yaml": "kind: Nonsense\n"])
        desk.commit(["flights.yaml": nil])
        desk.governance.trusted = trusted
        try await desk.restart()
        try await desk.run()
        #expect(desk.recorded.accepted == nil && desk.recorded.refused == trusted)
        #expect(desk.machine.desired.revision == nil)
    }

    @Test("the operator's signers hold while the repository has no policy, and again once it has none")
    func operatorSigners() async throws {
        var desk = try await Desk(Governance(signers: "alice@example.com\n"))
        let base = try await desk.push(["data/flights.csv": "x\n1\n", "flights.yaml": Desk.dataset()])
        let unsigned = try await desk.push(["data/flights.csv": "x\n2\n"])
        #expect(desk.recorded.accepted == base && desk.recorded.held?.head == unsigned)
        desk.world.reset(to: base)
        let rules = Desk.policy().replacing("alice", with: "bob")
        let policy = try await desk.push(
            ["governance/signers": "bob@example.com\n", "policy.yaml": rules], by: Desk.alice)
        #expect(desk.recorded.accepted == policy)
        try await desk.push(["data/flights.csv": "x\n2\n"], by: Desk.alice)
        #expect(desk.recorded.accepted == policy, "the repository's own signers count alone")
        desk.world.reset(to: policy)
        let gone = try await desk.push(["policy.yaml": nil], by: Desk.bob)
        #expect(desk.recorded.accepted == gone)
        try await desk.push(["data/flights.csv": "x\n2\n"], by: Desk.bob)
        #expect(desk.recorded.accepted == gone)
    }

    @Test("where the accepted revision is lost, nothing that its rules should judge follows it")
    func lostBase() async throws {
        var desk = try await Desk()
        let base = try await desk.push(Desk.governed())
        desk.missing = [base]
        let tip = desk.commit(["flights.yaml": nil])
        try await desk.restart()
        try await desk.run()
        #expect(desk.recorded.accepted == base && desk.recorded.refused == tip)
        #expect(desk.recorded.errors.first?.contains("writ accept") == true)
        try await desk.run([.operatorAct(.acceptTip(tip, actor: "ada", reason: "the mirror was lost"))])
        #expect(desk.recorded.accepted == tip)
    }

    @Test("objects that are missing on the way delay what follows, and change nothing")
    func missingOnTheWay() async throws {
        var desk = try await Desk()
        let base = try await desk.push(Desk.governed())
        let middle = desk.commit(["data/flights.csv": "x\n2\n"], by: Desk.alice)
        let tip = desk.commit(["other.yaml": Desk.dataset("other")], by: Desk.alice)
        desk.missing = [middle]
        try await desk.run()
        #expect(desk.recorded.accepted == base && desk.machine.source.trouble?.code == "object-missing")
        #expect(desk.machine.desired.resources.count == 2)
        desk.missing = []
        try await desk.run()
        #expect(desk.recorded.accepted == tip && desk.machine.desired.resources.count == 3)
    }
}
