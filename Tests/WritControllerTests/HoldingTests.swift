// What policies do not allow is held: what is recorded, what ends it, and what does not.
import Testing
import WritBackends
import WritSimulation
import WritVocabulary
@testable import WritController

struct HoldingTests {
    @Test("a signed commit is allowed and recorded with who wrote it; an unsigned one is refused and nothing changes")
    func signatures() async throws {
        var desk = try await Desk()
        let base = try await desk.push(Desk.governed())
        #expect(desk.story == ["revisionAccepted"] && desk.recorded.accepted == base)
        let signed = try await desk.push(["data/flights.csv": "x\n2\n"], by: Desk.alice)
        #expect(desk.recorded.accepted == signed)
        #expect(desk.recorded.allowed?.authors == [Desk.alice!] && desk.recorded.allowed?.base == base)
        let unsigned = try await desk.push(["flights.yaml": nil])
        #expect(desk.recorded.accepted == signed && desk.recorded.held?.head == unsigned)
        #expect(desk.recorded.held?.verdict == .refused)
        #expect(desk.recorded.held?.missing.first?.contains("is not signed") == true)
        #expect(desk.machine.desired.resources.count == 2)
        #expect(desk.story.suffix(3) == ["changeAllowed", "revisionAccepted", "changeHeld"])
        #expect(desk.machine.convergence == .stalled([]))
    }

    @Test("what is held is judged again at every look and recorded once; a signed commit in its place ends it")
    func replaced() async throws {
        var desk = try await Desk()
        let base = try await desk.push(Desk.governed())
        try await desk.push(["flights.yaml": nil])
        let count = desk.events.count
        for _ in 0..<3 { try await desk.run() }
        #expect(desk.effects.contains { if case .readHistory = $0 { true } else { false } })
        #expect(desk.events.count == count)
        desk.world.reset(to: base)
        let repaired = try await desk.push(["flights.yaml": nil], by: Desk.alice)
        #expect(desk.recorded.accepted == repaired && desk.recorded.held == nil)
    }

    @Test("a branch that goes back to what is accepted leaves nothing held")
    func takenBack() async throws {
        var desk = try await Desk()
        let base = try await desk.push(Desk.governed())
        try await desk.push(["flights.yaml": nil])
        desk.world.reset(to: base)
        try await desk.run()
        #expect(desk.recorded.held == nil && desk.recorded.accepted == base)
        #expect(desk.machine.convergence == .converged(base))
    }

    @Test("a restart while something is held holds it still, says nothing twice and accepts its replacement")
    func restart() async throws {
        var desk = try await Desk()
        let base = try await desk.push(Desk.governed())
        let unsigned = try await desk.push(["flights.yaml": nil])
        let before = desk.story
        try await desk.restart()
        #expect(desk.story == before && desk.recorded.held?.head == unsigned)
        #expect(desk.machine.desired.revision == base)
        desk.world.reset(to: base)
        let repaired = try await desk.push(["flights.yaml": nil], by: Desk.alice)
        #expect(desk.recorded.accepted == repaired)
    }

    @Test("a rewritten history freezes the source even while something is held, and an operator may accept it")
    func rewritten() async throws {
        var desk = try await Desk()
        let base = try await desk.push(Desk.governed())
        try await desk.push(["flights.yaml": nil])
        let orphan = try #require(desk.world.commit([:], orphan: true))
        try await desk.run()
        #expect(desk.recorded.frozenAt == orphan && desk.recorded.accepted == base)
        try await desk.run([.operatorAct(.acceptTip(orphan, actor: "ada", reason: "cleaned"))])
        #expect(desk.recorded.accepted == orphan && desk.recorded.held == nil)
        #expect(desk.story.suffix(2) == ["tipAccepted", "revisionAccepted"])
        let unsigned = try await desk.push(["data/flights.csv": "x\n7\n"])
        #expect(desk.recorded.held?.head == unsigned, "the rules go on")
    }

    @Test("an operator's word goes past the policies once, and that is on record")
    func accepted() async throws {
        var desk = try await Desk()
        try await desk.push(Desk.governed())
        let unsigned = try await desk.push(["data/flights.csv": "x\n3\n"])
        try await desk.run([.operatorAct(.acceptTip(unsigned, actor: "ada", reason: "the key is lost"))])
        #expect(desk.recorded.accepted == unsigned && desk.recorded.held == nil && desk.recorded.allowed == nil)
        #expect(desk.story.suffix(2) == ["tipAccepted", "revisionAccepted"])
        let next = try await desk.push(["data/flights.csv": "x\n4\n"])
        #expect(desk.recorded.held?.head == next)
    }

    @Test("a change waits for its window, wakes the controller then, and applies without another commit")
    func window() async throws {
        let rule =
            "signed: true, windows: [{freeze: {from: 2025-12-20T00:00:00Z, until: 2026-01-01T06:00:00Z, reason: peak}}]"
        var desk = try await Desk()
        let base = try await desk.push(Desk.governed(rule))
        #expect(desk.recorded.accepted == base)
        let later = try await desk.push(["data/flights.csv": "x\n2\n"], by: Desk.alice)
        let opening = Desk.start + .minutes(360)
        #expect(desk.recorded.held?.verdict == .waiting && desk.recorded.held?.until == opening)
        #expect(desk.machine.source.held?.until == opening)
        desk.isRemoteAway = true
        try await desk.wait(.minutes(361))
        #expect(desk.machine.wakeAt(now: desk.now) > desk.now, "a remote that is away is not asked without rest")
        #expect(desk.recorded.accepted == base)
        desk.isRemoteAway = false
        try await desk.wait(.minutes(1))
        #expect(desk.recorded.accepted == later)
    }

    @Test("the controller wants to be called when the window opens, though the next look is far off")
    func wakes() {
        let (one, two) = (
            RevisionID(String(repeating: "1", count: 40))!, RevisionID(String(repeating: "2", count: 40))!
        )
        var source = SourceProgress()
        source.loaded = one
        source.found(two)
        source.hold(two, until: Desk.start + .seconds(5))
        source.nextPoll = Desk.start + .seconds(30)
        source.pending = nil
        #expect(source.wakeAt == Desk.start + .seconds(5))
        let limits = ControllerLimits()
        #expect(source.step(at: Desk.start + .seconds(4), limits: limits, accepted: one) == nil)
        #expect(source.step(at: Desk.start + .seconds(5), limits: limits, accepted: one) == .fetch)
        source.fetchFailed(FailureRecord(code: "away", message: "away", retry: .transient))
        #expect(source.wakeAt == Desk.start + .seconds(35))
    }

    @Test("an answer about an old revision that comes late is not looked at")
    func late() async throws {
        var desk = try await Desk()
        let base = try await desk.push(Desk.governed())
        let reading = try await desk.world.source.reading(of: base, from: nil, descendingFrom: nil)
        let newest = try await desk.push(["flights.yaml": nil], by: Desk.alice)
        let before = desk.events
        try await desk.run([.changesRead(base, .success(reading)), .contentsRead(base, .success([:]))])
        try await desk.run([
            .consulted(base, .init()), .trustChecked(base, .success([])), .historyRead(base, .success(nil)),
        ])
        #expect(desk.events == before && desk.machine.desired.revision == newest)
        #expect(desk.machine.source.loaded == newest)
    }
}
