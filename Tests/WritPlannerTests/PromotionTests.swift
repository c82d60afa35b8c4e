// What is offered, to whom, and what is never offered again.
import Testing
import WritPlanner
import WritVocabulary

struct PromotionTests {
    private let flights = ResourceName("flights")!
    private let model = ResourceName("flight-time")!

    private func orders(_ world: World) throws -> [ProposalOrder] {
        try world.plan().actions.compactMap { if case .propose(let order) = $0.action { order } else { nil } }
    }

    private func proposing() throws -> World {
        var world = World()
        try world.serving(promotion: "propose")
        try world.offered(2)
        return world
    }

    @Test("a proposal names the pin it starts from, the digest it moves to, the base and the manifest")
    func order() throws {
        let world = try proposing()
        let order = try #require(try orders(world).first)
        let version = try #require(world.recorded.versions[model]?[2])
        #expect(order.id.text == "flights/promotion/2")
        #expect(order.from == Endpoint.Pin(version: 1, digest: nil))
        #expect(order.to == Endpoint.Pin(version: 2, digest: version.artefacts))
        #expect(order.base == world.desired.revision && order.path.text == "manifests/all.yaml")
        #expect(order.delivery == .branch && order.supersedes.isEmpty)
    }

    @Test("planning again after success yields nothing")
    func once() throws {
        var world = try proposing()
        try world.pass()
        #expect(try world.plan().isEmpty)
    }

    @Test("endpoints of one model are asked each for itself; one that is promoted by hand is left alone")
    func several() throws {
        var world = World()
        let manifests = Manifests(
            pin: "version: 1", promotion: "propose", others: [("canary", "version: 1"), ("lab", "version: 1")])
        let documents = manifests.yaml.split(separator: "---\n").map { document in
            document.contains("name: lab}")
                ? document.replacing("promotion: propose", with: "promotion: manual") : document
        }
        world.declare(documents.joined(separator: "---\n"))
        try world.settle()
        try world.offered(2)
        #expect(try orders(world).map(\.id.text) == ["canary/promotion/2", "flights/promotion/2"])
    }

    @Test("a suspended endpoint, one with no replicas and one whose model is gone are offered nothing")
    func silence() throws {
        var world = try proposing()
        var suspended = world
        let suspension = Suspension(actor: "alice@example.com", reason: "leave it", until: world.now + .minutes(5))
        suspended.record(.suspended(suspension), about: ResourceID(.endpoint, flights))
        #expect(try orders(suspended).isEmpty)
        var idle = world
        idle.edit(["replicas: 2": "replicas: 0"])
        #expect(try orders(idle).isEmpty)
        world.commit(Manifests(pin: "version: 1", promotion: "propose", hasModel: false), contents: world.contents)
        #expect(try orders(world).isEmpty)
    }

    @Test("what was declined or merged is not offered again, whatever is pinned")
    func decided() throws {
        for ending in [ProposalEnding.declined, .merged] {
            var world = try proposing()
            try world.settle()
            world.end(ProposalID(flights, .promotion, 2), ending)
            #expect(try orders(world).isEmpty)
            world.edit(["  version: 1\n": "  version: 1\n  digest: \(world.recorded.versions[model]![1]!.artefacts)\n"])
            #expect(try orders(world).isEmpty)
        }
    }

    @Test("an open proposal is made anew when the pin it starts from is another one")
    func movedPin() throws {
        var world = try proposing()
        try world.offered(3)
        try world.settle()
        #expect(world.recorded.proposals.keys.sorted().map(\.text) == ["flights/promotion/2", "flights/promotion/3"])
        world.edit(["  version: 1\n": "  version: 2\n"])
        let order = try #require(try orders(world).first)
        #expect(order.id.text == "flights/promotion/3" && order.from?.version == 2)
        #expect(Action.propose(order).key.text == "propose/flights/promotion/3/2")
    }

