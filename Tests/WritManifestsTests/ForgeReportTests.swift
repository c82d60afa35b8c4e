// What forges are shown: annotations that hold one command each, SARIF, and GitLab's report.
import Foundation
import Testing
import WritVocabulary

@testable import WritManifests

struct ForgeReportTests {
    private var twoErrors: [Diagnostic] {
        decode(
            Fixtures.endpoint.replacing("replicas: 2", with: "replcas: 2").replacing("version: 3", with: "version: x")
        )
        .diagnostics
    }

    @Test("an annotation names file, line, column and code, and says what to do")
    func annotation() {
        #expect(
            Diagnostic.githubAnnotations(twoErrors.reversed()) == """
                ::error file=models/flights.yaml,line=7,col=12,title=writ%3A wrong-type::`spec.version` must be a whole \
                number from 1 to 2147483647, but is “x”
                ::error file=models/flights.yaml,line=14,col=3,title=writ%3A unknown-field::`replcas` is not a field of \
                `spec`%0Ahint: did you mean `replicas`?

                """)
    }

    @Test(
        "nothing an author writes ends a line or begins a second command",
        arguments: [
            "x\n::set-output name=a::b", "x\r\n::add-mask::y", "a,line=1::warning", "::stop-commands::t", "100%0A::x",
            "\u{2028}::error::x", "\u{85}::error::x", "##[add-path]x", "\u{1B}[2J\u{7}", "\u{202E}txt",
        ])
    func injection(evil: String) {
        let diagnostic = Diagnostic(path: evil, line: 1, column: 2, code: evil, message: evil, hint: evil)
        for text in [Diagnostic.githubAnnotations([diagnostic]), Diagnostic.githubFailure(evil)] {
            #expect(text.unicodeScalars.filter { $0.properties.generalCategory == .control } == ["\n"])
            #expect(text.hasSuffix("\n") && text.hasPrefix("::error "))
            // The runner splits the command from its message at the first `::`, and properties at `,`.
            let command = text.dropFirst(2).prefix(while: { $0 != ":" })
            #expect(!command.contains("::") && command.split(separator: ",").allSatisfy { $0.contains("=") })
        }
        #expect(Diagnostic.githubAnnotations([diagnostic]).split(separator: ",").count { $0.contains("line=1") } >= 1)
    }

    @Test("a runner reads back from an annotation what was written into it")
    func roundTrip() throws {
        let evil = "50% of a:b, c\nd"
        let diagnostic = Diagnostic(path: evil, line: 3, column: 4, code: "x", message: evil)
        let read = try #require(RunnerCommand(diagnostic.githubAnnotation))
        #expect(read.properties == ["file": evil, "line": "3", "col": "4", "title": "writ: x"])
        #expect(read.message == evil)
    }

    @Test("hostile manifests give one well-formed command for each error", arguments: 0..<8)
    func hostileManifests(seed: Int) {
        var random = SplitMix(seed: UInt64(seed) &+ 40_000)
        let sources = [Fixtures.endpoint, Fixtures.policy, "a: \"\\n::error::x\\r\\n##[x]\"\n"].map { Array($0.utf8) }
        for _ in 0..<40 {
            var bytes = sources[random.below(sources.count)]
            for _ in 0...random.below(6) { random.mutate(&bytes, from: sources) }
            let found = decode(bytes).diagnostics
            let lines = Diagnostic.githubAnnotations(found).split(separator: "\n")
            #expect(lines.count == found.count)
            #expect(lines.allSatisfy { RunnerCommand(String($0))?.name == "error" })
        }
    }

    // MARK: SARIF

    @Test("a SARIF log holds every error with its rule, place and fingerprint")
    func sarif() throws {
        let found = twoErrors
        let log = try JSONDecoder().decode(SARIFLog.self, from: Data(Diagnostic.sarif(found, count: 5, version: "1.2")))
        #expect(log.version == "2.1.0")
        let run = try #require(log.runs.first)
        #expect(run.tool.driver.name == "writ" && run.tool.driver.version == "1.2")
        #expect(run.tool.driver.rules.map(\.id) == ["unknown-field", "wrong-type"])
        #expect(run.results.map(\.ruleId) == ["wrong-type", "unknown-field"])
        for result in run.results { #expect(run.tool.driver.rules[result.ruleIndex].id == result.ruleId) }
        let region = try #require(run.results.first?.locations.first?.physicalLocation.region)
        #expect((region.startLine, region.startColumn, region.endColumn) == (7, 12, 13))
        #expect(region.snippet?.text == "  version: x")
        #expect(Set(run.results.compactMap { $0.partialFingerprints["writ/v1"] }).count == 2)
        #expect(
            run.invocations.first?.toolExecutionNotifications?.map(\.message.text)
                == ["and 3 more errors that are not listed"])
    }

    @Test("a SARIF log of nothing wrong has a run without results, and a path is never an absolute address")
    func sarifEdges() throws {
        let empty = try JSONDecoder().decode(SARIFLog.self, from: Data(Diagnostic.sarif([], count: 0, version: "1")))
        #expect(empty.runs.count == 1 && empty.runs[0].results.isEmpty)
        #expect(Diagnostic.relativeURI("http://x/ä b%.yaml") == "http%3A//x/%C3%A4%20b%25.yaml")
    }

    // MARK: GitLab

    @Test("GitLab's report is a list, and equal errors have different fingerprints")
    func gitlab() throws {
        struct Entry: Decodable {
            struct Location: Decodable {
                struct Lines: Decodable { var begin: Int }
                var path: String
                var lines: Lines
            }
            var description, check_name, fingerprint, severity: String
            var location: Location
        }
        let twice = [twoErrors[0], twoErrors[0]]
        let entries = try JSONDecoder().decode([Entry].self, from: Data(Diagnostic.gitlab(twice)))
        #expect(Set(entries.map(\.fingerprint)).count == 2)
        #expect(entries.map(\.location.lines.begin) == [7, 7] && entries[0].location.path == "models/flights.yaml")
        #expect(entries[0].severity == "major" && entries[0].check_name == "wrong-type")
        #expect(String(decoding: try Diagnostic.gitlab([]), as: UTF8.self).filter { !$0.isWhitespace } == "[]")
    }
}

