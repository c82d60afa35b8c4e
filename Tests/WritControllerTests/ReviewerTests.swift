// What is said on pull requests: one comment, one status, nothing twice, whatever the forge does.
import Logging
import Testing
import WritBackends
import WritLedger
import WritPlanner
import WritSimulation
import WritVocabulary
@testable import WritController

extension Controller {
    /// Handles events and all that follows from them, without the loop.
    func settle(_ answers: Answers, _ events: [ControllerEvent] = [.wake]) async throws {
        var events = events
        for _ in 0..<500 where !events.isEmpty {
            let asked = try machine.handle(events, at: answers.now)
            events = []
            for effect in asked { if let event = await answers.answer(effect) { events.append(event) } }
        }
    }
}

/// A controller, a forge and a reviewer between them.
private struct ReviewDesk {
    let world = SimulatedWorld(seed: 1, start: Desk.start)
    let log = MemoryEntryLog()
    let forge = SimulatedForge()
    let controller: Controller
    let reviewer: RequestReviewer
    let base: RevisionID

    init(_ files: [String: String?] = Desk.governed(), governance: Governance = Governance()) async throws {
        base = try #require(world.commit(Desk.files(files)))
        let machine = ControllerMachine(
            limits: ControllerLimits(), planner: Planner(), governance: governance, log: log,
            keep: { Digest(of: $0) })
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        controller = Controller(
            machine: machine, source: world.source, history: world.source, backends: world.backends, logger: logger,
            version: "test", now: { Desk.start })
        reviewer = RequestReviewer(
            controller: controller, source: world.source, forge: forge, target: "main", interval: .seconds(30),
            logger: logger)
        try await controller.settle(Answers(world: world), [.started(version: "test")])
    }

    /// A request that changes files on the branch's base; its number.
    @discardableResult
    func open(_ files: [String: String?], by signer: Person? = Desk.alice) throws -> (number: Int, head: RevisionID) {
        let number = forge.people { ($0.requests.keys.max() ?? 0) + 1 }
        let made = world.offer(Desk.files(files), on: base, as: "refs/pull/\(number)/head", by: signer)
        let head = try #require(made)
        forge.people {
            _ = $0.open(branch: "topic-\(number)", head: head, target: "main", title: "t", text: "", account: "alice")
        }
        return (number, head)
    }

    func comments(_ number: Int) -> [String] { forge.people { $0.requests[number]?.comments.map(\.text) ?? [] } }
    func statuses(_ head: RevisionID) -> [CommitStatus] { forge.people { $0.statuses[head]?.map(\.status) ?? [] } }
    var writes: Int { forge.people { $0.writes } }
}

struct ReviewerTests {
    private let changed: [String: String?] = ["data/flights.csv": "x\n2\n"]

    @Test("a request gets one comment with the plan and one status, for what is allowed and for what is not")
    func both() async throws {
        let desk = try await ReviewDesk()
        let good = try desk.open(changed)
        let bad = try desk.open(["flights.yaml": nil], by: nil)
        let broken = try desk.open(["flights.yaml": "kind: Nonsense\n"])
        await desk.reviewer.look()
        #expect(desk.comments(good.number).count == 1)
        #expect(desk.comments(good.number).first?.contains(RequestReviewer.marker) == true)
        #expect(desk.statuses(good.head).map(\.outcome) == [.success])
        #expect(desk.statuses(bad.head).map(\.outcome) == [.failure])
        #expect(desk.statuses(bad.head).first?.text.contains("is not signed") == true)
        #expect(desk.statuses(broken.head).first?.text.contains("manifests are refused") == true)
        #expect(desk.comments(broken.number).first?.contains("Nonsense") == true)
    }

