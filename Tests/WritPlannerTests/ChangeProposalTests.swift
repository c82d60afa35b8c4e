// What the pull requests of promotions and ways back say.
import Testing
import WritPlanner
import WritVocabulary

@Suite(.serialized)
struct ChangeProposalTests {
    @Test("a promotion shows both versions, the gates and what merging does")
    func promotion() throws {
        var world = World()
        try world.challenged()
        let order = order(.promotion, from: 1, to: 2, in: world, supersedes: [ProposalID(Self.flights, .promotion, 1)])
        try compare(order, world, with: "change-proposal-promotion")
    }

    @Test("a way back says why")
    func rollback() throws {
        var world = World()
        try world.challenged()
        world.edit(["version: 1\n": "version: 2\n"])
        try world.settle()
        world.takeBack()
        try compare(order(.rollback, from: 2, to: 1, in: world), world, with: "change-proposal-rollback")
    }

    @Test("a proposal's text keeps within the limit of its forge", arguments: [100, 400, 700, 1500, 65_536])
    func limit(limit: Int) throws {
        var world = World()
        try world.challenged()
        let text = try ProposalText.body(
            order: order(.promotion, from: 1, to: 2, in: world), desired: world.desired, recorded: world.recorded,
            limit: limit)
        #expect(text.utf8.count <= limit)
    }

    private static let flights = ResourceName("flights")!

    private func order(
        _ purpose: ProposalID.Purpose, from old: Int, to new: Int, in world: World, supersedes: [ProposalID] = []
    ) -> ProposalOrder {
        let versions = world.recorded.versions[ResourceName("flight-time")!]
        return ProposalOrder(
            id: ProposalID(Self.flights, purpose, new), delivery: .branch,
            path: RepositoryPath("manifests/all.yaml")!, from: Endpoint.Pin(version: old),
            to: Endpoint.Pin(version: new, digest: versions?[new]?.artefacts), base: world.desired.revision!,
            message: "Promote flights to version \(new)\n\nflight-time:\(new) passed its gates.\n",
            supersedes: supersedes)
    }

    private func compare(_ order: ProposalOrder, _ world: World, with name: String) throws {
        let text = try ProposalText.body(
            order: order, desired: world.desired, recorded: world.recorded, limit: 65_536)
        let golden = Scenario(name: name)
        if Scenario.updates { try golden.write(text, to: "body.md") }
        #expect(try golden.read("body.md") == text)
    }
}
