// A held tip is asked about at every look: what cannot have changed is not judged again, what can is seen.
import Foundation
import Testing
import WritBackends
import WritSignatures
import WritVocabulary

@testable import WritSource

struct RememberedHistoryTests {
    private static let later = Desk.now + .minutes(10)

    /// The key, valid until a moment between ``Desk/now`` and ``later``.
    private static func expiring() throws -> TrustRoots {
        let line = try Desk.allowedSigners().replacing("namespaces=", with: "valid-before=\"20260301120500Z\",namespaces=")
        return TrustRoots(operatorSigners: line)
    }

    @Test("a history is judged once while nothing it depends on moves, and again when a key of it expires")
    func expiry() async throws {
        let (sandbox, source, base, tip) = try await signedTip()
        defer { withExtendedLifetime(sandbox) {} }
        let roots = try Self.expiring()
        var histories: [RevisionHistory] = []
        for time in [Desk.now, Desk.now + .minutes(1), Self.later, Self.later + .minutes(1)] {
            histories.append(try await source.history(from: base, to: tip, trusting: roots, now: time))
        }
        #expect(await source.historiesJudged == 2)
        let persons = histories.map { $0.steps.flatMap(\.commits).map { $0.authenticity.person != nil } }
        #expect(persons == [[true], [true], [false], [false]])
        _ = try await source.history(from: base, to: tip, trusting: TrustRoots(), now: Desk.now)
        #expect(await source.historiesJudged == 3, "other keys are in force")
    }

    @Test("an operator's file of keys that was edited in its place counts at the next look")
    func operatorFile() async throws {
        let (sandbox, source, base, tip) = try await signedTip()
        let path = sandbox.folder + "/allowed_signers"
        try Data(try Desk.allowedSigners().utf8).write(to: URL(filePath: path))
        let roots = TrustRoots(operatorSigners: path)
        let before = try await source.history(from: base, to: tip, trusting: roots, now: Desk.now)
        #expect(try await source.history(from: base, to: tip, trusting: roots, now: Desk.now) == before)
        try Data(try Desk.allowedSigners().replacing("writ@", with: "other@").utf8).write(to: URL(filePath: path))
        let after = try await source.history(from: base, to: tip, trusting: roots, now: Desk.now)
        #expect(before.steps[0].commits[0].authenticity.person == Person("writ@example.com"))
        #expect(after.steps[0].commits[0].authenticity.person == Person("other@example.com"))
        #expect(await source.historiesJudged == 2)
    }

    @Test("an approval that arrives is seen at once")
    func approval() async throws {
        let (sandbox, source, base, tip) = try await signedTip()
        defer { withExtendedLifetime(sandbox) {} }
        let roots = TrustRoots(operatorSigners: try Desk.allowedSigners())
        for _ in 0..<3 {
            #expect(
                try await source.history(from: base, to: tip, trusting: roots, now: Desk.now).approvals.isEmpty)
        }
        #expect(await source.historiesJudged == 1)
        let statement = ApprovalStatement(
            repository: "example.com/models", target: "main", base: base, tree: try await source.tree(of: tip),
            manifests: [:], versions: [:], evidence: [:], meaning: "approved",
            person: try #require(Person("writ@example.com")), signedAt: Desk.now)
        let bytes = Array(try Canonical.encode(statement))
        let signature = try #require(Desk.key).sign(bytes, namespace: ApprovalStatement.namespace)
        try await source.addApproval(bytes, signature: signature, by: Desk.identity, at: Desk.now)
        let history = try await source.history(from: base, to: tip, trusting: roots, now: Desk.now)
        #expect(history.approvals.map(\.authenticity.person) == [Person("writ@example.com")])
        #expect(await source.historiesJudged == 2)
    }

    /// One commit, and one signed by `writ@example.com` on it.
    private func signedTip() async throws -> (GitSandbox, GitSource, base: RevisionID, tip: RevisionID) {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("1")])
        let source = try sandbox.source()
        _ = try await source.fetch()
        let tip = try await sandbox.written(source, on: base, ["models/a.yaml": .text("2")])
        return (sandbox, source, base, tip)
    }
}
