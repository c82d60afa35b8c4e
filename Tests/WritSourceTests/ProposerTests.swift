// Proposals: one commit, one branch, one pull request, however often and wherever it is interrupted.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritSource

struct ProposerTests {
    @Test("proposing twice is once: one signed commit that changes the pin, one branch, one pull request")
    func once() async throws {
        let bench = try await ProposerBench()
        let forge = bench.forge()
        let order = try await bench.order(8)
        let first = try await bench.proposer(forge).propose(order)
        let second = try await bench.proposer(forge, now: 60_000).propose(order)
        #expect(first == second)
        #expect(first.request == 1 && first.url == "https://forge.example.com/pulls/1")
        #expect(try await bench.sandbox.head(order.id.branch) == first.commit)
        let diff = try await bench.sandbox.git("diff", "--unified=0", "main", first.commit.text)
        #expect(
            diff.split(separator: "\n").filter { $0.hasPrefix("-v") || $0.hasPrefix("+v") } == [
                "-version: 7", "+version: 8",
            ])
        #expect(try await bench.sandbox.git("rev-list", "--count", "main..\(first.commit)") == "1")
        let signers = try bench.sandbox.file("signers", Desk.allowedSigners())
        try await bench.sandbox.git("-c", "gpg.ssh.allowedSignersFile=\(signers)", "verify-commit", first.commit.text)
        try await bench.sandbox.git("fsck", "--strict", "--no-dangling")
        #expect(await forge.texts[1] == "the body")
        #expect(await forge.requests.count == 1)
    }

    @Test("a lost answer of the forge at any call is made good by doing it again", arguments: 1...4)
    func interrupted(call: Int) async throws {
        let bench = try await ProposerBench()
        let forge = bench.forge()
        let older = try await bench.order(7_001)
        _ = try await bench.proposer(forge).propose(older)
        let order = try await bench.order(8, supersedes: [older.id])
        await forge.loseAnswer(of: call)
        await #expect(throws: BackendFailure.self) { try await bench.proposer(forge).propose(order) }
        let outcome = try await bench.proposer(forge).propose(order)
        #expect(outcome.request == 2)
        #expect(await forge.requests.map(\.phase) == [.closed, .open])
        let comments = await forge.comments[1] ?? []
        #expect(comments.count == 1 && comments[0].contains("https://forge.example.com/pulls/2"))
        #expect(
            try await bench.sandbox.git("for-each-ref", "--format=%(refname:short)", "refs/heads/writ")
                == order.id.branch)
    }

    @Test("without a forge the branch is the proposal, and a newer one removes the older")
    func branchOnly() async throws {
        let bench = try await ProposerBench()
        let older = try await bench.order(7_001)
        _ = try await bench.proposer().propose(older)
        let order = try await bench.order(8, supersedes: [older.id])
        let outcome = try await bench.proposer().propose(order)
        #expect(outcome == ProposalOutcome(commit: outcome.commit))
        #expect(
            try await bench.sandbox.git("for-each-ref", "--format=%(refname:short)", "refs/heads/writ")
                == order.id.branch)
    }

    @Test("the branch moved on elsewhere: a new proposal starts from there, an old one stays as it is")
    func movedOn() async throws {
        let bench = try await ProposerBench()
        let order = try await bench.order(8)
        let first = try await bench.proposer().propose(order)
        let tip = try await bench.sandbox.commit(["models/other.yaml": .file("1")])
        #expect(try await bench.proposer().propose(order).commit == first.commit)
        let newer = try await bench.order(9)
        let second = try await bench.proposer().propose(newer)
        #expect(try await bench.sandbox.git("rev-parse", "\(second.commit)^") == tip.text)
    }

    @Test(
        "a manifest that changed meanwhile ends the proposal; one that was merged is found",
        arguments: [
            ProposalOrder.Delivery.branch, .commit,
        ])
    func manifestChanged(delivery: ProposalOrder.Delivery) async throws {
        let bench = try await ProposerBench()
        let order = try await bench.order(8, delivery: delivery)
        try await bench.sandbox.commit(["models/flights.yaml": .file("version: 6\n")])
        let failure = await #expect(throws: SourceFailure.self) { try await bench.proposer().propose(order) }
        #expect(failure?.code == "manifest-changed")
        #expect(failure?.retry == .transient)
        #expect(try await bench.sandbox.git("for-each-ref", "refs/heads/writ") == "")
    }

    @Test("a merged proposal is recognised and opens no second request")
    func merged() async throws {
        let bench = try await ProposerBench()
        let forge = bench.forge()
        let order = try await bench.order(8)
        let outcome = try await bench.proposer(forge).propose(order)
        try await bench.sandbox.git("update-ref", "refs/heads/main", outcome.commit.text)
        #expect(try await bench.proposer(forge).propose(order).commit == outcome.commit)
        #expect(await forge.requests.count == 1)
    }

    @Test("a commit on the branch itself is made once, also when its answer was lost and others went on")
    func direct() async throws {
        let bench = try await ProposerBench()
        let order = try await bench.order(8, delivery: .commit)
        let outcome = try await bench.proposer().propose(order)
        #expect(try await bench.sandbox.head() == outcome.commit)
        #expect(try await bench.proposer().propose(order) == outcome)
        try await bench.sandbox.commit(["models/flights.yaml": .file("version: 9\n")])
        #expect(try await bench.proposer().propose(order) == outcome)
        #expect(try await bench.sandbox.git("for-each-ref", "refs/heads/writ") == "")
    }

    @Test("a branch of Writ's name with somebody's work on it is left alone")
    func taken() async throws {
        let bench = try await ProposerBench()
        let order = try await bench.order(8)
        try await bench.sandbox.git("branch", order.id.branch)
        let theirs = try await bench.sandbox.commit(["models/flights.yaml": .file("version: 8\n")], on: order.id.branch)
        let failure = await #expect(throws: SourceFailure.self) { try await bench.proposer().propose(order) }
        #expect(failure?.code == "branch-taken")
        #expect(try await bench.sandbox.head(order.id.branch) == theirs)

        let newer = try await bench.order(9, supersedes: [order.id])
        _ = try await bench.proposer().propose(newer)
        #expect(try await bench.sandbox.head(order.id.branch) == theirs)
    }

    @Test("Writ's own branch of an earlier text is replaced")
    func replaced() async throws {
        let bench = try await ProposerBench()
        var order = try await bench.order(8)
        let first = try await bench.proposer().propose(order)
        order.message = "flights: version 8, with better numbers\n"
        let second = try await bench.proposer().propose(order)
        #expect(first.commit != second.commit)
        #expect(try await bench.sandbox.head(order.id.branch) == second.commit)
        #expect(try await bench.sandbox.git("rev-list", "--count", "main..\(second.commit)") == "1")
    }

    @Test("a text longer than the forge takes is cut")
    func longText() async throws {
        let bench = try await ProposerBench()
        let forge = bench.forge()
        _ = try await bench.proposer(forge, body: String(repeating: "é", count: 5000)).propose(bench.order(8))
        #expect(await forge.texts[1]?.count == 1000)
    }

    @Test("a pin that stands already is nothing to propose")
    func nothing() async throws {
        let bench = try await ProposerBench()
        let failure = await #expect(throws: SourceFailure.self) { try await bench.proposer().propose(bench.order(7)) }
        #expect(failure?.code == "nothing-to-change")
    }
}

