// The queue of what is due: causes, alarms, order.
import Testing
import WritVocabulary
@testable import WritController

struct WorkQueueTests {
    let a = ResourceID("Model/a")!
    let b = ResourceID("Model/b")!

    @Test("a resource keeps the first cause that made it due")
    func firstCause() {
        var queue = WorkQueue()
        queue.add([a], because: .schedule("first"))
        queue.add([a, b], because: .schedule("second"))
        let due = queue.take(10)
        #expect(due == [a: .schedule("first"), b: .schedule("second")])
        #expect(queue.isEmpty)
    }

    @Test("more than a pass takes stays due, in order of name")
    func limit() {
        var queue = WorkQueue()
        queue.add([b, a], because: .schedule("x"))
        #expect(Array(queue.take(1).keys) == [a])
        #expect(Array(queue.take(1).keys) == [b])
    }

    @Test("an alarm makes its resource due once, when its time has come")
    func alarms() {
        var queue = WorkQueue()
        queue.setAlarm(a, at: Timestamp(milliseconds: 100))
        queue.ring(at: Timestamp(milliseconds: 99))
        #expect(queue.isEmpty && queue.nextAlarm == Timestamp(milliseconds: 100))
        queue.ring(at: Timestamp(milliseconds: 100))
        #expect(queue.take(10).keys.contains(a))
        #expect(queue.nextAlarm == nil)
    }
}

struct SourceProgressTests {
    let one = RevisionID(String(repeating: "1", count: 40))!
    let two = RevisionID(String(repeating: "2", count: 40))!
    let limits = ControllerLimits()
    let now = Timestamp(milliseconds: 1_000_000)

    @Test("the accepted revision is read from the mirror before the remote is asked")
    func restart() {
        var source = SourceProgress()
        source.start(accepted: one, acceptedTip: nil, trusted: nil)
        #expect(
            source.step(at: now, limits: limits, accepted: one) == .readChanges(from: nil, to: one, descendingFrom: nil)
        )
        #expect(source.step(at: now, limits: limits, accepted: one) == nil, "one step at a time")
    }

    @Test("a new tip is read against the loaded revision and must descend from the accepted one")
    func newTip() {
        var source = SourceProgress()
        source.loaded = one
        #expect(source.step(at: now, limits: limits, accepted: one) == .fetch)
        source.found(two)
        #expect(
            source.step(at: now, limits: limits, accepted: one) == .readChanges(from: one, to: two, descendingFrom: one)
        )
    }

    @Test("a tip that is loaded or was refused is not read again")
    func known() {
        var source = SourceProgress()
        source.loaded = one
        source.settled = two
        source.nextPoll = now + .minutes(60)
        for tip in [one, two] {
            source.found(tip)
            #expect(source.step(at: now, limits: limits, accepted: one) == nil)
            #expect(source.isSettled)
        }
    }

    @Test("the remote is asked once an interval, and at once when somebody asks")
    func polling() {
        var source = SourceProgress()
        source.loaded = one
        #expect(source.step(at: now, limits: limits, accepted: one) == .fetch)
        source.found(one)
        #expect(source.step(at: now, limits: limits, accepted: one) == nil)
        source.wake()
        #expect(source.step(at: now, limits: limits, accepted: one) == .fetch)
    }

    @Test("a tip an operator accepted need not descend")
    func accepted() {
        var source = SourceProgress()
        source.loaded = one
        source.accept(two)
        #expect(
            source.step(at: now, limits: limits, accepted: one) == .readChanges(from: one, to: two, descendingFrom: nil)
        )
    }
}

struct ConditionRuleTests {
    let id = ResourceID("Endpoint/e")!

    @Test(
        "each standing answers the three questions",
        arguments: [
            (Finding.Standing.settled, true, false, false), (.acting, false, true, false),
            (.waiting, false, true, false),
            (.refused, false, false, true),
        ])
    func standings(standing: Finding.Standing, ready: Bool, reconciling: Bool, stalled: Bool) {
        let conditions = Conditions(of: Finding(id, standing, Reason(.converged, "x")), revision: nil)
        #expect(conditions.ready == ready && conditions.reconciling == reconciling && conditions.stalled == stalled)
    }

    @Test("a new revision alone is no news")
    func revisions() {
        let finding = Finding(id, .settled, Reason(.converged, "x"))
        let old = Conditions(of: finding, revision: RevisionID(String(repeating: "1", count: 40)))
        let new = Conditions(of: finding, revision: RevisionID(String(repeating: "2", count: 40)))
        #expect(new.saysSame(as: old))
        #expect(!new.saysSame(as: nil))
        #expect(!Conditions(of: Finding(id, .settled, Reason(.converged, "y")), revision: nil).saysSame(as: old))
    }
}
