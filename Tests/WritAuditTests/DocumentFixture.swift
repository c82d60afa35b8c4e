// What the tests of documents share: goldens, the independent validator, and a version whose list of files is real.
import Foundation
import Testing
import WritAudit
import WritVocabulary

enum DocumentFixture {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    static let repository = folder.deletingLastPathComponent().deletingLastPathComponent()
    static let material = AuditMaterial(
        origin: AuditFixture.origin, reviews: AuditFixture.reviews, texts: [AuditFixture.requirements: requirements])
    static let requirements = """
        # locked
        --index-url https://example.com/simple
        numpy==2.1.0 \\
            --hash=sha256:\(String(repeating: "a", count: 64)) \\
            --hash=sha256:\(String(repeating: "b", count: 64))
        Scikit_Learn[all]==1.5.2 ; python_version >= "3.10" --hash=sha256:\(String(repeating: "c", count: 64))
        """

    /// Compares with `Goldens/<name>`; `WRIT_UPDATE_GOLDEN=1` writes it anew.
    static func expectGolden(_ text: String, _ name: String, _ location: SourceLocation = #_sourceLocation) throws {
        let file = folder.appending(path: "Goldens/\(name)")
        if ProcessInfo.processInfo.environment["WRIT_UPDATE_GOLDEN"] == "1" {
            try Data(text.utf8).write(to: file)
        }
        let golden = try String(contentsOf: file, encoding: .utf8)
        let differing = zip(text.split(separator: "\n"), golden.split(separator: "\n")).first { $0 != $1 }
        #expect(
            text == golden, "\(name) differs first at: \(differing.map { "\($0.0)" } ?? "its end")",
            sourceLocation: location)
    }

    // MARK: - A version with a real list of files

    static let manifest = ArtefactManifest(files: [
        ArtefactManifest.File(path: "model.onnx", digest: AuditFixture.digest("the model"), size: 1_234_567),
        ArtefactManifest.File(path: "notes/read me.txt", digest: AuditFixture.digest("the notes"), size: 12),
    ])

    /// The story's entries, with the digest of the real list in the place of version 2's.
    static func entries() throws -> [LedgerEntry] {
        try entries(replacing: AuditFixture.artefacts(2), with: manifest.digest)
    }

    static func entries(replacing old: Digest, with new: Digest) throws -> [LedgerEntry] {
        try AuditFixture.entries.map { entry in
            let text = String(decoding: try Canonical.encode(entry), as: UTF8.self)
            return try Canonical.decode(
                LedgerEntry.self, from: Data(text.replacingOccurrences(of: old.hex, with: new.hex).utf8))
        }
    }

    /// A version made elsewhere, of files that carry code, which nobody judged and which serves all the same.
    static let bareEntries: [LedgerEntry] = {
        let record = VersionRecord(
            id: AuditFixture.one, artefacts: AuditFixture.artefacts(1), run: nil, recipe: nil,
            revision: AuditFixture.first, datasets: [:], evaluation: nil, metrics: [:], gates: [], card: nil,
            formats: ArtefactFindings(of: [
                ArtefactFinding(path: "model.pkl", format: .pickle, detail: "calls os.system")
            ]))
        let register = Action.register(RegistrationOrder(version: record))
        let publish = Action.publish(RoutingChange(number: 1, routes: [AuditFixture.route([(1, 100, 0)])]))
        let reason = Reason(.importDeclared, "it is declared")
        let events: [(ResourceID?, Event)] = [
            (nil, .revisionAccepted(AuditFixture.first, previous: nil, changed: [AuditFixture.model], count: 1)),
            (AuditFixture.model, .intended(register.key, register, reason)),
            (AuditFixture.model, .completed(register.key, .registered(record))),
            (AuditFixture.endpoint, .intended(publish.key, publish, reason)),
            (AuditFixture.endpoint, .completed(publish.key, .published(number: 1))),
        ]
        return events.enumerated().map { index, event in
            LedgerEntry(
                sequence: Int64(index), time: AuditFixture.at(Int64(index)), cause: .commit(AuditFixture.first),
                subject: event.0, event: event.1)
        }
    }()

    // MARK: - The independent validator

    /// Judges bills of materials with cyclonedx-python-lib's strict JSON validator, all in one process: what it says of
    /// each, `accepted` or why not.
    static func validate(_ bills: [String]) async throws -> [String] {
        let script = """
            import json, sys
            from cyclonedx.schema import SchemaVersion
            from cyclonedx.validation.json import JsonStrictValidator
            validator = JsonStrictValidator(SchemaVersion.V1_6)
            for bill in json.load(open(sys.argv[1])):
                found = validator.validate_str(bill)
                print("accepted" if found is None else ("refused: %s" % found).splitlines()[0])
            """
        let folder = FileManager.default.temporaryDirectory.appending(path: "writ-bom-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (input, output) = (folder.appending(path: "bills.json"), folder.appending(path: "verdicts.txt"))
        try JSONEncoder().encode(bills).write(to: input)
        try Data().write(to: output)
        let process = Process()
        process.executableURL = repository.appending(path: ".tools/verifiers/bin/python")
        process.arguments = ["-c", script, input.path]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = process.standardOutput
        defer { if process.isRunning { process.terminate() } }
        let (ended, ending) = AsyncStream.makeStream(of: Void.self)
        process.terminationHandler = { _ in ending.finish() }
        try process.run()
        for await _ in ended {}
        return try String(contentsOf: output, encoding: .utf8).split(separator: "\n").map(String.init)
    }
}
