// What other systems are given of an entry, read by readers that are not ours.
import Foundation
import Testing
import WritVocabulary

@testable import WritAudit

struct ExportEncodingTests {
    static let origin = "writ.example/prod"

    static func entry(
        _ sequence: Int64 = 7, _ event: Event = .removed, subject: ResourceID? = ResourceID("Endpoint/live"),
        cause: Cause = .schedule("pass")
    ) -> LedgerEntry {
        LedgerEntry(
            sequence: sequence, time: Timestamp("2026-06-15T10:00:00.250Z")!, cause: cause, subject: subject,
            event: event)
    }

    private func object(_ bytes: [UInt8]) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    @Test("an entry as a CloudEvent has all that 1.0 requires, and the entry's own bytes within")
    func cloudEvent() throws {
        let entry = Self.entry()
        let line = try ExportFormat.cloudEvents.line(entry, origin: Self.origin)
        let read = try object(line)
        #expect(read["specversion"] as? String == "1.0")
        #expect(read["id"] as? String == "writ.example/prod/7")
        #expect(read["source"] as? String == "writ://writ.example/prod")
        #expect(read["type"] as? String == "dev.writ.removed")
        #expect(read["time"] as? String == "2026-06-15T10:00:00.250Z")
        #expect(read["subject"] as? String == "Endpoint/live")
        #expect(read["datacontenttype"] as? String == "application/json")
        let leaf = String(decoding: try Canonical.encode(entry), as: UTF8.self)
        #expect(String(decoding: line, as: UTF8.self).contains("\"data\":\(leaf)"))
        #expect(!line.contains(0x0A))
    }

    @Test("an attribute that is not there is left out, for null is no CloudEvents value")
    func absentSubject() throws {
        let read = try object(try ExportFormat.cloudEvents.line(Self.entry(subject: nil), origin: Self.origin))
        #expect(read.keys.contains("subject") == false)
    }

    @Test("a source is a URI whatever the log's name")
    func source() {
        #expect(ExportedID.source("a b/ü%") == "writ://a%20b/%C3%BC%25")
    }

    @Test("an entry as OCSF has class, category and type that agree, and the operator as its actor")
    func ocsf() throws {
        let suspended = Self.entry(cause: .operatorAct(actor: "olga@example.com"))
        for event in Self.events {
            let read = try object(
                try ExportFormat.ocsf.line(Self.entry(7, event), origin: Self.origin))
            let type = try #require(read["type_uid"] as? Int)
            let kind = try #require(read["class_uid"] as? Int)
            #expect(read["category_uid"] as? Int == kind / 1000)
            #expect(type == kind * 100 + (read["activity_id"] as? Int ?? -1))
            #expect((1...6).contains(try #require(read["severity_id"] as? Int)))
            #expect((read["metadata"] as? [String: Any])?["version"] as? String == "1.3.0")
            #expect(read["time"] as? Int64 == 1_781_517_600_250)
        }
        let actor = try object(try ExportFormat.ocsf.line(suspended, origin: Self.origin))["actor"] as? [String: Any]
        #expect((actor?["user"] as? [String: Any])?["name"] as? String == "olga@example.com")
    }

    static let events: [Event] = [
        .controllerStarted(version: "1"), .removed, .resumed(actor: "o"), .driftFound("x"),
        .clockWentBack(ClockStep(behind: .minutes(5))), .holdReleased(name: "h", actor: "o", reason: "r"),
        .failed(ActionKey("publish/1")!, FailureRecord(code: "c", message: "m", retry: .stalled)),
        .sourceFrozen(
            tip: RevisionID(String(repeating: "a", count: 40))!,
            accepted: RevisionID(String(repeating: "b", count: 40))!),
    ]

    @Test("batches are what their content types say")
    func bodies() throws {
        let lines = try [Self.entry(1), Self.entry(2)].map {
            try ExportFormat.cloudEvents.line($0, origin: Self.origin)
        }
        let batch = ExportFormat.cloudEvents.body(lines)
        #expect(batch.type == "application/cloudevents-batch+json")
        let read = try JSONSerialization.jsonObject(with: Data(batch.bytes)) as? [[String: Any]]
        #expect(read?.map { $0["id"] as? String } == ["writ.example/prod/1", "writ.example/prod/2"])
        let rows = ExportFormat.ocsf.body(lines)
        #expect(rows.bytes.split(separator: 0x0A).count == 2 && rows.bytes.last == 0x0A)
    }

    // MARK: - Syslog

    @Test("a syslog message has priority, time, names, data and a marked UTF-8 text")
    func syslog() throws {
        let format = SyslogFormat(host: "ml-1.example")
        let entry = Self.entry(7, .driftFound("größer"))
        let message = try format.message(entry, origin: Self.origin)
        let digest = Digest(of: try Canonical.encode(entry)).text
        let head =
            "<108>1 2026-06-15T10:00:00.250Z ml-1.example writ - driftFound [writ@32473 "
            + "origin=\"writ.example/prod\" sequence=\"7\" digest=\"\(digest)\" subject=\"Endpoint/live\"] "
        #expect(message.starts(with: Array(head.utf8) + [0xEF, 0xBB, 0xBF]))
        #expect(message.dropFirst(head.utf8.count + 3).elementsEqual(try Canonical.encode(entry)))
    }

    @Test("quotes, backslashes and brackets in values are escaped, control characters are not let through")
    func escaping() {
        #expect(SyslogFormat.escaped(#"a"b\c]d"#) == #"a\"b\\c\]d"#)
        #expect(SyslogFormat.escaped("a\nb\u{7F}") == "a b ")
        let format = SyslogFormat(host: "no host\n")
        let text = String(
            decoding: (try? format.message(Self.entry(), origin: "o\" x=\"y")) ?? [], as: UTF8.self)
        #expect(text.contains(" - writ - removed ") && text.contains(#"origin="o\" x=\"y""#))
    }

    @Test("a message that is too long is cut between characters and says how long it was", arguments: 480...500)
    func cut(limit: Int) throws {
        let format = SyslogFormat(host: "h", maximumBytes: limit)
        let entry = Self.entry(7, .driftFound(String(repeating: "ü", count: 400)))
        let message = try format.message(entry, origin: Self.origin)
        #expect(message.count <= limit && message.count > limit - 2)
        let text = try #require(String(validating: message, as: UTF8.self))
        #expect(text.contains(" cut=\"\(try Canonical.encode(entry).count)\""))
    }

    @Test("frames on a stream are read back by their lengths")
    func frames() throws {
        let format = SyslogFormat(host: "h")
        var stream: [UInt8] = []
        let messages = try (0..<3).map { try format.message(Self.entry($0), origin: Self.origin) }
        for message in messages { stream += SyslogFormat.frame(message) }
        var found: [[UInt8]] = []
        while let space = stream.firstIndex(of: 0x20) {
            let count = try #require(Int(String(decoding: stream[..<space], as: UTF8.self)))
            found.append(Array(stream[(space + 1)...].prefix(count)))
            stream.removeFirst(space + 1 + count)
        }
        #expect(found == messages)
    }
}
