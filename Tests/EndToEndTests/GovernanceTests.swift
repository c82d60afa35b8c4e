// A governed life: propose, approve, merge, deploy, take back; with somebody tampering between the steps.
import Foundation
import Testing

@Suite(.serialized)
struct GovernanceTests {
    @Test("only what was rightly approved takes effect, and what fails goes back in Git too")
    func governedLife() async throws {
        let workshop = try Workshop()
        let first = try begin(workshop)
        try workshop.serve()
        try await workshop.waitUntilReady("endpoint", "live")
        try workshop.expectServing("mean:1")

        try await unsignedInTheMiddle(workshop, after: first)
        try await loosenedPolicy(workshop)
        let merged = try await promotion(workshop)
        try await rollback(workshop, merged)

        try await workshop.wait(for: "the notes in Git") {
            try workshop.git("fetch", "-q", "origin", "+refs/notes/*:refs/notes/*", "+refs/writ/*:refs/writ/*")
            return try workshop.git("log", "--notes=writ", "--format=%N").text.contains("taken back")
        }
        #expect(try workshop.git("show", "refs/writ/checkpoints:checkpoint").text.contains("test.writ.example/e2e"))
        let verified = try workshop.writ("audit", "verify", "--blobs")
        #expect(verified.code == 0, "\(verified.text)\(verified.errors)")
    }

    /// A small life with a policy in its first commit, which the operator trusts.
    private func begin(_ workshop: Workshop) throws -> String {
        try workshop.beginGoverning(["alice", "bob", "carol", "carol2", "mallory"])
        try workshop.commitSmallLife()
        try workshop.edit("manifests/endpoint.yaml", "  model: mean\n", "  model: mean\n  promotion: propose\n")
        try workshop.edit("manifests/model.yaml", "maximum: 50", "maximum: 5000")
        try workshop.edit(
            "code/serve.py", "class Handler", "if mean > 100: raise SystemExit(3)\nclass Handler")
        let signers = try [
            workshop.signer("alice"), workshop.signer("bob"), workshop.signer("carol"),
            workshop.signer("carol2", as: "carol"), workshop.writSigner(),
        ]
        try workshop.write("governance/allowed_signers", signers.joined(separator: "\n") + "\n")
        try workshop.write("manifests/policy.yaml", Self.policy)
        return try workshop.commit("a governed life", by: "alice")
    }

    /// Refused, named, recorded; and mended by rewriting what was never accepted.
    private func unsignedInTheMiddle(_ workshop: Workshop, after first: String) async throws {
        try workshop.write("README", "one\n")
        try workshop.git("add", "-A")
        try workshop.git("commit", "-qm", "unsigned")
        let unsigned = try workshop.git("rev-parse", "HEAD").text.prefix(8)
        try workshop.write("README", "two\n")
        let signed = try workshop.commit("signed after it", by: "alice")
        try await workshop.source(says: "Held", String(unsigned), "sign")
        #expect(try workshop.writ("get", "source").text.contains(first), "the revision before it stays in force")
        try workshop.expectServing("mean:1")
        let history = try workshop.writ("audit", "log", "--limit", "200").text
        #expect(history.contains("refused by policy"), "\(history)")

        try workshop.git("reset", "-q", "--hard", first)
        try workshop.write("README", "two\n")
        let mended = try workshop.commit("signed", by: "alice")
        #expect(mended != signed)
        try await workshop.waitUntilAccepted(mended)

        try workshop.write("README", "three\n")
        try workshop.commit("by nobody anyone knows", by: "mallory")
        try await workshop.source(says: "Held", "not listed among the allowed signers")
        try workshop.git("reset", "-q", "--hard", mended)
        try workshop.git("push", "-q", "--force", "origin", "main")
        try await workshop.source(says: "Accepted")
    }

    /// A pull request cannot authorise itself.
    private func loosenedPolicy(_ workshop: Workshop) async throws {
        let before = try workshop.git("rev-parse", "HEAD").text.trimmingCharacters(in: .whitespacesAndNewlines)
        try workshop.edit("manifests/policy.yaml", "count: 2", "count: 1")
        try workshop.edit("manifests/endpoint.yaml", "replicas: 1", "replicas: 2")
        try workshop.commit("looser rules, and what they would allow", by: "alice")
        try await workshop.source(says: "Held", "approval")
        #expect(workshop.replicaFolders.count == 1)
        try workshop.git("reset", "-q", "--hard", before)
        try workshop.git("push", "-q", "--force", "origin", "main")
        try await workshop.source(says: "Accepted")
    }

