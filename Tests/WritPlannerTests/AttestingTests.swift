// What is attested, when, and what is not attested twice.
import Testing
import WritPlanner
import WritVocabulary

struct AttestingTests {
    private let flights = ResourceName("flights")!
    private let model = ResourceName("flight-time")!

    private func attested(_ plan: Plan) -> [String] {
        plan.actions.filter { $0.action.verb == "attest" }.map(\.key.text)
    }

    private func check(_ world: World, _ change: (inout Plan) -> Void) throws -> [String] {
        var plan = try world.plan()
        change(&plan)
        return PlanChecker().check(plan, scope: world.scope, desired: world.desired, observed: world.observed)
    }

    /// To where the first version is registered and there is somebody who signs.
    private func registered() throws -> World {
        var world = World()
        world.commit(Manifests(pin: "version: 1"))
        try world.registered()
        world.attests = true
        return world
    }

    @Test("a version and then the deployment that serves it are attested once, and then nothing is left to do")
    func life() throws {
        var world = World()
        world.attests = true
        world.commit(Manifests(pin: "version: 1"))
        var keys: [String] = []
        try world.settle { before, plan in
            keys += attested(plan)
            let broken = PlanChecker().check(
                plan, scope: before.scope, desired: before.desired, observed: before.observed)
            #expect(broken == [])
        }
        let deployment = try #require(world.recorded.endpoints[flights]?.current?.id.deployment)
        #expect(keys == ["attest/version/flight-time:1", "attest/deployment/\(deployment)/1"])
        #expect(try world.plan().isEmpty)
    }

    @Test("the facts of a version are the run that made it and the evaluation that judged it, whole")
    func facts() throws {
        let world = try registered()
        let orders = try world.plan().actions.compactMap { planned -> AttestationOrder.VersionFacts? in
            if case .attest(.version(let facts)) = planned.action { facts } else { nil }
        }
        let facts = try #require(orders.first)
        let version = try #require(world.recorded.versions[model]?[1])
        #expect(orders.count == 1 && facts.version == version)
        #expect(facts.training?.order.id == version.run && facts.training?.outcome.artefacts == version.artefacts)
        #expect(facts.evaluation?.order.recipe == version.evaluation)
        #expect(facts.evaluation?.outcome.metrics["mae"] == 8.2)
    }

    @Test("an import is attested with how it was asked for, and without where nobody knows that any more")
    func imports() throws {
        var world = World()
        world.commit(Manifests(imported: "{path: models/flight.joblib}"))
        try world.settle()
        world.attests = true
        let order = try #require(try world.plan().actions.first?.action)
        guard case .attest(.version(let facts)) = order else { throw NotAttested() }
        #expect(facts.training == nil && facts.imported?.model == model)
        world.commit(Manifests(imported: "{path: models/other.joblib}"))
        let later = try world.plan().actions.compactMap { planned -> AttestationOrder.VersionFacts? in
            if case .attest(.version(let facts)) = planned.action { facts } else { nil }
        }
        #expect(later.count == 1 && later[0].imported == nil)
    }

    /// Every deployment attested until the world is at rest.
    private func moves(_ world: inout World) throws -> [AttestationOrder.DeploymentFacts] {
        var made: [AttestationOrder.DeploymentFacts] = []
        try world.settle { before, plan in
            let broken = PlanChecker().check(
                plan, scope: before.scope, desired: before.desired, observed: before.observed, at: before.now)
            #expect(broken == [])
            made += plan.actions.compactMap { planned in
                if case .attest(.deployment(let facts)) = planned.action { facts } else { nil }
            }
        }
        return made
    }

    @Test("a deployment that traffic comes back to is attested again, under the commit that brought it back")
    func returns() throws {
        var world = World()
        world.attests = true
        var made: [AttestationOrder.DeploymentFacts] = []
        var revisions: [RevisionID?] = []
        // Training differs once, so that there is a second version; its pin moves there and back again.
        for (pin, rounds) in [(1, 100), (1, 200), (2, 200), (1, 200), (2, 200)] {
            world.commit(Manifests(training: ["parameters: {iterations: \(rounds)}"], pin: "version: \(pin)"))
            made += try moves(&world)
            revisions.append(world.desired.revision)
        }
        #expect(made.map(\.version.number) == [1, 2, 1, 2])
        #expect(made.map(\.revision) == [revisions[0], revisions[2], revisions[3], revisions[4]])
        #expect(made[0].deployment == made[2].deployment && made[1].deployment == made[3].deployment)
        #expect(Set(made.map { AttestationOrder.deployment($0).key }).count == 4)
        #expect(Set(made.compactMap(\.table)).count == 4)
        #expect(made.map(\.at) == made.map(\.at).sorted())
    }

