// What decides whether a commit takes effect, one rule at a time, with real keys and a real remote.
import Foundation
import Testing

@Suite(.serialized)
struct GovernedChangeTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    @Test("in a freeze a change is held, its hour is said, and it applies then by itself")
    func freeze() async throws {
        let first = try workshop.commitGovernedRows("    - name: all\n")
        try workshop.serve()
        try await workshop.waitUntilAccepted(first)
        // Its end is reckoned only now: how long a controller takes to start is another matter.
        let end = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: 40))
        let begin = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: -3600))
        try workshop.edit(
            "manifests/policy.yaml", "- name: all",
            """
            - name: all
                  windows: [{freeze: {from: "\(begin)", until: "\(end)", reason: the fair}}]
            """)
        try await workshop.waitUntilAccepted(workshop.commit("the fair", by: "alice"))
        let change = try workshop.commitOwner("ada")
        try await workshop.source(says: "Held", "Will apply", "the fair")
        let said = try workshop.source
        #expect(said.contains("at \(end)") && said.contains("nothing: it will apply at"), "\(said)")
        try await workshop.waitUntilAccepted(change)
        #expect(ISO8601DateFormatter().string(from: Date()) >= end)
    }

    @Test("an engine of the operator's says no in its own words, and later yes")
    func engine() async throws {
        let script = workshop.path("judge.sh")
        try Data(
            """
            #!/bin/sh
            cat > "$0.new" && mv "$0.new" "$0.input"
            if [ -e "$0.yes" ]; then echo '{"allow": true}'; else
              echo '{"allow": false, "reasons": ["the desk is closed"]}'; fi

            """.utf8
        ).write(to: URL(filePath: script))
        let first = try workshop.commitGovernedRows(
            "    - {name: all, engine: desk}\n", operatorLines: "engines: {desk: {command: [/bin/sh, \(script)]}}\n")
        try workshop.serve()
        try await workshop.waitUntilAccepted(first)
        let change = try workshop.commitOwner("ada")
        try await workshop.source(says: "Held", "the desk is closed")
        let input = try String(contentsOfFile: script + ".input", encoding: .utf8)
        #expect(input.contains(change) && input.contains("metadata.owner: desk → ada"), "\(input)")
        try Data().write(to: URL(filePath: script + ".yes"))
        try await workshop.waitUntilAccepted(change)
    }

    private static let oneApproval = """
            - {name: all, paths: ["**"], authors: [owner]}
            - {name: rows, paths: ["manifests/data-*.yaml"], approvals: [{count: 1, role: risk}]}

        """

    @Test("an approval is void when the base moved, when it is replayed and when a word of it is changed")
    func approvals() async throws {
        let first = try workshop.commitGovernedRows(Self.oneApproval)
        try workshop.serve()
        try await workshop.waitUntilAccepted(first)
        let early = try workshop.commitOwner("ada", push: false)
        let approved = try workshop.approve(first, early, by: "bob")
        #expect(approved.code == 0 && approved.text.contains("nothing is missing"), "\(approved)")
        #expect(approved.errors.contains("is on no branch of origin"), "\(approved.errors)")

        // Somebody else's commit comes first: what bob saw is not what would be merged.
        try workshop.git("reset", "-q", "--hard", first)
        try workshop.write("README", "news\n")
        let news = try workshop.commit("news", by: "alice")
        try await workshop.waitUntilAccepted(news)
        let late = try workshop.commitOwner("ada")
        try await workshop.source(says: "Held", "0 of 1 approval of risk")
        let old = try workshop.approval(holding: first)
        try workshop.plant(old.text.replacing(first, with: news), signatureOf: old.path)
        try await workshop.source(says: "Held", "an approval in the name of bob@example.com is void")
        try workshop.approve(news, late, by: "bob").expectSuccess()
        try await workshop.waitUntilAccepted(late)

        // The same rows once more, and the approval of yesterday laid beside them.
        let replayed = try workshop.commitOwner("eve")
        let valid = try workshop.approval(holding: news)
        try workshop.plant(valid.text.replacing(news, with: late), signatureOf: valid.path)
        try await workshop.source(says: "Held", "is void")
        #expect(try !workshop.source.contains("Approved by  bob@example.com, "))
        let said = try workshop.source
        #expect(said.contains(late) && said.contains(replayed), "\(said)")
    }

    @Test("a branch that was rewritten freezes Writ until a person accepts it, and the policies still judge then")
    func forced() async throws {
        let first = try workshop.commitGovernedRows("    - {name: all, authors: [owner]}\n")
        try workshop.serve()
        try await workshop.waitUntilAccepted(first)
        let second = try workshop.commitOwner("ada")
        try await workshop.waitUntilAccepted(second)
        try workshop.git("reset", "-q", "--hard", first)
        let other = try workshop.commitOwner("eve")
        try await workshop.source(says: "Frozen", second, other)
        #expect(try workshop.writ("accept", other, "--reason", "the desk rewrote it").code == 0)
        try await workshop.waitUntilAccepted(other)
        #expect(try workshop.writ("audit", "log", "--limit", "50").text.contains("the desk rewrote it"))
    }

    @Test("the operator's own signers hold where the repository has no policy, from the revision the operator trusts")
    func operatorsTrust() async throws {
        try workshop.beginGoverning(["alice", "mallory"])
        try workshop.commitRows()
        let first = try workshop.commit("rows", by: "alice")
        let signers = workshop.path("signers")
        try Data((try workshop.signer("alice") + "\n").utf8).write(to: URL(filePath: signers))
        let file = workshop.folder.appending(path: "writ.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        try Data((text + "trust: {revision: \(first), signers: \(signers)}\n").utf8).write(to: file)
        try workshop.write("README", "mine\n")
        let forged = try workshop.commit("by mallory", by: "mallory")
        try workshop.serve()
        try await workshop.source(says: "Held", String(forged.prefix(8)), "not listed among the allowed signers")
        #expect(try workshop.source.contains("\(first), for"))
        try workshop.git("reset", "-q", "--hard", first)
        let change = try workshop.commitOwner("ada")
        try await workshop.waitUntilAccepted(change)
    }

    @Test("a delivery the forge signed wakes the controller at once, and a forged one does not")
    func webhook() async throws {
        let secret = "a secret of some length"
        try Data(secret.utf8).write(to: workshop.folder.appending(path: "secret"))
        let port = try Workshop.freePort()
        let first = try workshop.commitGovernedRows(
            "    - {name: all}\n",
            operatorLines: """
                forge:
                  {kind: github, url: "http://127.0.0.1:9", repository: ml/rows, token: {file: secret}, reports: false}
                webhooks: {listen: "127.0.0.1:\(port)", secret: {file: secret}}

                """)
        try workshop.setPoll("10m")
        try workshop.serve()
        try await workshop.waitUntilAccepted(first)
        let change = try workshop.commitOwner("ada")
        #expect(try workshop.deliver(to: port, secret: "another secret of some length") == 403)
        #expect(try workshop.deliver(to: port, secret: nil) == 403)
        #expect(try workshop.source.contains(first))
        #expect(try workshop.deliver(to: port, secret: secret) == 200)
        try await workshop.waitUntilAccepted(change)
    }
}