    /// Version 2 is proposed by Writ, merged by alice, approved by bob and by carol, once each.
    private func promotion(_ workshop: Workshop) async throws -> String {
        try workshop.edit("manifests/model.yaml", "rows: one", "rows: two")
        let base = try workshop.commit("more rows", by: "alice")
        try await workshop.waitUntilAccepted(base)
        try await workshop.wait(for: "the proposal") {
            try workshop.git("ls-remote", "origin", "refs/heads/writ/promotion/live-2").text.contains("live-2")
        }
        let head = try workshop.merge("writ/promotion/live-2", by: "alice")
        let diff = try workshop.git("diff", "--numstat", base, head).text
        #expect(diff == "2\t1\tmanifests/endpoint.yaml\n", "one line changes and the digest is added: \(diff)")
        try await workshop.source(says: "Held", "0 of 2 approvals of risk")
        try workshop.expectServing("mean:1")

        try workshop.approve(base, head, by: "carol").expectSuccess()
        try workshop.approve(base, head, by: "carol2", as: "carol").expectSuccess()
        // Somebody who is no signer says he is bob; what could not count is not kept.
        let forged = try workshop.approve(base, head, by: "mallory", as: "bob")
        #expect(forged.code == 1 && forged.errors.contains("would be void"), "\(forged)")
        #expect(forged.errors.contains("is not listed among the allowed signers; nothing was approved"), "\(forged)")
        let plan = try workshop.writ(
            "plan", workshop.path("repository"), "--from", base, "--to", head, "--data", workshop.path("data"))
        #expect(plan.text.contains("carol"), "\(plan.text)\(plan.errors)")
        try await workshop.source(says: "Held")
        try workshop.expectServing("mean:1")

        try workshop.approve(base, head, by: "bob").expectSuccess()
        try await workshop.waitUntilAccepted(head)
        try await workshop.wait(for: "version 2") { try workshop.ask("/live/x").version == "mean:2" }
        #expect(try workshop.writ("get", "source").text.contains("bob@example.com, carol@example.com"))
        return head
    }

    /// Version 3 cannot serve: version 2 goes on, the revert is proposed, and an emergency merges it.
    private func rollback(_ workshop: Workshop, _ base: String) async throws {
        try workshop.write("data/two.csv", "x\n1000\n2000\n")
        let trained = try workshop.commit("rows that break the server", by: "alice")
        try await workshop.waitUntilAccepted(trained)
        try await workshop.wait(for: "the proposal of version 3") {
            try workshop.git("ls-remote", "origin", "refs/heads/writ/promotion/live-3").text.contains("live-3")
        }
        let head = try workshop.merge("writ/promotion/live-3", by: "alice")
        for person in ["bob", "carol"] { try workshop.approve(trained, head, by: person).expectSuccess() }
        try await workshop.waitUntilAccepted(head)
        let why = try await workshop.why("endpoint", "live", says: "taken back")
        #expect(why.contains("mean:2") && why.contains("until its manifest asks for another"), "\(why)")
        try workshop.expectServing("mean:2")
        try await workshop.wait(for: "the revert") {
            try workshop.git("ls-remote", "origin", "refs/heads/writ/rollback/live-2").text.contains("live-2")
        }
        let reverted = try workshop.merge(
            "writ/rollback/live-2", by: "alice", message: "Go back\n\nBreak-glass: version 3 crashes at start\n")
        try await workshop.waitUntilAccepted(reverted)
        try await workshop.source(says: "Break-glass", "version 3 crashes at start")
        try await workshop.waitUntilReady("endpoint", "live")
        try workshop.expectServing("mean:2")
    }

    private static let policy = """
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
            - name: everything
              paths: ["**"]
              authors: [owner, automation]
            - name: endpoints
              paths: ["manifests/endpoint.yaml"]
              kinds: [Endpoint]
              approvals: [{count: 2, role: risk}]
              evidence: {gates: [mae]}
              breakGlass: {role: owner, longest: 4h}
            - name: governance
              paths: ["governance/**", "manifests/policy.yaml"]
              approvals: [{count: 2, role: risk}]

        """
}