    @Test("what is attested is the revision under which traffic moved, whatever landed before it had moved")
    func revision() throws {
        var world = try registered()
        try world.go { world, plan in plan.actions.contains { $0.action.verb == "route" } }
        let decided = try #require(world.desired.revision)
        let judged = JudgedChange(base: decided, head: decided, verdict: .allowed)
        world.recorded.source.allowed = judged
        let publish = try #require(try world.plan().actions.first { $0.action.verb == "route" })
        world.record(.intended(publish.key, publish.action, publish.reason), about: publish.resource)
        // Another commit is accepted before the gateway has the table.
        world.declare(world.yaml + "\n# a word\n")
        let later = try #require(world.desired.revision)
        world.recorded.source.allowed = JudgedChange(base: decided, head: later, verdict: .allowed)
        guard case .publish(let change) = publish.action else { throw NotAttested() }
        world.live.gateway?.number = change.number
        world.record(.completed(publish.key, .published(number: change.number)), about: publish.resource)
        let facts = try #require(try moves(&world).first)
        #expect(facts.revision == decided && facts.revision != later)
        #expect(facts.change == judged && facts.table == change.number)
    }

    @Test("a move that was attested when a deployment was attested once is not attested again; the next one is")
    func once() throws {
        var world = World()
        world.attests = true
        world.commit(Manifests(pin: "version: 1"))
        try world.go { world, plan in
            plan.actions.contains { if case .attest(.deployment) = $0.action { true } else { false } }
        }
        let planned = try #require(try world.plan().actions.first { $0.action.verb == "attest" })
        guard case .attest(.deployment(var facts)) = planned.action else { throw NotAttested() }
        facts.table = nil
        let old = AttestationOrder.deployment(facts)
        #expect(old.key.text == "attest/deployment/\(facts.deployment)")
        world.record(.intended(old.key, .attest(old), planned.reason), about: planned.resource)
        world.record(.completed(old.key, .attested([])), about: planned.resource)
        #expect(try moves(&world) == [])
        world.commit(Manifests(pin: nil))
        try world.settle()
        world.commit(Manifests(pin: "version: 1"))
        #expect(try moves(&world).map(\.deployment) == [facts.deployment])
    }

    @Test("a statement recorded after its key gave its place to another counts as not made, and is planned again")
    func retired() throws {
        var world = try registered()
        let planned = try #require(try world.plan().actions.first { $0.action.verb == "attest" })
        world.record(.intended(planned.key, planned.action, planned.reason), about: planned.resource)
        let (old, new) = ("old key", "new key")
        world.record(
            .keyRotated(
                KeyRotation(
                    purpose: .attestation, old: old, new: new, size: world.recorded.next, actor: "ada", reason: "yearly"
                )))
        func made(_ key: String) -> ActionResult {
            let blob = Digest(of: Array("envelope".utf8))
            return .attested([Attestation(kind: .provenance, blob: blob, key: Digest(of: Array(key.utf8)))])
        }
        world.record(.completed(planned.key, made(old)), about: planned.resource)
        #expect(world.recorded.attestations == [:])
        #expect(attested(try world.plan()) == [planned.key.text])
        world.record(.intended(planned.key, planned.action, planned.reason), about: planned.resource)
        world.record(.completed(planned.key, made(new)), about: planned.resource)
        #expect(world.recorded.attestations.count == 1)
        #expect(attested(try world.plan()) == [])
    }

