// The published schema and Writ agree: check-jsonschema reads the same manifests and comes to the same verdicts.
import Foundation
import Testing
import WritVocabulary

@testable import WritManifests

struct SchemaAgreementTests {
    /// What relates values to each other, which a schema cannot; by how Writ words it.
    static let relations = [
        "it is larger than `maximum`", "a column above is called", "the training is given", "the sweep sets it too",
        "it makes", "a rule above is called", "must approve", "it is not after `from`", "a freeze lasts at most",
        "this policy has no role",
    ]

    /// What JSON's values do not tell, or a schema cannot count: Writ refuses it, the schema does not.
    static let exceptions: [(what: String, text: String)] = [
        ("a whole number with a point", Fixtures.endpoint.replacing("replicas: 2", with: "replicas: 2.0")),
        ("a whole number with an exponent", Fixtures.endpoint.replacing("replicas: 2", with: "replicas: 2e0")),
        ("a number that is none", Fixtures.model.replacing("minimum: 0.8", with: "minimum: .nan")),
        ("a number without end", Fixtures.model.replacing("minimum: 0.8", with: "minimum: .inf")),
        ("a parameter of more than 64 bits", Fixtures.model.replacing("depth: 6", with: "depth: 99999999999999999999")),
        (
            "bytes, where the schema counts characters",
            Fixtures.model.replacing("owner: team-flights", with: "owner: " + String(repeating: "Ä", count: 200))
        ),
        ("an anchor", Fixtures.endpoint.replacing("replicas: 2", with: "replicas: &n 2")),
        ("a tag", Fixtures.endpoint.replacing("replicas: 2", with: "replicas: !!int 2")),
        (
            "underscores in a number, as YAML 1.1 had them",
            Fixtures.endpoint.replacing("replicas: 2", with: "replicas: 0_2")
        ),
        (
            "roles a policy does not have", Fixtures.policy.replacing("authors: [risk]", with: "authors: [audit]")
        ),
        ("a range that is empty", Fixtures.dataset.replacing("minimum: 1000,", with: "minimum: 2000000,")),
    ]

    /// Only a reader of single documents refuses these.
    static let reversed = [
        ("several documents in one file", Fixtures.dataset + "---\n" + Fixtures.endpoint),
        ("a file that says nothing", "# nothing\n"),
    ]

    @Test("what the schema cannot say is what we think it is, and nothing of it has become sayable")
    func knownExceptions() throws {
        let texts = Self.exceptions.map(\.text) + Self.reversed.map(\.1)
        let refused = try SchemaCheck.refused(texts)
        for (index, (what, text)) in (Self.exceptions.map { ($0.what, $0.text) } + Self.reversed).enumerated() {
            let isException = index < Self.exceptions.count
            #expect(decode(text).diagnostics.isEmpty != isException, "\(what)")
            #expect((refused[index] == nil) == isException, "\(what): \(refused[index] ?? "accepted")")
        }
    }

    @Test("on hundreds of manifests the schema and Writ give one verdict")
    func corpus() throws {
        var corpus = SchemaCorpus(seed: 2026)
        let texts = SchemaCorpus.bases.map(\.text) + (0..<500).map { _ in corpus.manifest() }
        let refused = try SchemaCheck.refused(texts)
        var (agreedValid, agreedInvalid, related) = (0, 0, 0)
        for (index, text) in texts.enumerated() {
            let diagnostics = decode(text).diagnostics
            let isRelation = diagnostics.allSatisfy { found in Self.relations.contains { found.message.contains($0) } }
            switch (diagnostics.isEmpty, refused[index]) {
            case (true, nil): agreedValid += 1
            case (false, .some): agreedInvalid += 1
            case (false, nil) where isRelation: related += 1
            case (true, let schema?): Issue.record("only the schema refuses (\(schema)):\n\(text)")
            case (false, nil): Issue.record("only Writ refuses (\(diagnostics.map(\.message))):\n\(text)")
            }
        }
        #expect(agreedValid > 150 && agreedInvalid > 150, "\(agreedValid) valid, \(agreedInvalid) invalid")
        #expect(related < texts.count / 10, "\(related) of \(texts.count) are refused for relations alone")
    }
}

/// PyPI's check-jsonschema, run once over many files.
enum SchemaCheck {
    static let package = "check-jsonschema==0.39.0"

    /// Why each text is refused, by its place; those the schema accepts are left out.
    static func refused(_ texts: [String]) throws -> [Int: String] {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "writ-schema-\(ProcessInfo.processInfo.processIdentifier)-\(texts.count)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let schema = folder.appending(path: "manifest.schema.json")
        try Data(JSONSchema.document(of: nil)).write(to: schema)
        let names = texts.indices.map { "m\($0).yaml" }
        for (name, text) in zip(names, texts) { try Data(text.utf8).write(to: folder.appending(path: name)) }
        let report = try run(["--schemafile", schema.path] + names, in: folder)
        var refused: [Int: String] = [:]
        for error in report.errors + (report.parse_errors ?? []) {
            let place = error.filename.dropFirst().prefix { $0.isNumber }
            if let index = Int(place), refused[index] == nil { refused[index] = error.message }
        }
        return refused
    }

    /// What is wrong with files by a schema that comes with check-jsonschema, or one that is given.
    static func errors(_ arguments: [String]) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory.appending(
            path:
                "writ-schema-\(ProcessInfo.processInfo.processIdentifier)-\(Digest(of: Array(arguments.joined().utf8)).short)"
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let report = try run(arguments, in: folder)
        return (report.errors + (report.parse_errors ?? [])).map(\.message)
    }

    private struct Report: Decodable {
        struct Entry: Decodable { var filename, message: String }
        var status: String
        var errors: [Entry]
        var parse_errors: [Entry]?
    }

    private static func run(_ arguments: [String], in folder: URL) throws -> Report {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["uv", "tool", "run", "--quiet", "--from", package, "check-jsonschema", "-o", "json"] + arguments
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        let (output, errors) = (folder.appending(path: "out"), folder.appending(path: "err"))
        for file in [output, errors] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        let said = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
        return try #require(
            try? JSONDecoder().decode(Report.self, from: Data(contentsOf: output)),
            "check-jsonschema gave no report: \(said)")
    }
}
