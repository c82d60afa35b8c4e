// What holds of every plan of a change, whatever the repository.
import Foundation
import Testing
import WritPlanner
import WritVocabulary

struct ChangePropertyTests {
    /// A change that says of each resource what it is already.
    private static func unchanged(_ base: DesiredState) -> [ResourceID: Resource?] {
        Dictionary(uniqueKeysWithValues: base.resources.map { ($0.key, .some($0.value)) })
    }

    @Test("resources a change does not reach change no byte of its plan", arguments: ChangeScenario.all.map(\.name))
    func strangers(name: String) throws {
        let (scenario, prepared) = try ChangeScenario.prepared(name)
        var inputs = prepared
        // An empty base has no revision to add anybody to.
        guard let revision = inputs.base.revision else { return }
        let bytes = try Canonical.encode(try scenario.plan(inputs))
        var strangers = World()
        strangers.declare(ChangeScenario.strangers(5))
        for (id, resource) in strangers.desired.resources {
            let contents = Dictionary(
                uniqueKeysWithValues: resource.paths.map { ($0, strangers.desired.contents[$0]) })
            _ = inputs.base.apply(
                .init(revision: revision, resources: [id: resource], contents: contents))
        }
        #expect(try Canonical.encode(try scenario.plan(inputs)) == bytes)
    }

    @Test(
        "the part of the base a change reaches gives the plan the whole does", arguments: ChangeScenario.all.map(\.name)
    )
    func part(name: String) throws {
        let (scenario, prepared) = try ChangeScenario.prepared(name)
        var inputs = prepared
        let bytes = try Canonical.encode(try scenario.plan(inputs))
        inputs.base = ChangeScenario.part(of: inputs.base, reachedBy: inputs.change)
        #expect(try Canonical.encode(try scenario.plan(inputs)) == bytes)
    }

    @Test("a change that names what is there already is no change", arguments: ChangeScenario.all.map(\.name))
    func empty(name: String) throws {
        let (scenario, prepared) = try ChangeScenario.prepared(name)
        var inputs = prepared
        inputs.change.resources = Self.unchanged(inputs.base)
        inputs.change.contents = inputs.base.contents.mapValues(\.self)
        let plan = try scenario.plan(inputs)
        #expect(plan.isEmpty)
        #expect(plan.trainings == [] && plan.evaluations == [] && plan.moves == [] && plan.deletions == [])
    }

    @Test(
        "a change that names more than differs has the plan of what differs", arguments: ChangeScenario.all.map(\.name))
    func superfluous(name: String) throws {
        let (scenario, prepared) = try ChangeScenario.prepared(name)
        var inputs = prepared
        let bytes = try Canonical.encode(try scenario.plan(inputs))
        inputs.change.resources = Self.unchanged(inputs.base)
            .merging(inputs.change.resources) { _, changed in changed }
        inputs.change.contents = inputs.base.contents.mapValues(\.self)
            .merging(inputs.change.contents) { _, changed in changed }
        #expect(try Canonical.encode(try scenario.plan(inputs)) == bytes)
    }

    @Test("a plan of a change survives its encoding", arguments: ChangeScenario.all.map(\.name))
    func bytes(name: String) throws {
        let (scenario, inputs) = try ChangeScenario.prepared(name)
        let plan = try scenario.plan(inputs)
        let bytes = try Canonical.encode(plan)
        #expect(try Canonical.encode(try scenario.plan(inputs)) == bytes)
        #expect(try Canonical.decode(ChangePlan.self, from: bytes) == plan)
    }

    @Test("Markdown keeps within any limit and says what it left out", arguments: ChangeScenario.all.map(\.name))
    func limits(name: String) throws {
        let (scenario, inputs) = try ChangeScenario.prepared(name)
        let plan = try scenario.plan(inputs)
        let whole = ChangePlanMarkdown(limit: .max).render(plan)
        for limit in [0, 60, 300, 600, 1000, 2000, 4000, 8000] {
            let text = ChangePlanMarkdown(limit: limit).render(plan)
            #expect(text.utf8.count <= limit)
            if whole.utf8.count <= limit { #expect(text == whole) }
            if limit >= 600, whole.utf8.count > limit { #expect(text.contains("_Shortened to fit here: ")) }
        }
    }

    @Test("following a plan leaves nothing of it to plan", arguments: ChangeScenario.all.map(\.name))
    func followed(name: String) throws {
        let (scenario, prepared) = try ChangeScenario.prepared(name)
        var inputs = prepared
        _ = inputs.base.apply(inputs.change)
        #expect(try scenario.plan(inputs).isEmpty)
    }
}

extension ChangeScenario {
    /// Resources nothing of the scenarios names.
    static func strangers(_ count: Int) -> String {
        (0..<count).map { index in
            var manifests = Manifests(pin: "version: 1")
            manifests.january = "{path: strangers/\(index).csv}"
            return manifests.yaml.replacing("data/march.csv", with: "strangers/march.csv")
                .replacing("{path: training}", with: "{path: strangers/training}")
                .replacing("training/requirements.lock", with: "strangers/requirements.lock")
                .replacing("{path: evaluation}", with: "{path: strangers/evaluation}")
                .replacing("{path: serving}", with: "{path: strangers/serving}")
                .replacing("january", with: "stranger-\(index)")
                .replacing("name: march", with: "name: stranger-march-\(index)")
                .replacing("holdout: march", with: "holdout: stranger-march-\(index)")
                .replacing("flight-time", with: "stranger-model-\(index)")
                .replacing("name: flights", with: "name: stranger-endpoint-\(index)")
        }.joined(separator: "---\n")
    }

    /// What differs, all that depends on it, and what those name: as little as a planner may be given.
    static func part(of base: DesiredState, reachedBy change: DesiredState.Change) -> DesiredState {
        var ids = Set(change.resources.keys)
        for path in change.contents.keys { ids.formUnion(base.users(of: path)) }
        var head = base
        _ = head.apply(change)
        ids = base.withDependents(ids).union(head.withDependents(ids))
        for id in ids {
            ids.formUnion(base.resources[id]?.references ?? [])
            ids.formUnion(head.resources[id]?.references ?? [])
        }
        var part = DesiredState()
        guard let revision = base.revision else { return part }
        var kept = DesiredState.Change(revision: revision)
        for case let resource? in ids.sorted().reversed().map({ base.resources[$0] }) {
            kept.resources.updateValue(resource, forKey: resource.id)
            for path in resource.paths { kept.contents.updateValue(base.contents[path], forKey: path) }
        }
        _ = part.apply(kept)
        return part
    }
}