    @Test("nobody who signs, nothing to attest")
    func silent() throws {
        var world = try registered()
        world.attests = false
        try world.settle { _, plan in #expect(attested(plan) == []) }
        #expect(world.recorded.attestations == [:])
    }

    @Test("an old ledger is attested newest first, some in each plan, also when only the endpoint is planned")
    func old() throws {
        var world = World()
        try world.moved()
        try world.settle()
        for number in 3...14 {
            var version = try #require(world.recorded.versions[model]?[2])
            version.id = VersionID(model, number)
            version.artefacts = Digest(of: Array("files \(number)".utf8))
            world.recorded.versions[model]?[number] = version
        }
        world.attests = true
        let first = try world.plan([ResourceID(.model, model)])
        #expect(attested(first) == (10...14).map { "attest/version/flight-time:\($0)" })
        #expect(attested(try world.plan([ResourceID(.endpoint, flights)])) == ["attest/version/flight-time:2"])
        try world.settle()
        #expect(world.recorded.attestations.count == 15)
    }

    @Test("a deployment waits until its version is attested, and until the gateway runs the table that moved traffic")
    func waiting() throws {
        var world = World()
        try world.moved()
        world.attests = true
        let scope: Set = [ResourceID(.endpoint, flights)]
        #expect(attested(try world.plan(scope)) == ["attest/version/flight-time:2"])
        try world.pass()
        #expect(attested(try world.plan(scope)).first?.hasPrefix("attest/deployment/") == true)
        world.live.gateway?.number -= 1
        #expect(attested(try world.plan(scope)) == [])
        world.live.gateway = nil
        #expect(attested(try world.plan(scope)) == [])
    }

    @Test("a resource is settled whether it is attested or not, and says what kept it from being attested")
    func failing() throws {
        var world = try registered()
        world.failing["attest"] = FailureRecord(code: "key", message: "the key cannot be read", retry: .stalled)
        try world.pass()
        let plan = try world.plan([ResourceID(.model, model)])
        let finding = try #require(plan.findings.first)
        #expect(finding.standing == .settled && finding.until == world.now + .minutes(1) && plan.actions == [])
        #expect(
            finding.reason.message
                == "version 1 is registered; version 1 could not be attested: the key cannot be read")
        #expect(PlanText().render(plan).contains("VersionRegistered"))
        #expect(try world.settle() == nil, "what cannot be signed is tried again for ever")
        #expect(world.recorded.endpoints[flights]?.route != nil, "and keeps nothing from serving")
    }

    @Test("what does not fit into an entry of the ledger is told and not planned")
    func size() throws {
        var world = try registered()
        world.recorded.versions[model]?[1]?.card = Model.Card(limits: String(repeating: "x", count: 64_000))
        let plan = try world.plan([ResourceID(.model, model)])
        #expect(attested(plan) == [])
        #expect(plan.findings[0].reason.message.hasSuffix("its facts are more than 61439 bytes"))
    }

    @Test("a suspended model is not attested")
    func suspended() throws {
        var world = try registered()
        let until = world.now + .minutes(5)
        world.record(.suspended(Suspension(actor: "ada", reason: "x", until: until)), about: ResourceID(.model, model))
        #expect(attested(try world.plan([ResourceID(.model, model)])) == [])
    }

    @Test("the checker sees a statement about what is not on record, and one made twice")
    func checker() throws {
        var world = try registered()
        let found = try check(world) { plan in
            for index in plan.actions.indices {
                guard case .attest(.version(var facts)) = plan.actions[index].action else { continue }
                facts.version.artefacts = Digest(of: [1])
                facts.training?.outcome.metrics["mae"] = 1
                facts.evaluation = nil
                plan.actions[index].action = .attest(.version(facts))
            }
        }
        #expect(
            found == [
                "version flight-time:1 is attested with another digest than it has",
                "version flight-time:1 is attested with another evaluation than judged it",
                "version flight-time:1 is attested with another run than made it",
                "version flight-time:1 is attested with other facts than are on record",
            ])
        let plan = try world.plan()
        try world.pass()
        let twice = try check(world) { $0.actions = plan.actions.filter { $0.action.verb == "attest" } }
        #expect(twice == ["attest/version/flight-time:1 is stated a second time"])
    }

    @Test("the checker sees a deployment attested that does not serve, or with other facts than are in force")
    func deployments() throws {
        var world = World()
        try world.moved()
        world.attests = true
        try world.pass()
        let found = try check(world) { plan in
            for index in plan.actions.indices {
                guard case .attest(.deployment(var facts)) = plan.actions[index].action else { continue }
                facts.at = facts.at + .seconds(1)
                facts.version = VersionID(model, 1)
                facts.revision = RevisionID(String(repeating: "e", count: 40))!
                plan.actions[index].action = .attest(.deployment(facts))
            }
        }
        #expect(found.count == 4 && found[0].hasSuffix("and its version is not, or otherwise"), "\(found)")
    }

    private struct NotAttested: Error {}
}
