// What the tests of documents share: goldens, the independent validator, and a version whose list of files is real.
import Foundation
import Testing
import WritAudit
import WritVocabulary

enum DocumentFixture {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    static let repository = folder.deletingLastPathComponent().deletingLastPathComponent()
    static let basis = AuditReport.Basis(
        origin: AuditFixture.origin, size: AuditFixture.trail.size, lastTime: AuditFixture.trail.state.lastTime)

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
        let (made, real) = (AuditFixture.artefacts(2).hex, try manifest.digest.hex)
        return try AuditFixture.entries.map { entry in
            let text = String(decoding: try Canonical.encode(entry), as: UTF8.self)
            return try Canonical.decode(
                LedgerEntry.self, from: Data(text.replacingOccurrences(of: made, with: real).utf8))
        }
    }

    // MARK: - The independent validator

    struct Verdict: Equatable {
        var accepted: Bool
        var output: String
    }

    /// Judges a bill of materials with cyclonedx-python-lib's strict JSON validator.
    static func validate(_ bytes: [UInt8]) throws -> Verdict {
        let script = """
            import sys
            from cyclonedx.schema import SchemaVersion
            from cyclonedx.validation.json import JsonStrictValidator
            found = JsonStrictValidator(SchemaVersion.V1_6).validate_str(sys.stdin.read())
            print("accepted" if found is None else "refused: %s" % found)
            """
        let process = Process()
        process.executableURL = repository.appending(path: ".tools/verifiers/bin/python")
        process.arguments = ["-c", script]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        defer { if process.isRunning { process.terminate() } }
        try input.fileHandleForWriting.write(contentsOf: Data(bytes))
        try input.fileHandleForWriting.close()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return Verdict(accepted: text == "accepted\n", output: text)
    }
}