/// A workflow command as the runner reads it (actions/runner, ActionCommand.cs, second form).
private struct RunnerCommand {
    var name: String
    var properties: [String: String] = [:]
    var message: String

    init?(_ line: String) {
        guard line.hasPrefix("::"), let end = line.dropFirst(2).firstRange(of: "::") else { return nil }
        let parts = line[line.index(line.startIndex, offsetBy: 2)..<end.lowerBound]
            .split(separator: " ", maxSplits: 1)
        name = String(parts[0])
        message = RunnerCommand.unescaped(String(line[end.upperBound...]))
        for property in parts.dropFirst().joined().split(separator: ",") {
            let pair = property.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { return nil }
            properties[String(pair[0])] = RunnerCommand.unescaped(String(pair[1]))
        }
    }

    private static func unescaped(_ text: String) -> String {
        text.replacing("%3A", with: ":").replacing("%2C", with: ",").replacing("%0D", with: "\r")
            .replacing("%0A", with: "\n").replacing("%25", with: "%")
    }
}

/// What this test reads of a SARIF log.
private struct SARIFLog: Decodable {
    struct Text: Decodable { var text: String }
    struct Rule: Decodable {
        var id: String
        var shortDescription: Text
    }
    struct Driver: Decodable {
        var name, version: String
        var rules: [Rule]
    }
    struct Tool: Decodable { var driver: Driver }
    struct Region: Decodable {
        var startLine, startColumn: Int
        var endColumn: Int?
        var snippet: Text?
    }
    struct Artifact: Decodable { var uri, uriBaseId: String }
    struct Physical: Decodable {
        var artifactLocation: Artifact
        var region: Region
    }
    struct Location: Decodable { var physicalLocation: Physical }
    struct Result: Decodable {
        var ruleId, level: String
        var ruleIndex: Int
        var message: Text
        var locations: [Location]
        var partialFingerprints: [String: String]
    }
    struct Notification: Decodable { var message: Text }
    struct Invocation: Decodable {
        var executionSuccessful: Bool
        var toolExecutionNotifications: [Notification]?
    }
    struct Run: Decodable {
        var tool: Tool
        var results: [Result]
        var invocations: [Invocation]
        var columnKind: String
    }
    var version: String
    var runs: [Run]
}
