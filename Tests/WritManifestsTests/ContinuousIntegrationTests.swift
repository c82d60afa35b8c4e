// The ready files for continuous integration: they are what the forges read, and hand nothing to a pull request.
import Foundation
import Testing

@testable import WritManifests

struct ContinuousIntegrationTests {
    static let folder = SchemaTests.folder.deletingLastPathComponent().appending(path: "ci")

    private func text(_ name: String) throws -> String {
        try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
    }

    @Test(
        "the files follow the forges' own schemas",
        arguments: [
            ("github-workflow.yaml", ["--builtin-schema", "vendor.github-workflows"]),
            ("gitlab-ci.yaml", ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"]),
        ])
    func schemas(name: String, schema: [String]) throws {
        #expect(try SchemaCheck.errors(schema + [Self.folder.appending(path: name).path]) == [])
    }

    @Test("every published schema is a sound JSON Schema")
    func published() throws {
        let names = try JSONSchema.documents().keys.sorted()
        let files = names.map { SchemaTests.folder.appending(path: $0).path }
        #expect(try SchemaCheck.errors(["--check-metaschema"] + files) == [])
    }

    @Test("the workflow has no secret, a token that reads, and actions nobody can exchange")
    func workflow() throws {
        let text = try text("github-workflow.yaml")
        let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        let code = lines.filter { !$0.hasPrefix("#") }
        #expect(code.contains("pull_request:"))
        #expect(!text.contains("pull_request_target") && !text.contains("workflow_run") && !text.contains("secrets."))
        #expect(text.contains("\npermissions:\n  contents: read\n"))
        #expect(code.filter { $0.hasSuffix(": write") } == ["security-events: write"])
        #expect(code.count { $0.contains("actions/checkout@") } == code.count { $0 == "persist-credentials: false" })
        for line in code where line.contains("uses: ") {
            let pin = line.split(separator: "@").last?.prefix { $0.isHexDigit } ?? ""
            #expect(pin.count == 40, "\(line)")
        }
        for line in code where line.hasPrefix("container:") { #expect(line.contains("@sha256:"), "\(line)") }
    }

    @Test("no script holds what a pull request may choose: expressions stand in `with` and `env` alone")
    func scripts() throws {
        var isScript = false
        for line in try text("github-workflow.yaml").split(separator: "\n") {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            if trimmed.hasPrefix("- ") || trimmed.hasSuffix(":") { isScript = false }
            if trimmed.hasPrefix("run:") || trimmed.hasPrefix("- run:") { isScript = true }
            if isScript { #expect(!trimmed.contains("${{"), "\(trimmed)") }
        }
        for name in ["github-workflow.yaml", "gitlab-ci.yaml"] {
            for line in try text(name).split(separator: "\n") where line.contains("writ plan") {
                #expect(line.contains("--from \"$") && line.contains("--to \"$"), "\(line)")
            }
        }
    }
}
