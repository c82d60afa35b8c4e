// The life of a promotion: offered, replaced by a newer one, declined, merged, or committed at once.
import WritPlanner
import WritVocabulary

extension Point {
    static let promotion = [
        Point("90-promotion-proposed") { world in
            try world.serving(promotion: "propose")
            try world.offered(2)
        },
        Point("91-promotion-open") { world in
            try world.serving(promotion: "propose")
            try world.offered(2)
            try world.settle()
        },
        Point("92-promotion-superseded") { world in
            try world.serving(promotion: "propose")
            try world.offered(2)
            try world.settle()
            try world.offered(3)
        },
        Point("93-promotion-declined") { world in
            try world.serving(promotion: "propose")
            try world.offered(2)
            try world.settle()
            world.end(ProposalID("flights/promotion/2")!, .declined)
        },
        Point("94-promotion-merged") { world in
            try world.serving(promotion: "propose")
            try world.offered(2)
            try world.settle()
            world.merge()
        },
        Point("95-promotion-automatic") { world in
            try world.serving(promotion: "auto")
            world.automation = Point.writ
            try world.offered(2)
        },
        Point("96-promotion-automatic-needs-approval") { world in
            try world.serving(promotion: "auto")
            world.automation = Point.writ
            world.declare(world.yaml + "---\n" + Point.policy)
            try world.offered(2)
        },
        Point("97-promotion-cannot-be-pushed") { world in
            try world.serving(promotion: "propose")
            try world.offered(2)
            world.failing["propose"] = FailureRecord(
                code: "push-not-allowed", message: "Writ may not push to the repository", retry: .stalled)
            try world.pass()
            world.advance(.seconds(30))
        },
        Point("98-promotion-failed-for-good") { world in
            try world.serving(promotion: "propose")
            try world.offered(2)
            world.failing["propose"] = FailureRecord(
                code: "nothing-to-change", message: "the manifest cannot be edited", retry: .terminal)
            try world.pass()
            world.advance(.minutes(60))
        },
        Point("99-promotion-of-a-first-version") { world in
            world.commit(Manifests(promotion: "propose"))
            try world.registered()
        },
    ]

    static let writ = Planner.Automation(person: Person("writ@example.com")!, target: "main")

    static let policy = """
        apiVersion: writ.dev/v1
        kind: Policy
        metadata: {name: production}
        spec:
          repository: example.com/ml
          signers: governance/allowed_signers
          roles:
            reviewers: [bob@example.com, carol@example.com]
          rules:
            - name: endpoints
              kinds: [Endpoint]
              approvals: [{count: 2, role: reviewers}]

        """
}

extension World {
    /// To where version 1 serves at an endpoint that is promoted so.
    mutating func serving(promotion: String, strategy: String = "blueGreen") throws {
        commit(Manifests(pin: "version: 1", strategy: strategy, promotion: promotion))
        try settle()
    }

    /// To where the next version has just been registered and nothing was made of it yet.
    mutating func offered(_ number: Int) throws {
        declare(
            yaml.replacing("iterations: \(number - 1)00", with: "iterations: \(number)00"), contents: self.contents)
        try go(to: { world, _ in world.recorded.versions[ResourceName("flight-time")!]?[number] != nil })
    }

    /// Somebody merges what was proposed last.
    mutating func merge() {
        guard let order = proposed.last else { return }
        let text = yaml.replacing("  version: \(order.from?.version ?? 0)\n", with: "  version: \(order.to.version)\n")
        declare(text.replacing("digest: \(order.from?.digest?.text ?? "")\n", with: "\n"), contents: contents)
        end(order.id, .merged)
    }

    mutating func end(_ id: ProposalID, _ ending: ProposalEnding) {
        record(.proposalEnded(id, ending), about: ResourceID(.endpoint, id.endpoint))
    }
}