extension Workshop {
    fileprivate func setPoll(_ span: String) throws {
        let file = folder.appending(path: "writ.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        try Data(text.replacing("poll: 500ms", with: "poll: \(span)").utf8).write(to: file)
    }

    /// A push as GitHub delivers it; the code of the answer.
    fileprivate func deliver(to port: Int, secret: String?) throws -> Int {
        let body = #"{"ref":"refs/heads/main"}"#
        var headers = ["-H", "X-GitHub-Event: push", "-H", "X-GitHub-Delivery: \(secret ?? "none")"]
        if let secret {
            let code = try run(
                "/usr/bin/python3",
                [
                    "-c",
                    "import hmac,sys;print(hmac.new(sys.argv[1].encode(),sys.argv[2].encode(),'sha256').hexdigest())",
                    secret, body,
                ])
            headers += [
                "-H", "X-Hub-Signature-256: sha256=\(code.text.trimmingCharacters(in: .whitespacesAndNewlines))",
            ]
        }
        let answer = try run(
            "/usr/bin/curl",
            ["-s", "-m", "5", "-o", "/dev/null", "-w", "%{http_code}", "-d", body] + headers
                + ["http://127.0.0.1:\(port)/webhooks/github"])
        return Int(answer.text) ?? 0
    }
}
