// What auditors do in a workshop: they ask, check with programs that are not Writ, and change what must be noticed.
import Foundation
import Testing

extension Workshop {
    /// The package's folder, for programs that come with it.
    static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// `writ audit …`, which must end with this code; returns what it says.
    @discardableResult
    func audit(
        _ arguments: String..., code: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        let output = try run(Workshop.program, ["audit"] + arguments)
        #expect(
            output.code == code, "audit \(arguments): \(output.text)\(output.errors)", sourceLocation: sourceLocation)
        return output.text + (code == 0 ? "" : output.errors)
    }

    /// Python with the verifiers of others: `scripts/setup tests` makes it.
    func verifier(_ arguments: String...) throws -> Output {
        try run(Workshop.package.appending(path: ".tools/verifiers/bin/python").path, arguments)
    }

    /// Python as the machine has it, for programs that need nothing else.
    func python(_ arguments: String...) throws -> Output { try run("/usr/bin/python3", arguments) }

    /// Adds lines to the operator's file.
    func configure(_ lines: String) throws {
        let text = try String(contentsOfFile: path("writ.yaml"), encoding: .utf8)
        try Data((text + lines + "\n").utf8).write(to: URL(filePath: path("writ.yaml")))
    }

    /// Gives a small life a policy: two approvals of risk for endpoints, and what versions must show.
    @discardableResult
    func commitAuditedLife(approvals: Int, evidence: String) throws -> String {
        try commitSmallLife()
        try edit("manifests/endpoint.yaml", "  model: mean\n", "  model: mean\n  promotion: propose\n")
        let signers = try [signer("alice"), signer("bob"), signer("carol"), writSigner()]
        try write("governance/allowed_signers", signers.joined(separator: "\n") + "\n")
        let demand = approvals == 0 ? "" : "\n      approvals: [{count: \(approvals), role: risk}]"
        try write(
            "manifests/policy.yaml",
            """
            apiVersion: writ.dev/v1
            kind: Policy
            metadata: {name: governance}
            spec:
              repository: example.com/ml/small
              signers: governance/allowed_signers
              roles:
                owner: [alice@example.com]
                automation: [writ@example.com]
                risk: [bob@example.com, carol@example.com]
              rules:
                - {name: everything, paths: ["**"], authors: [owner, automation]}
                - name: endpoints
                  paths: ["manifests/endpoint.yaml"]
                  kinds: [Endpoint]\(demand)
                  evidence: \(evidence)

            """)
        return try commit("an audited life", by: "alice")
    }

    /// Merges Writ's proposal of a version and has bob and carol approve it; returns the merge.
    func promote(_ branch: String, from base: String) async throws -> String {
        try await wait(for: "the proposal \(branch)") {
            try git("ls-remote", "origin", "refs/heads/writ/promotion/\(branch)").text.contains(branch)
        }
        let head = try merge("writ/promotion/\(branch)", by: "alice")
        for person in ["bob", "carol"] { try approve(base, head, by: person).expectSuccess() }
        try await waitUntilAccepted(head)
        return head
    }

    /// The `x-writ-request-id` of an answer.
    func requestID(_ path: String) throws -> String {
        let answer = try run("/usr/bin/curl", ["-s", "-m", "5", "-i", "http://127.0.0.1:\(port)\(path)"])
        let found = answer.text.firstMatch(of: /(?i)x-writ-request-id: *([^\r\n]+)/)
        return String(try #require(found, "\(answer.text)").1)
    }

    /// Changes one bit in the middle of a file, whatever its mode; the mode is as it was afterwards.
    func flipBit(of file: String, at place: Int? = nil) throws {
        let manager = FileManager.default
        let mode = try #require(try manager.attributesOfItem(atPath: file)[.posixPermissions] as? Int)
        try manager.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        // In place: another link to the file shows the same bytes.
        let handle = try FileHandle(forUpdating: URL(filePath: file))
        let size = try handle.seekToEnd()
        let offset = place.map(UInt64.init) ?? size / 2
        try handle.seek(toOffset: offset)
        let byte = try #require(try handle.read(upToCount: 1)?.first)
        try handle.seek(toOffset: offset)
        try handle.write(contentsOf: Data([byte ^ 1]))
        try handle.close()
        try manager.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    }
}
