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

    @Test("a clock that is set back neither turns time back nor stops it, and leads again once it has passed")
    func setBack() {
        var time = SteadyTime(notBefore: at(0))
        let readings: [(clock: Int64, steady: Int64)] = [(100, 100), (40, 100), (50, 110), (111, 111), (112, 112)]
        for (clock, steady) in readings { #expect(time.reading(at(clock)) == at(steady)) }
    }

    @Test("a start before the last recorded moment goes on from that moment")
    func behindTheRecord() {
        var time = SteadyTime(notBefore: at(1000))
        #expect(time.reading(at(10)) == at(1000))
        #expect(time.reading(at(11)) == at(1001))
        #expect(time.onClock(at(1005)) == at(15))
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
