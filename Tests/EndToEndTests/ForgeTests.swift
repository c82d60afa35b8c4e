// Pull requests on a forge: the plan is said there and kept current, Writ opens its own, and reviews count.
import Foundation
import Testing

@Suite(.serialized)
struct ForgeTests {
    private let workshop: Workshop
    private let forge: ForgeServer

    init() throws {
        workshop = try Workshop()
        forge = try ForgeServer(workshop)
    }

    @Test("a pull request shows its plan, follows its head, and a review on the forge counts where the policy says so")
    func reviewed() async throws {
        let first = try begin()
        try workshop.serve()
        try await workshop.waitUntilReady("endpoint", "live")

        try workshop.git("switch", "-qc", "scale")
        try workshop.edit("manifests/endpoint.yaml", "replicas: 1", "replicas: 2")
        let head = try commitTopic("two replicas")
        try forge.open("scale", by: "alice-gh", "Two replicas")
        let said = try await request(1) { $0.comments.first?.contains("Endpoint/live") == true }
        let comment = try #require(said.comments.first)
        #expect(comment.contains(first.prefix(8)) && comment.contains(head.prefix(8)), "\(comment)")
        #expect(comment.contains("0 of 1 approval of risk"), "\(comment)")
        try await status(head, begins: "pending: ", with: "approval of risk")

        try workshop.edit("manifests/endpoint.yaml", "model: mean", "model: meen")
        let broken = try commitTopic("a slip")
        let refused = try await request(1) { $0.comments.first?.contains("meen") == true }
        #expect(refused.comments.count == 1 && refused.edits >= 1, "one comment, kept current")
        try await status(broken, begins: "failure: ", with: "1 error")

        try workshop.git("reset", "-q", "--hard", head)
        try workshop.git("push", "-q", "--force", "origin", "scale")
        _ = try await request(1) { $0.comments.first?.contains("Endpoint/live") == true }
        try forge.review(1, by: "alice-gh", "APPROVED")
        try forge.review(1, by: "bob-gh", "APPROVED")
        try await status(head, begins: "success: ", with: "planned")

        try workshop.git("switch", "-q", "main")
        let merged = try workshop.merge(
            "scale", by: "alice", message: "Merge pull request 'Two replicas' (#1) from scale into main")
        try await workshop.waitUntilAccepted(merged)
        let source = try workshop.source
        #expect(source.contains("bob@example.com") && source.contains("Approved by"), "\(source)")
    }

    @Test(
        "a promotion is a pull request with comparison and lineage, and is closed with the branch when it is overtaken")
    func promoted() async throws {
        try begin(promotion: "propose")
        try workshop.serve()
        try await workshop.waitUntilReady("endpoint", "live")
        try workshop.edit("manifests/model.yaml", "rows: one", "rows: two")
        try workshop.commit("more rows", by: "alice")
        let opened = try await request(1) { $0.branch == "writ/promotion/live-2" }
        #expect(opened.title.contains("live") && opened.title.contains("version 2"), "\(opened.title)")
        #expect(opened.body.contains("mae") && opened.body.contains("| `mae` | 0 | 18 | +18 |"), "\(opened.body)")
        #expect(opened.body.contains("run-"), "lineage: \(opened.body)")
        let told = try await request(1) { !$0.comments.isEmpty }
        #expect(told.comments[0].contains("1 → 2"), "\(told.comments)")

        try workshop.write("data/two.csv", "x\n4\n5\n6\n")
        try workshop.commit("other rows", by: "alice")
        _ = try await request(2) { $0.branch == "writ/promotion/live-3" && $0.state == "open" }
        let overtaken = try await request(1) { $0.state == "closed" }
        #expect((overtaken.comments + [overtaken.body]).contains { $0.contains("3") }, "\(overtaken)")
    }