/// A repository with one manifest that pins version 7, and proposers that start afresh like after a crash.
struct ProposerBench: Sendable {
    let sandbox: GitSandbox
    private let base: RevisionID

    init() async throws {
        sandbox = try await GitSandbox()
        base = try await sandbox.commit(["models/flights.yaml": .file("# pinned\nversion: 7\n"), "b": .file("b")])
    }

    func order(
        _ version: Int, delivery: ProposalOrder.Delivery = .branch, supersedes: [ProposalID] = []
    ) async throws -> ProposalOrder {
        let blob = try await sandbox.git("rev-parse", "\(base):models/flights.yaml")
        return ProposalOrder(
            id: ProposalID(ResourceName("flights")!, .promotion, version), delivery: delivery,
            path: path("models/flights.yaml"), manifest: ContentID(blob), from: Endpoint.Pin(version: 7),
            to: Endpoint.Pin(version: version), base: base, message: "flights: version \(version)\n\nwhy\n",
            body: Digest(of: Array("body".utf8)), supersedes: supersedes)
    }

    func forge() -> RecordingForge { RecordingForge { [sandbox] in try await sandbox.head($0) } }

    func proposer(
        _ forge: RecordingForge? = nil, now: Int64 = 0, body: String = "the body"
    ) throws -> GitProposer {
        try proposer(over: sandbox.source(), sandbox.configuration(), forge, now: now, body: body)
    }

    /// A proposer over a server's source.
    func proposer(over source: GitSource) async throws -> GitProposer {
        let configuration = try #require(await source.followed)
        return proposer(over: source, configuration, nil, now: 0, body: "the body")
    }

    private func proposer(
        over source: GitSource, _ configuration: SourceConfiguration, _ forge: RecordingForge?, now: Int64,
        body: String
    ) -> GitProposer {
        GitProposer(
            source: source, configuration: configuration, identity: Desk.identity, sign: Desk.sign, forge: forge,
            edit: { bytes, _, pin in
                let text = String(decoding: bytes, as: UTF8.self)
                return Array(text.replacing("version: 7", with: "version: \(pin.version)").utf8)
            },
            body: { _ in body }, clock: { Timestamp(milliseconds: Desk.now.milliseconds + now) })
    }
}

extension GitSource {
    /// What it was set up with.
    var followed: SourceConfiguration? {
        if case .mirror(let configuration, _) = origin { configuration } else { nil }
    }
}