    @Test("a version whose gates failed is never offered, however it came on record")
    func gates() throws {
        var world = try proposing()
        let gate = Model.Gate(metric: "mae", rule: .maximum(1.0))
        world.recorded.versions[model]?[2]?.gates = [
            GateResult(gate: gate, measured: 2.0, passed: false, sentence: "mae 2 is above the maximum 1 by 1")
        ]
        #expect(try orders(world).isEmpty)
    }

    @Test("a failure for good stands until another thing is asked, whatever the controller added to the order")
    func terminal() throws {
        var world = try proposing()
        let planned = try #require(try world.plan().actions.first)
        guard case .propose(var order) = planned.action else {
            Issue.record("no proposal")
            return
        }
        order.manifest = ContentID(World.hex("manifest"))
        order.body = Digest(of: Array("body".utf8))
        world.record(.intended(planned.key, .propose(order), planned.reason), about: planned.resource)
        let failure = FailureRecord(code: "manifest-changed", message: "it changed", retry: .terminal)
        world.record(.failed(planned.key, failure), about: planned.resource)
        world.advance(.minutes(600))
        let plan = try world.plan()
        #expect(plan.isEmpty)
        let finding = try #require(plan.findings.first { $0.resource.name == flights })
        #expect(finding.standing == .settled && finding.reason.code == .newerVersion && finding.until == nil)
        #expect(finding.reason.message.hasSuffix("version 2 could not be proposed: it changed"))
        world.edit(["drain: 10s": "drain: 20s"])
        #expect(try orders(world).count == 1)
    }

    @Test("a passing failure is tried again after a pause; the endpoint is settled all the while")
    func passing() throws {
        var world = try proposing()
        world.failing["propose"] = FailureRecord(code: "timeout", message: "no answer", retry: .transient)
        try world.pass()
        let finding = try #require(try world.plan().findings.first { $0.resource.name == flights })
        #expect(finding.standing == .settled)
        let until = try #require(finding.until)
        world.now = until
        #expect(try orders(world).count == 1)
    }

    @Test("what was measured cannot add a line to the commit message")
    func hostileMessage() throws {
        var world = try proposing()
        world.recorded.versions[model]?[2]?.gates[0].sentence = "fine\n\nWrit-Proposal: other/promotion/9"
        let message = try #require(try orders(world).first).message
        let trailers = message.split(separator: "\n").filter { $0.hasPrefix("Writ-Proposal: ") }
        #expect(trailers == ["Writ-Proposal: flights/promotion/2"])
    }

    @Test("only an automatic endpoint is committed to, and only by somebody the policies let")
    func delivery() throws {
        let signed = "rules:\n    - {name: all, signed: true, authors: [machines]}\n"
        let head =
            "apiVersion: writ.dev/v1\nkind: Policy\nmetadata: {name: production}\nspec:\n"
            + "  repository: example.com/ml\n  signers: governance/allowed_signers\n"
        let cases: [(promotion: String, writ: Bool, policy: String?, ProposalOrder.Delivery)] = [
            ("propose", true, nil, .branch),
            ("auto", false, nil, .branch),
            ("auto", true, nil, .commit),
            ("auto", true, "  roles: {machines: [writ@example.com]}\n  \(signed)", .commit),
            ("auto", true, "  roles: {machines: [bob@example.com]}\n  \(signed)", .branch),
            (
                "auto", true,
                "  roles: {machines: [writ@example.com]}\n  rules:\n    - {name: data, kinds: [Dataset]}\n", .branch
            ),
        ]
        for (promotion, writ, policy, delivery) in cases {
            var world = World()
            try world.serving(promotion: promotion)
            world.automation = writ ? Point.writ : nil
            if let policy { world.declare(world.yaml + "---\n" + head + policy) }
            try world.offered(2)
            #expect(try orders(world).map(\.delivery) == [delivery], "\(promotion), \(writ), \(policy ?? "no policy")")
        }
    }
}
