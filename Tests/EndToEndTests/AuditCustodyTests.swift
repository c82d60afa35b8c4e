// Rows about people: kept under a hold, taken out for good afterwards, and nowhere in the ledger at any time.
import Foundation
import Testing

@Suite(.serialized)
struct AuditCustodyTests {
    @Test("a hold keeps rows about people; then they are taken out, and the ledger, which never had them, verifies")
    func personalRows() async throws {
        let workshop = try Workshop()
        try people(workshop)
        try workshop.serve()
        try await workshop.waitUntilReady("dataset", "people")
        let described = try workshop.writ("describe", "dataset", "people").text
        let digest = try #require(described.firstMatch(of: /Digest +(sha256:[0-9a-f]{64})/)).1
        #expect(try holding("Zebulonia", workshop).count == 1, "the blob, and nothing else")

        try workshop.audit("hold", "case-1", "--on", "dataset/people", "--reason", "a court asks")
        let refused = try workshop.audit("expunge", "\(digest)", "--reason", "a person asks", code: 1)
        #expect(refused.contains("the hold case-1") && refused.contains("a court asks"), "\(refused)")
        #expect(try holding("Zebulonia", workshop).count == 1)

        try workshop.audit("release", "case-1", "--reason", "the court has its answer")
        try workshop.audit("expunge", "\(digest)", "--reason", "a person asks")
        #expect(try holding("Zebulonia", workshop).isEmpty)
        let log = try workshop.writ("audit", "log", "--limit", "20").text
        for words in ["case-1", "a court asks", "the court has its answer", "a person asks"] {
            #expect(log.contains(words), "\(words) is missing: \(log)")
        }
        let verdict = try workshop.audit("verify", "--blobs")
        #expect(verdict.contains("intact") && verdict.contains("1 taken out on record"), "\(verdict)")
        let retention = try workshop.audit("retention", "--check")
        #expect(retention.contains("a person asks"), "\(retention)")
        try workshop.killController()
        try workshop.serve()
        try await workshop.why("dataset", "people", says: "taken out for good")
        #expect(try holding("Zebulonia", workshop).isEmpty, "what is still in the source is not taken again")
        try exported(workshop)
    }

    private func people(_ workshop: Workshop) throws {
        try workshop.write("../people/rows.csv", "name,age\nZebulonia Quartzfield,44\nOrlando Pennyweather,31\n")
        try workshop.configure(
            """
            local: {files: [\(workshop.path("people"))]}
            audit:
              retention: {all: {keep: 365d, covers: [decisions, artefacts, data, logs, attestations]}}
            """)
        try workshop.write(
            "manifests/people.yaml",
            """
            apiVersion: writ.dev/v1
            kind: Dataset
            metadata: {name: people}
            spec:
              source: {file: \(workshop.path("people/rows.csv"))}
              format: csv
              personal: true
              columns: [{name: name, type: string}, {name: age, type: integer, minimum: 0}]

            """)
        try workshop.commit("rows about people")
    }

    /// Files of the data directory that hold a word.
    private func holding(_ word: String, _ workshop: Workshop) throws -> [Substring] {
        let found = try workshop.run("/usr/bin/grep", ["-rla", word, workshop.path("data")])
        let lines = found.text.split(separator: "\n")
        #expect(lines.allSatisfy { $0.contains("/data/blobs/") }, "\(lines)")
        return lines
    }

    /// A file never holds an entry twice, and none is missing.
    private func exported(_ workshop: Workshop) throws {
        for format in ["cloudevents", "ocsf"] {
            let file = workshop.path("entries.\(format)")
            try workshop.audit("export", "--to", file, "--format", format)
            try workshop.audit("hold", "one-more-\(format)", "--reason", "an entry between two exports")
            try workshop.audit("export", "--to", file, "--format", format)
            let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
            let numbers = lines.compactMap { $0.firstMatch(of: /"sequence":([0-9]+)/).flatMap { Int($0.1) } }
            #expect(numbers.count == lines.count && numbers == Array(0..<numbers.count), "\(numbers)")
            #expect(lines.last?.contains("one-more-\(format)") == true, "\(lines.last ?? "")")
            try withLocks(in: workshop.path("data/exports")) {
                let refused = try workshop.audit("export", "--to", file, "--format", format, code: 1)
                #expect(refused.contains("another export to this receiver runs already"), "\(refused)")
            }
            try workshop.python("-c", "import json, sys; [json.loads(line) for line in open(sys.argv[1])]", file)
                .expectSuccess()
        }
    }

    /// Holds the locks of all receivers meanwhile, as exports that run would.
    private func withLocks(in folder: String, _ body: () throws -> Void) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".lock") }
        try #require(!names.isEmpty)
        let files = names.map { open("\(folder)/\($0)", O_RDWR | O_CLOEXEC) }
        defer { for file in files { close(file) } }
        for file in files { try #require(flock(file, LOCK_EX | LOCK_NB) == 0) }
        try body()
    }
}
