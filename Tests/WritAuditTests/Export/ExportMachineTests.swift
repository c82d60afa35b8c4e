// The export's decisions: batches, answers, pauses, and what is remembered when.
import Testing
import WritVocabulary

@testable import WritAudit

struct ExportMachineTests {
    private let now = Timestamp("2026-06-15T10:00:00.000Z")!
    private func machine(_ next: Int64 = 0) -> ExportMachine {
        ExportMachine(ExportCursor(sink: "siem", origin: "o", next: next))
    }

    @Test("what was delivered is remembered before anything else is read")
    func order() {
        var machine = machine(5)
        #expect(machine.first == .read(from: 5, limit: 200))
        #expect(machine.handle(.read([10, 10]), at: now) == .deliver(5..<7))
        let saved = ExportCursor(sink: "siem", origin: "o", next: 7)
        #expect(machine.handle(.answered(.accepted), at: now) == .save(saved))
        #expect(machine.cursor.next == 5)
        #expect(machine.handle(.saved, at: now) == .read(from: 7, limit: 200))
        #expect(machine.cursor.next == 7)
        #expect(machine.handle(.read([]), at: now) == .wait(until: now + .seconds(5)))
        #expect(machine.handle(.woken, at: now) == .read(from: 7, limit: 200))
    }

    @Test("a batch that is not taken is offered again, later each time, and nothing passes it")
    func backOff() {
        var machine = machine()
        _ = machine.handle(.read([10]), at: now)
        var pauses: [Int64] = []
        for _ in 0..<12 {
            guard case .wait(let until) = machine.handle(.answered(.later("busy")), at: now) else { break }
            pauses.append((until - now).milliseconds / 1000)
            #expect(machine.handle(.woken, at: now) == .deliver(0..<1))
        }
        #expect(pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
        #expect(machine.trouble == "busy")
        _ = machine.handle(.answered(.accepted), at: now)
        #expect(machine.trouble == nil && machine.failures == 0)
    }

    @Test("a receiver's own wish for a pause counts, up to the longest one")
    func retryAfter() {
        var machine = machine()
        _ = machine.handle(.read([10]), at: now)
        #expect(
            machine.handle(.answered(.later("busy", after: .seconds(90))), at: now) == .wait(until: now + .seconds(90)))
        _ = machine.handle(.woken, at: now)
        #expect(
            machine.handle(.answered(.later("busy", after: .minutes(90))), at: now) == .wait(until: now + .minutes(5)))
    }

    @Test("a batch that is too large is halved until it fits; one entry that is too large waits for a person")
    func halves() {
        var machine = machine()
        _ = machine.handle(.read([10, 10, 10, 10]), at: now)
        #expect(machine.handle(.answered(.tooLarge), at: now) == .read(from: 0, limit: 2))
        #expect(machine.handle(.read([10, 10]), at: now) == .deliver(0..<2))
        #expect(machine.handle(.answered(.tooLarge), at: now) == .read(from: 0, limit: 1))
        #expect(machine.handle(.read([10]), at: now) == .deliver(0..<1))
        #expect(machine.handle(.answered(.tooLarge), at: now) == .wait(until: now + .minutes(5)))
        #expect(machine.trouble?.contains("entry 0") == true)
        #expect(machine.handle(.woken, at: now) == .deliver(0..<1))
    }

    @Test("a batch has a size in bytes, and one long entry goes out alone")
    func bytes() {
        var machine = machine()
        #expect(machine.handle(.read([700_000, 300_000, 300_000]), at: now) == .deliver(0..<2))
        var other = self.machine()
        #expect(other.handle(.read([5_000_000, 1]), at: now) == .deliver(0..<1))
    }

    @Test("a cursor that cannot be kept is tried again, and the batch is not sent twice for it")
    func saving() {
        var machine = machine()
        _ = machine.handle(.read([1]), at: now)
        let saved = ExportCursor(sink: "siem", origin: "o", next: 1)
        _ = machine.handle(.answered(.accepted), at: now)
        #expect(machine.handle(.saveFailed("disk full"), at: now) == .wait(until: now + .seconds(1)))
        #expect(machine.handle(.woken, at: now) == .save(saved))
        #expect(machine.handle(.saved, at: now) == .read(from: 1, limit: 200))
    }

    @Test(
        "an HTTP status means what RFC 9110 says",
        arguments: [
            (200, ExportAnswer.accepted), (202, .accepted), (204, .accepted), (413, .tooLarge),
            (429, .later("the receiver answered 429", after: .seconds(7))),
            (503, .later("the receiver answered 503", after: .seconds(7))),
            (408, .later("the receiver answered 408", after: .seconds(7))),
        ])
    func statuses(status: Int, answer: ExportAnswer) {
        #expect(ExportAnswer(status: status, retryAfter: "7") == answer)
    }

    @Test(
        "redirects, refusals and odd statuses wait for a person", arguments: [100, 301, 307, 400, 401, 403, 404, 700])
    func refusals(status: Int) {
        guard case .refused(let words) = ExportAnswer(status: status) else {
            Issue.record("\(status) is no refusal")
            return
        }
        #expect(words.contains("\(status)"))
    }

    @Test("a Retry-After that is a date, negative or far away is not looked at", arguments: ["-1", "99999999", "soon"])
    func oddRetryAfter(header: String) {
        #expect(ExportAnswer(status: 503, retryAfter: header) == .later("the receiver answered 503"))
    }

    @Test("a cursor is read back, and one of another receiver, log or format is refused")
    func cursor() throws {
        let cursor = ExportCursor(sink: "siem", origin: "o", next: 42)
        let bytes = try cursor.encoded()
        #expect(try ExportCursor(bytes, sink: "siem", origin: "o") == cursor)
        #expect(throws: AuditFailure.self) { try ExportCursor(bytes, sink: "other", origin: "o") }
        #expect(throws: AuditFailure.self) { try ExportCursor(bytes, sink: "siem", origin: "p") }
        #expect(throws: AuditFailure.self) { try ExportCursor(Array(bytes.dropLast(5)), sink: "siem", origin: "o") }
        let negative = ExportCursor(sink: "siem", origin: "o", next: -1)
        #expect(throws: AuditFailure.self) { try ExportCursor(try negative.encoded(), sink: "siem", origin: "o") }
    }
}