    @Test("a squash keeps its review where it is what was reviewed, and loses it for one line more")
    func squashed() async throws {
        let first = try begin()
        try workshop.serve()
        try await workshop.waitUntilAccepted(first)
        try await offer(1, "scale", "replicas: 1", "replicas: 2")
        let landed = try squash("scale", as: "Two replicas, squashed")
        try forge.squash(1, as: landed)
        try await workshop.waitUntilAccepted(landed)
        let source = try workshop.source
        #expect(source.contains("Approved by") && source.contains("bob@example.com"), "\(source)")

        let head = try await offer(2, "drain", "drain: 2s", "drain: 3s")
        let more = try squash("drain", as: "Three seconds (#2)") { try workshop.write("README", "one line more\n") }
        try forge.squash(2, as: more)
        try await workshop.source(
            says: "Held", "bob@example.com's review does not count", "it is of head \(head.prefix(8))",
            "does not give what landed")
        #expect(try workshop.source.contains(landed), "what was reviewed stays in force")
    }

    /// A request of alice's that bob approves; the working tree is on main afterwards.
    @discardableResult
    private func offer(_ number: Int, _ branch: String, _ old: String, _ new: String) async throws -> String {
        try workshop.git("switch", "-qc", branch)
        try workshop.edit("manifests/endpoint.yaml", old, new)
        let head = try commitTopic("\(branch): \(new)")
        try forge.open(branch, by: "alice-gh", new)
        _ = try await request(number) { !$0.comments.isEmpty }
        try forge.review(number, by: "bob-gh", "APPROVED")
        try workshop.git("switch", "-q", "main")
        return head
    }

    private func squash(_ branch: String, as message: String, and more: () throws -> Void = {}) throws -> String {
        try workshop.git("merge", "-q", "--squash", branch)
        try more()
        return try workshop.commit(message, by: "alice")
    }

    /// A small life under a policy that counts reviews.
    @discardableResult
    private func begin(promotion: String = "manual") throws -> String {
        try workshop.beginGoverning(["alice", "bob"])
        let file = workshop.folder.appending(path: "writ.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        try Data("token-of-a-robot".utf8).write(to: workshop.folder.appending(path: "token"))
        try Data(
            (text + """
                forge: {kind: gitea, url: "http://127.0.0.1:\(forge.port)", repository: ml/models, token: {file: token}}

                """).utf8
        ).write(to: file)
        try workshop.commitSmallLife()
        try workshop.edit("manifests/endpoint.yaml", "  model: mean\n", "  model: mean\n  promotion: \(promotion)\n")
        let signers = try [workshop.signer("alice"), workshop.signer("bob"), workshop.writSigner()]
        try workshop.write("governance/allowed_signers", signers.joined(separator: "\n") + "\n")
        try workshop.write("manifests/policy.yaml", Self.policy)
        return try workshop.commit("a reviewed life", by: "alice")
    }

    private static let policy = """
        apiVersion: writ.dev/v1
        kind: Policy
        metadata: {name: governance}
        spec:
          repository: example.com/ml/small
          signers: governance/allowed_signers
          accounts: {alice-gh: alice@example.com, bob-gh: bob@example.com}
          roles:
            owner: [alice@example.com]
            automation: [writ@example.com]
            risk: [bob@example.com]
          rules:
            - {name: everything, paths: ["**"], authors: [owner, automation]}
            - {name: endpoints, kinds: [Endpoint], approvals: [{count: 1, role: risk, reviews: true}]}

        """

    private func commitTopic(_ message: String) throws -> String {
        let id = try workshop.commit(message, by: "alice", push: false)
        try workshop.git("push", "-q", "--force", "origin", "HEAD")
        return id
    }

    /// Waits until a request is so; returns it.
    private func request(_ number: Int, _ isSo: (ForgeServer.Request) -> Bool) async throws -> ForgeServer.Request {
        var found: ForgeServer.Request?
        try await workshop.wait(60, for: "pull request \(number)") {
            found = try forge.standing().requests.first { $0.number == number }
            return found.map(isSo) == true
        }
        return try #require(found)
    }

    private func status(_ commit: String, begins start: String, with words: String) async throws {
        try await workshop.wait(20, for: "the status of \(commit.prefix(8)) to be \(start)\(words)") {
            let last = try forge.standing().statuses[commit]?.last
            return last?.hasPrefix(start) == true && last?.contains(words) == true
        }
    }
}
