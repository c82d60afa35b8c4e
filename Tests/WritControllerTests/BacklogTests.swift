// Lines of those who wait for room, and time that never runs backwards.
import Testing
import WritBackends
import WritVocabulary
@testable import WritController

struct BacklogTests {
    let ids = ["Model/c", "Model/a", "Model/b"].compactMap { ResourceID($0) }

    @Test("first come, first served, each with the cause that put it there, and only as many as there is room for")
    func order() {
        var backlog = Backlog()
        for id in ids + ids { backlog.add(id, to: .execution, because: .schedule("\(id)")) }
        #expect(backlog.count(.execution) == 3)
        #expect(backlog.take(1, from: .execution) == [ids[0]: .schedule("\(ids[0])")])
        #expect(backlog.take(0, from: .execution).isEmpty)
        #expect(backlog.take(5, from: .execution).keys.sorted() == [ids[1], ids[2]])
        #expect(backlog.take(5, from: .execution).isEmpty && backlog.take(5, from: .snapshot).isEmpty)
    }
}

struct SteadyTimeTests {
    private func at(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }

    @Test("a clock that is set back neither turns time back nor stops it, and leads again after twice the step")
    func setBack() {
        var time = SteadyTime(notBefore: at(0))
        let readings: [(clock: Int64, steady: Int64)] = [
            (100, 100), (40, 100), (50, 105), (80, 120), (120, 140), (130, 145), (160, 160), (161, 161),
        ]
        for (clock, steady) in readings { #expect(time.reading(at(clock)) == at(steady)) }
        #expect(time.lead == .seconds(0))
    }

    @Test("odd milliseconds are not lost, however often it is read")
    func odd() {
        var time = SteadyTime(notBefore: at(1000))
        for milliseconds in 0...1000 { _ = time.reading(Timestamp(milliseconds: Int64(milliseconds))) }
        #expect(time.latest == at(1000) + TimeSpan(milliseconds: 500))
    }

    @Test("a clock that is set forward part of the way back measures nothing: at most half a minute counts")
    func toAndFro() {
        var time = SteadyTime(notBefore: at(0))
        for (clock, steady) in [(10_000, 10_000), (9_400, 10_000), (9_900, 10_030), (9_910, 10_035)] as [(Int64, Int64)] {
            #expect(time.reading(at(clock)) == at(steady))
        }
    }

    @Test("a start before the last recorded moment goes on from that moment, and is called when its time comes")
    func behindTheRecord() {
        var time = SteadyTime(notBefore: at(1000))
        #expect(time.reading(at(10)) == at(1000))
        #expect(time.reading(at(12)) == at(1001))
        let waits: [(steady: Int64, clock: Int64)] = [(1000, 11), (1001, 12), (1005, 20), (1989, 1988), (5000, 5000)]
        for (steady, clock) in waits { #expect(time.onClock(at(steady)) == at(clock)) }
    }
}

struct ClockRecordTests {
    @Test("a clock that went back is on record once for each time, over a restart too, and again the next time")
    func recorded() async throws {
        var desk = try await Desk()
        func steps() -> Int { desk.events.count { if case .clockWentBack = $0 { true } else { false } } }
        desk.now = desk.now + .minutes(20)
        try await desk.run([.tick])
        desk.now = desk.now + .seconds(-4)
        try await desk.run([.tick])
        #expect(steps() == 0, "that little is tolerated")
        desk.now = desk.now + .minutes(-10)
        try await desk.run([.tick])
        try await desk.run([.tick])
        #expect(steps() == 1)
        try await desk.restart()
        #expect(steps() == 1)
        desk.now = desk.now + .minutes(30)
        try await desk.run([.wake])
        desk.now = desk.now + .minutes(-10)
        try await desk.run([.wake])
        #expect(steps() == 2)
    }
}

struct RestTests {
    let one = RevisionID(String(repeating: "1", count: 40))!
    let two = RevisionID(String(repeating: "2", count: 40))!
    let now = Timestamp(milliseconds: 1_000_000)
    let limits = ControllerLimits()
    let missing = FailureRecord(code: "object-missing", message: "gone", retry: .stalled)

    @Test("while an answer of the source is awaited, it wakes nobody, however late the answer is")
    func awaiting() {
        var source = SourceProgress()
        #expect(source.step(at: now, limits: limits, accepted: nil) == .fetch)
        source.wake()
        #expect(source.wakeAt == nil)
    }

    @Test("an accepted revision that cannot be read lets the remote be asked before it is tried again")
    func unreadable() {
        var source = SourceProgress()
        source.start(accepted: one, acceptedTip: nil, trusted: nil)
        #expect(
            source.step(at: now, limits: limits, accepted: one) == .readChanges(from: nil, to: one, descendingFrom: nil)
        )
        source.readFailed(one, missing)
        #expect(source.step(at: now, limits: limits, accepted: one) == .fetch)
        source.found(two)
        #expect(
            source.step(at: now, limits: limits, accepted: one) == .readChanges(from: nil, to: one, descendingFrom: nil)
        )
        source.readFailed(one, missing)
        #expect(
            source.step(at: now, limits: limits, accepted: one) == .readChanges(from: nil, to: two, descendingFrom: one)
        )
    }

    @Test("a base whose objects are gone is not needed: the next revision is read from nothing")
    func lostBase() {
        var source = SourceProgress()
        source.loaded = one
        source.found(two)
        #expect(
            source.step(at: now, limits: limits, accepted: one) == .readChanges(from: one, to: two, descendingFrom: one)
        )
        source.readFailed(two, missing)
        #expect(
            source.step(at: now, limits: limits, accepted: one) == .readChanges(from: nil, to: two, descendingFrom: one)
        )
    }
}