    @Test("what was said is not said again, though the ledger grows; what differs replaces the comment")
    func once() async throws {
        let desk = try await ReviewDesk()
        let one = try desk.open(changed)
        await desk.reviewer.look()
        let writes = desk.writes
        await desk.reviewer.look()
        try await desk.controller.act(.resume(#require(ResourceID("Dataset/flights")), actor: "ada"))
        await desk.reviewer.look()
        #expect(desk.writes == writes)
        let first = desk.comments(one.number)
        let again = try #require(
            desk.world.offer(
                Desk.files(["data/flights.csv": "x\n9\n", "more.yaml": Desk.dataset("more")]), on: one.head,
                as: "refs/pull/1/head", by: Desk.alice))
        await desk.reviewer.look()
        #expect(desk.comments(one.number).count == 1 && desk.comments(one.number) != first)
        #expect(desk.statuses(again).map(\.outcome) == [.success])
    }

    @Test("the comment follows when the base moves")
    func baseMoves() async throws {
        let desk = try await ReviewDesk()
        let one = try desk.open(["more.yaml": Desk.dataset("more")])
        await desk.reviewer.look()
        let first = desk.comments(one.number)
        let strict = Desk.policy("signed: true, approvals: [{count: 1}]")
        desk.world.commit(Desk.files(["policy.yaml": strict]), by: Desk.alice)
        try await desk.controller.settle(Answers(world: desk.world))
        await desk.reviewer.look()
        #expect(desk.comments(one.number).count == 1 && desk.comments(one.number) != first)
        #expect(desk.statuses(one.head).map(\.outcome) == [.success, .pending])
    }

    @Test("one head that cannot be fetched, and one request that cannot be read, delay no other")
    func oneByOne() async throws {
        let desk = try await ReviewDesk()
        let numbers = try (1...4).map { try desk.open(["data/flights.csv": "x\n\($0 + 1)\n"]) }
        desk.world.spoil("refs/pull/2/head")
        desk.forge.script([nil, .refused])
        await desk.reviewer.look()
        #expect(numbers.map { desk.comments($0.number).count } == [0, 0, 1, 1])
        await desk.reviewer.look()
        #expect(numbers.map { desk.comments($0.number).count } == [1, 0, 1, 1])
    }

    @Test(
        "a forge that answers late, not at all or half is told until it knows, and never twice",
        arguments: SimulatedForge.Mishap.allCases, 0..<3)
    func mishaps(mishap: SimulatedForge.Mishap, call: Int) async throws {
        let desk = try await ReviewDesk()
        let one = try desk.open(changed)
        desk.forge.script(Array(repeating: nil, count: call) + [mishap])
        for _ in 0..<3 { await desk.reviewer.look() }
        #expect(desk.comments(one.number).count == 1)
        #expect(desk.statuses(one.head).map(\.outcome) == [.success])
        let writes = desk.writes
        await desk.reviewer.look()
        #expect(desk.writes == writes && writes == 2)
    }

    @Test("the plan is that of base, head and observation alone; reviews change the status and are told beside it")
    func samePlan() async throws {
        let rules = Desk.governed(
            "signed: true, approvals: [{count: 1, reviews: true}]", extra: "  accounts: {bob: bob@example.com}\n")
        let desk = try await ReviewDesk(rules)
        let one = try desk.open(changed)
        await desk.reviewer.look()
        #expect(desk.statuses(one.head).map(\.outcome) == [.pending])
        desk.forge.people { _ = $0.review(one.number, by: "bob", .approves) }
        await desk.reviewer.look()
        #expect(desk.statuses(one.head).map(\.outcome) == [.pending, .success])
        let told = desk.comments(one.number).first ?? ""
        #expect(told.hasPrefix("**As it stands here") && told.contains("bob@example.com"))
        let reviews = try await desk.forge.reviews(of: one.number)
        let (with, without) = (
            try await desk.controller.review(one.head, from: desk.world.source, reviews: reviews),
            try await desk.controller.review(one.head, from: desk.world.source, reviews: [])
        )
        guard case .planned(let first)? = with?.outcome, case .planned(let second)? = without?.outcome else {
            Issue.record("not planned")
            return
        }
        #expect(try Canonical.encode(first) == Canonical.encode(second) && first.decision?.verdict == .waiting)
    }

    @Test(
        "a freeze is judged at the last recorded moment in the plan, and nothing is asked of a forge nobody counts on")
    func moment() async throws {
        let rule =
            "signed: true, windows: [{freeze: {from: 2025-12-20T00:00:00Z, until: 2026-01-01T06:00:00Z, reason: peak}}]"
        let desk = try await ReviewDesk(Desk.governed(rule))
        let one = try desk.open(changed)
        desk.forge.script([nil, nil, nil])
        await desk.reviewer.look()
        #expect(desk.statuses(one.head).map(\.outcome) == [.pending])
        let reviewed = try await desk.controller.review(one.head, from: desk.world.source, reviews: [])
        guard case .planned(let plan)? = reviewed?.outcome else {
            Issue.record("not planned")
            return
        }
        #expect(plan.decision?.until == Desk.start + .minutes(360))
    }

    @Test("a proposal whose request somebody closed is declined once; one that is open, merged or replaced is not")
    func declined() async throws {
        let desk = try await ReviewDesk()
        let names = ["closed", "open", "merged", "replaced"].compactMap { ResourceName($0) }
        for name in names {
            let (number, head) = try desk.open(["docs/\(name).md": "x"])
            try propose(name, 8, request: number, head, on: desk)
        }
        desk.forge.people {
            $0.requests[1]?.phase = .closed
            $0.requests[3]?.phase = .merged
            $0.requests[4]?.phase = .closed
        }
        let newer = ProposalID(names[3], .promotion, 9)
        try intend(newer, supersedes: [ProposalID(names[3], .promotion, 8)], on: desk)
        for _ in 0..<2 { await desk.reviewer.look() }
        let endings = names.map { desk.log.state.proposals[ProposalID($0, .promotion, 8)]?.ending }
        #expect(endings == [.declined, nil, nil, nil])
        #expect(desk.log.allEntries.count { $0.event.kind == "proposalEnded" } == 1)
    }

    @discardableResult
    private func intend(_ id: ProposalID, supersedes: [ProposalID] = [], on desk: ReviewDesk) throws -> ActionKey {
        let order = ProposalOrder(
            id: id, delivery: .branch, path: try #require(RepositoryPath("e.yaml")), from: nil,
            to: Endpoint.Pin(version: id.version, digest: Digest(of: Array("v".utf8))), base: desk.base,
            message: "Promote\n", supersedes: supersedes)
        let key = try #require(ActionKey("propose/\(id)"))
        let subject = ResourceID(.endpoint, id.endpoint)
        let event = Event.intended(key, .propose(order), Reason(.newerVersion, "newer"))
        try desk.log.append([EntryDraft(time: Desk.start, cause: .schedule("test"), subject: subject, event: event)])
        return key
    }

    private func propose(
        _ name: ResourceName, _ version: Int, request: Int, _ head: RevisionID, on desk: ReviewDesk
    ) throws {
        let key = try intend(ProposalID(name, .promotion, version), on: desk)
        let done = Event.completed(key, .proposed(ProposalOutcome(commit: head, request: request)))
        try desk.log.append([
            EntryDraft(time: Desk.start, cause: .schedule("test"), subject: ResourceID(.endpoint, name), event: done)
        ])
    }
}
