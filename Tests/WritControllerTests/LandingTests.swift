// A request that was squashed or rebased keeps its reviews where the bytes that landed are those that were reviewed.
import Testing
import WritBackends
import WritSimulation
import WritVocabulary
@testable import WritController

/// A desk whose rule asks for one review, and a forge beside it.
private struct Squashing {
    static let rule = "signed: true, approvals: [{count: 1, reviews: true}]"
    static let accounts = "  accounts: {bob: bob@example.com, alice: alice@example.com}\n"

    var desk: Desk
    let forge = SimulatedForge()
    var base: RevisionID

    init() async throws {
        desk = try await Desk()
        var files = Desk.governed(Self.rule, extra: Self.accounts)
        files["governance/signers"] = "alice@example.com\nbob@example.com\n"
        base = try await desk.push(files)
        desk.consultants = Consultants(forge: forge, source: desk.world.source)
    }

    /// A request of one commit that bob approves.
    func offer(_ files: [String: String?], by author: Person? = Desk.alice, as number: Int = 1) throws -> RevisionID {
        let head = try #require(
            desk.world.offer(Desk.files(files), on: base, as: "refs/pull/\(number)/head", by: author))
        forge.people { people in
            people.push(head, to: "topic-\(number)")
            let opened = people.open(branch: "topic-\(number)", target: "main", title: "t", text: "", account: "alice")
            #expect(opened == number)
            people.review(number, by: "bob", .approves)
        }
        return head
    }

    /// The first request's merge, as what a squash puts on the branch.
    mutating func squash(_ files: [String: String?], subject: String = "topic (#1)") async throws -> RevisionID {
        let landed = desk.commit(files, by: Desk.alice, subject: subject)
        forge.people { $0.merge(1, as: landed) }
        try await desk.run()
        return landed
    }

    var missing: String { desk.recorded.held?.missing.joined(separator: "\n") ?? "" }
}

struct LandingTests {
    @Test("a squash whose tree is the reviewed head's keeps the review, whether or not it names the request",
        arguments: ["topic (#1)", "a subject without a number"])
    func squash(subject: String) async throws {
        var world = try await Squashing()
        let head = try world.offer(["docs/a.md": "1", "docs/b.md": "2"])
        let landed = try await world.squash(["docs/a.md": "1", "docs/b.md": "2"], subject: subject)
        #expect(world.desk.recorded.accepted == landed && head != landed)
        #expect(world.desk.recorded.allowed?.approvers == [Desk.bob!])
    }

    @Test("a squash onto a branch that went on keeps the review where merging the head gives the same tree")
    func movedBase() async throws {
        var world = try await Squashing()
        _ = try world.offer(["docs/a.md": "1"])
        world.desk.consultants.forge = SimulatedForge()
        let other = world.desk.commit(["data/flights.csv": "x\n2\n"], by: Desk.alice, subject: "more flights (#2)")
        let second = SimulatedForge()
        second.people { people in
            _ = people.open(branch: "other", head: other, target: "main", title: "t", text: "", account: "alice")
            _ = people.open(branch: "other", head: other, target: "main", title: "t", text: "", account: "alice")
            people.review(2, by: "bob", .approves)
        }
        world.desk.consultants.forge = second
        try await world.desk.run()
        #expect(world.desk.recorded.accepted == other)
        world.desk.consultants.forge = world.forge
        let landed = try await world.squash(["docs/a.md": "1"])
        #expect(world.desk.recorded.accepted == landed)
    }

    @Test("a byte more than was reviewed, and the review does not count: the forge's word is not enough")
    func altered() async throws {
        var world = try await Squashing()
        let head = try world.offer(["docs/a.md": "1"])
        let landed = try await world.squash(["docs/a.md": "1", "data/flights.csv": "x\n3\n"])
        #expect(world.desk.recorded.accepted == world.base)
        let reason =
            "bob@example.com's review does not count: it is of head \(head.short), which landed as \(landed.short), "
            + "and merging that into \(world.base.short) does not give what landed"
        #expect(world.missing.contains(reason), "\(world.missing)")
    }

    @Test("a review of an older head does not count for what landed")
    func older() async throws {
        var world = try await Squashing()
        let old = try world.offer(["docs/a.md": "0"])
        let head = try #require(
            world.desk.world.offer(Desk.files(["docs/a.md": "1"]), on: old, as: "refs/pull/1/head", by: Desk.alice))
        world.forge.people { $0.push(head, to: "topic-1") }
        _ = try await world.squash(["docs/a.md": "1"])
        #expect(world.desk.recorded.accepted == world.base)
        #expect(world.missing.contains("it is of head \(old.short)"), "\(world.missing)")
    }

    @Test("who wrote a commit that was squashed away cannot approve it")
    func writer() async throws {
        var world = try await Squashing()
        _ = try world.offer(["docs/a.md": "1"], by: Desk.bob)
        _ = try await world.squash(["docs/a.md": "1"])
        #expect(world.desk.recorded.accepted == world.base)
        #expect(
            world.missing.contains("bob@example.com's review does not count: the author cannot approve"),
            "\(world.missing)")
    }

    @Test("an old review does not count for the same change made again by hand")
    func again() async throws {
        var world = try await Squashing()
        _ = try world.offer(["docs/a.md": "1"])
        let landed = try await world.squash(["docs/a.md": "1"])
        #expect(world.desk.recorded.accepted == landed)
        let undo = world.desk.commit(["docs/a.md": nil], by: Desk.alice)
        world.desk.approve(undo, from: landed, manifests: [:], by: Desk.bob!)
        try await world.desk.run()
        #expect(world.desk.recorded.accepted == undo)
        world.desk.commit(["docs/a.md": "1"], by: Desk.alice, subject: "topic (#1)")
        try await world.desk.run()
        #expect(world.desk.recorded.accepted == undo)
    }

    @Test("a head the forge no longer shows cannot be compared, and then its review does not count")
    func gone() async throws {
        var world = try await Squashing()
        _ = try world.offer(["docs/a.md": "1"])
        _ = world.desk.world.offer(Desk.files(["docs/a.md": "2"]), on: world.base, as: "refs/pull/1/head")
        _ = try await world.squash(["docs/a.md": "1"])
        #expect(world.desk.recorded.accepted == world.base)
        #expect(world.missing.contains("refs/pull/1/head names another one now"), "\(world.missing)")
    }

    @Test("requests that were rebased one after another are accepted each as a whole")
    func rebased() async throws {
        var world = try await Squashing()
        var landed: [RevisionID] = []
        for number in [1, 2] {
            let (one, two) = (["docs/\(number)a.md": "1"], ["docs/\(number)b.md": "2"])
            let both = one.merging(two) { first, _ in first }
            _ = try world.offer(both, as: number)
            let commits = [one, two].map { world.desk.commit($0, by: Desk.alice) }
            landed.append(commits[1])
            world.forge.people { $0.merge(number, as: commits[1], bringing: [commits[0]]) }
        }
        try await world.desk.run()
        #expect(world.desk.recorded.accepted == landed[1], "\(world.missing)")
        let accepted = world.desk.events.compactMap { event in
            if case .revisionAccepted(let revision, _, _, _) = event { revision } else { nil }
        }
        #expect(accepted.suffix(2) == landed[...])
    }
}
