// Promotion without a person where the policies allow it, a person's way back, and another artefact than was approved.
import Foundation
import Testing

@Suite(.serialized)
struct AutomaticPromotionTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    @Test(
        "Writ commits a promotion itself where its key may, a person goes back in Git, a stricter rule makes it propose"
    )
    func automatic() async throws {
        try begin()
        try workshop.serve()
        try await workshop.waitUntilReady("endpoint", "live")
        try workshop.edit("manifests/model.yaml", "rows: one", "rows: two")
        try workshop.commit("more rows", by: "alice")
        try await workshop.wait(for: "version 2") { try workshop.ask("/live/x").version == "mean:2" }
        try workshop.git("pull", "-q", "--ff-only", "origin", "main")
        let promoted = try workshop.git("log", "-1", "--format=%an <%ae>%n%B").text
        #expect(promoted.hasPrefix("Writ <writ@example.com>\nPromote live to version 2"), "\(promoted)")
        #expect(try workshop.git("ls-remote", "origin", "refs/heads/writ/*").text.isEmpty, "no branch was needed")

        try await back()
        try await stricter()
    }

    /// `writ rollback`, with the person's own git and key; Writ does not promote again what a person took back.
    private func back() async throws {
        for (name, value) in [
            ("user.name", "alice"), ("user.email", "alice@example.com"),
            ("user.signingkey", workshop.path("alice.key")), ("commit.gpgsign", "true"),
        ] { try workshop.git("config", name, value) }
        try workshop.git("branch", "-q", "--set-upstream-to=origin/main")
        let clone = workshop.path("repository")
        let unknown = try workshop.writ("rollback", "live", clone, "--to", "9", "--data", workshop.path("data"))
        #expect(unknown.code == 1 && unknown.errors.contains("mean has no version 9 on record"), "\(unknown)")
        try workshop.writ("rollback", "live", clone, "--push", "--reason", "it is slow").expectSuccess()
        let message = try workshop.git("log", "-1", "--format=%B").text
        #expect(message.contains("Roll live back to version 1") && message.contains("From version 2: it is slow"))
        try await workshop.waitUntilAccepted(workshop.head)
        try await workshop.wait(for: "version 1") { try workshop.ask("/live/x").version == "mean:1" }
        let again = try workshop.writ("rollback", "live", clone)
        #expect(again.code == 1 && again.errors.contains("never pinned a version below 1"), "\(again)")
        try workshop.write("README", "after it\n")
        try await workshop.waitUntilAccepted(workshop.commit("news", by: "alice"))
        #expect(try workshop.git("ls-remote", "origin", "refs/heads/main").text.hasPrefix(workshop.head))
        try workshop.expectServing("mean:1")
    }

    /// Once endpoints need an approval, Writ proposes; and an approval of other bytes than are registered is void.
    private func stricter() async throws {
        try workshop.edit(
            "manifests/policy.yaml", "kinds: [Endpoint]", "kinds: [Endpoint], approvals: [{count: 1, role: risk}]")
        try await workshop.waitUntilAccepted(workshop.commit("approvals for endpoints", by: "alice"))
        try workshop.write("data/two.csv", "x\n4\n5\n6\n")
        let base = try workshop.commit("other rows", by: "alice")
        try await workshop.wait(for: "the proposal of version 3") {
            try workshop.git("ls-remote", "origin", "refs/heads/writ/promotion/live-3").text.contains("live-3")
        }
        #expect(try workshop.git("ls-remote", "origin", "refs/heads/main").text.hasPrefix(base))
        let head = try workshop.merge("writ/promotion/live-3", by: "alice")
        try workshop.approve(base, head, by: "alice").expectSuccess()
        let seen = try workshop.approval(holding: base)
        let swapped = seen.text.replacing("alice@example.com", with: "bob@example.com").replacing(
            /("mean:3":"sha256:)[0-9a-f]{8}/, with: { "\($0.output.1)00000000" })
        #expect(swapped != seen.text)
        try workshop.plant(swapped, signedBy: "bob")
        try await workshop.source(says: "Held", "the digest of mean:3 differs")
        try workshop.expectServing("mean:1")
        try workshop.approve(base, head, by: "bob").expectSuccess()
        try await workshop.wait(for: "version 3") { try workshop.ask("/live/x").version == "mean:3" }
    }

    private func begin() throws {
        try workshop.beginGoverning(["alice", "bob"])
        try workshop.commitSmallLife()
        try workshop.edit("manifests/endpoint.yaml", "  model: mean\n", "  model: mean\n  promotion: auto\n")
        let signers = try [workshop.signer("alice"), workshop.signer("bob"), workshop.writSigner()]
        try workshop.write("governance/allowed_signers", signers.joined(separator: "\n") + "\n")
        try workshop.write(
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
                risk: [bob@example.com]
              rules:
                - {name: everything, paths: ["**"], authors: [owner, automation]}
                - {name: endpoints, kinds: [Endpoint]}

            """)
        try workshop.commit("promotes itself", by: "alice")
    }
}

extension Workshop {
    /// The clone's own tip.
    fileprivate var head: String {
        get throws { try git("rev-parse", "HEAD").text.trimmingCharacters(in: .whitespacesAndNewlines) }
    }
}
