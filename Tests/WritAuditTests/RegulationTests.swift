// Regulations are data: what comes with Writ parses, and what somebody else wrote is refused with its place.
import Foundation
import Testing
import WritVocabulary

@testable import WritAudit

struct RegulationTests {
    @Test("the mappings that come with Writ are the data files, all of them")
    func embedded() throws {
        let all = try RegulationMapping.embedded()
        #expect(all.map(\.id.text) == ["21-cfr-11", "eu-ai-act", "iso-42001", "nist-ai-rmf", "soc-2", "sr-26-2"])
        let folder = DocumentFixture.repository.appending(path: "Sources/WritAudit/Regulations/Data")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        let read = try files.map { try RegulationMapping(reading: Array(Data(contentsOf: $0))) }
        #expect(read.sorted { $0.id < $1.id } == all)
    }

    @Test("a mapping names no date by which a duty begins")
    func noDeadlines() throws {
        for mapping in try RegulationMapping.embedded() {
            let text = mapping.requirements.map { $0.question + ($0.note ?? "") }.joined() + (mapping.note ?? "")
            #expect(text.firstMatch(of: #/20[2-9][0-9]/#) == nil, "\(mapping.id)")
        }
    }

    @Test("every check is used by some mapping: none is there for show")
    func used() throws {
        let used = Set(try RegulationMapping.embedded().flatMap(\.requirements).flatMap(\.checks).map(\.subject))
        #expect(Set(RegulationCheck.Subject.allCases).subtracting(used).isEmpty)
    }

    static let valid = """
        {"format": 1, "id": "house", "title": "House rules", "version": "1", "source": "https://example.com/rules",
         "checked": "2026-11-24", "reading": "our own",
         "requirements": [
           {"id": "1", "question": "Who \\u00e4nders it?", "checks": ["everyChangeApproved"], "command": "writ audit changes"}
         ]}
        """

    @Test("a mapping of one's own is read")
    func own() throws {
        let mapping = try RegulationMapping(reading: Array(Self.valid.utf8))
        #expect(mapping.requirements.map(\.question) == ["Who änders it?"])
        #expect(mapping.requirements[0].checks.map(\.text) == ["everyChangeApproved"])
        #expect(try Canonical.decode(RegulationMapping.self, from: Canonical.encode(mapping)) == mapping)
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        var change: String
        var into: String
        var message: String
        init(_ change: String, _ into: String, _ message: String) {
            self.change = change
            self.into = into
            self.message = message
        }
        var testDescription: String { message }
    }

    @Test(
        "a mistake is told with its line and column",
        arguments: [
            Mistake("\"format\": 1", "\"format\": 2", "line 1, column 12: the format is 1"),
            Mistake("\"house\"", "\"House!\"", "line 1, column 21: the id is 1 to 63"),
            Mistake("everyChangeApproved", "everyChange", "line 4, column 62: there is no check “everyChange”"),
            Mistake(
                "everyChangeApproved", "cardField:colour", "line 4, column 62: there is no check “cardField:colour”"),
            Mistake("everyChangeApproved", "ledgerIntact:x", "line 4, column 62: there is no check “ledgerIntact:x”"),
            Mistake("\"title\"", "\"tilte\"", "line 1, column 1: a mapping needs “title”"),
            Mistake(
                "\"reading\": \"our own\"", "\"reading\": \"x\", \"extra\": 1",
                "line 2, column 52: a mapping has no “extra”"),
            Mistake("\"version\": \"1\"", "\"id\": \"1\"", "line 1, column 54: “id” stands twice"),
            Mistake("2026-11-24", "24.11.2026", "line 2, column 13: “checked” is a day such as 2026-11-24"),
            Mistake("\"our own\"", "\"\"", "line 2, column 38: “reading” has 1 to 2000 characters"),
            Mistake("\"our own\"", "7", "line 2, column 38: “reading” is a text"),
            Mistake("\"our own\"", "\"a\\u202eb\\u0007\"", "line 2, column 38: “reading” holds a control character"),
            Mistake("\"our own\"", "\"\\ud800\"", "this escape is half of a character"),
            Mistake("\"our own\"", "\"our\nown\"", "line 2, column 42: a text may not hold control characters"),
            Mistake("\"our own\"", "nul", "line 2, column 38: “nul” is no JSON value"),
            Mistake("]}", "]} x", "line 5, column 5: there is more after the end"),
            Mistake("]}", "]", "a comma or the object's closing brace should stand here"),
            Mistake("[\"everyChangeApproved\"]", "[]", "the checks are a list of 1 to 20"),
            Mistake("[\"everyChangeApproved\"]", "[[[[[[[[[[]]]]]]]]]]", "values lie more than 8 deep"),
        ])
    func mistakes(mistake: Mistake) throws {
        #expect(Self.valid.contains(mistake.change))
        let text = Self.valid.replacingOccurrences(of: mistake.change, with: mistake.into)
        let failure = #expect(throws: AuditFailure.self) { try RegulationMapping(reading: Array(text.utf8)) }
        #expect(failure?.message.contains(mistake.message) == true, "\(failure?.message ?? "")")
    }

    @Test("a file that is too large, not UTF-8, cut off anywhere or changed anywhere never crashes the reader")
    func hostile() throws {
        let bytes = Array(Self.valid.utf8)
        #expect(throws: AuditFailure.self) {
            try RegulationMapping(reading: [UInt8](repeating: 32, count: RegulationLimits.fileBytes + 1))
        }
        for length in 0..<bytes.count {
            #expect(throws: AuditFailure.self) { try RegulationMapping(reading: Array(bytes.prefix(length))) }
        }
        for position in bytes.indices {
            for byte: UInt8 in [0, 0x22, 0x5C, 0x7B, 0xFF] {
                var changed = bytes
                changed[position] = byte
                // Either it is refused or it is a mapping: there is no third way out.
                do { _ = try RegulationMapping(reading: changed).requirements.count } catch {
                    #expect(!error.message.isEmpty)
                }
            }
        }
    }

    @Test("the embedded mapping nobody has is told with those there are")
    func unknown() {
        let failure = #expect(throws: AuditFailure.self) { try RegulationMapping.embedded("none") }
        #expect(failure?.hint?.contains("eu-ai-act") == true)
    }
}
