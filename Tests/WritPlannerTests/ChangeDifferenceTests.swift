// How differences of declarations are named and written.
import Foundation
import Testing
import WritManifests
import WritPlanner
import WritVocabulary

struct ChangeDifferenceTests {
    struct Edit: Sendable, CustomTestStringConvertible {
        var from: String
        var to: String
        var shown: [String]

        init(_ from: String, _ to: String, _ shown: String...) {
            self.from = from
            self.to = to
            self.shown = shown
        }

        var testDescription: String { to }
    }

    static let edits = [
        Edit(
            "{path: data/january.csv}", "{file: /srv/january.csv}", "spec.source.file: none → /srv/january.csv",
            "spec.source.path: data/january.csv → none"),
        Edit(
            "name: distance, type: integer", "name: distance, type: number",
            "spec.columns[distance].type: integer → number"),
        Edit("format: csv", "format: jsonl", "spec.format: csv → jsonl"),
        Edit("replicas: 2", "replicas: 2\n  resources: {cpu: 500m}", "spec.resources.cpu: 1 → 500m"),
        Edit("replicas: 2", "replicas: 2\n  promotion: propose", "spec.promotion: manual → propose"),
        Edit("drain: 10s", "drain: 1m", "spec.rollout.drain: 10s → 1m"),
        Edit(
            "{metric: mae, maximum: 12}", "{metric: mae, maximum: 12, minimum: 1}",
            "spec.evaluation.gates.mae.minimum: none → 1"),
        Edit(
            "[python, train.py]", "[python, train.py, --fast]",
            "spec.training.command: [python, train.py] → [python, train.py, --fast]"),
        Edit("{iterations: 100}", "{iterations: \"100\"}", "spec.training.parameters.iterations: 100 → \"100\""),
        Edit("{iterations: 100}", "{iterations: 100.5}", "spec.training.parameters.iterations: 100 → 100.5"),
        Edit(
            "\"3.11\"", "\"3.12\"", "spec.evaluation.environment.python: \"3.11\" → \"3.12\"",
            "spec.training.environment.python: \"3.11\" → \"3.12\""),
        Edit("retries: 0", "retries: 3", "spec.training.retries: 0 → 3"),
        Edit(
            "metadata: {name: flights}", "metadata: {name: flights, labels: {a/b: c}}", "metadata.labels[a/b]: none → c"
        ),
        Edit(
            "command: [python, serve.py]\n    code: {path: serving}",
            "preset: mlserver\n    implementation: mlserver_sklearn.SKLearnModel\n    artefact: model.joblib",
            "spec.runtime.artefact: none → model.joblib", "spec.runtime.code: {path: serving} → none",
            "spec.runtime.command: [python, serve.py] → none",
            "spec.runtime.implementation: none → mlserver_sklearn.SKLearnModel", "spec.runtime.preset: none → mlserver"),
    ]

    @Test("a difference has the name people wrote", arguments: edits)
    func names(edit: Edit) throws {
        var world = World()
        world.commit(Manifests(pin: "version: 1"))
        let base = world.desired
        world.edit([edit.from: edit.to])
        let plan = try plan(from: base, to: world.desired)
        #expect(!plan.isEmpty)
        for line in edit.shown {
            #expect(plan.resources.contains { $0.differences.contains(line) }, "\(plan.resources)")
        }
        let first = plan.resources.first { $0.differences.contains(edit.shown[0]) }
        #expect(first?.differences == edit.shown)
    }

    @Test("a manifest that moves to another file has changed, one that moves within its file has not")
    func places() throws {
        var world = World()
        world.commit(Manifests(hasModel: false, hasEndpoint: false))
        let base = world.desired
        var change = DesiredState.Change(revision: RevisionID(World.hex("head"))!)
        for (id, resource) in base.resources {
            var moved = resource
            moved.location.line += 7
            if id.name.text == "march" { moved.location.path = RepositoryPath("data/march.yaml")! }
            change.resources.updateValue(moved, forKey: id)
        }
        let plan = try ChangePlanner().plan(
            base: base, change: change, observation: nil, basis: .assumed, decision: nil)
        #expect(plan.resources.map(\.resource.name.text) == ["march"])
        #expect(plan.resources.first?.differences == ["declared in manifests/all.yaml → data/march.yaml"])
    }

    @Test("a file that is renamed trains nothing")
    func renamed() throws {
        var world = World()
        world.commit(Manifests(pin: "version: 1"))
        let base = world.desired
        var change = DesiredState.Change(revision: RevisionID(World.hex("head"))!)
        let id = ResourceID(.dataset, ResourceName("january")!)
        var resource = try #require(base.resources[id])
        guard case .dataset(var dataset) = resource.spec else { return }
        let path = RepositoryPath("data/renamed.csv")!
        dataset.source = .path(path)
        resource.spec = .dataset(dataset)
        change.resources.updateValue(resource, forKey: id)
        change.contents.updateValue(base.contents[RepositoryPath("data/january.csv")!], forKey: path)
        let plan = try ChangePlanner().plan(
            base: base, change: change, observation: nil, basis: .assumed, decision: nil)
        #expect(plan.resources.map(\.kind) == [.changed, .affected])
        #expect(plan.trainings == [] && plan.evaluations == [])
    }

    @Test(
        "an owner, an expectation and a time-out train nothing",
        arguments: [
            ["metadata: {name: january}": "metadata: {name: january, owner: data}"],
            ["type: integer, minimum: 1}": "type: integer, minimum: 2}"],
            ["seed: 13": "seed: 13\n    timeout: 3h"], ["retries: 0": "retries: 5"],
        ])
    func noRecipe(edit: [String: String]) throws {
        var world = World()
        world.commit(Manifests(pin: "version: 1"))
        let base = world.desired
        world.edit(edit)
        let plan = try plan(from: base, to: world.desired)
        #expect(!plan.isEmpty)
        #expect(plan.trainings == [] && plan.evaluations == [] && plan.moves == [])
    }

    @Test("differences are bounded, and values that differ late still look different")
    func bounds() throws {
        var world = World()
        let long = String(repeating: "a", count: 500)
        func parameters(_ count: Int, _ tail: String) -> String {
            "parameters: {" + (0..<count).map { "p\($0): \"\(long)\(tail)\"" }.joined(separator: ", ") + "}"
        }
        world.commit(Manifests(training: [parameters(60, "x")], pin: "version: 1"))
        let base = world.desired
        world.commit(Manifests(training: [parameters(60, "y")], pin: "version: 1"))
        let lines = try #require(try plan(from: base, to: world.desired).resources.first?.differences)
        #expect(lines.count == 50)
        #expect(lines.last == "and 11 more differences")
        #expect(lines.allSatisfy { $0.count < 300 })
        let sides = try #require(lines.first?.split(separator: ": ").last).components(separatedBy: " → ")
        #expect(sides.count == 2 && sides[0] != sides[1])
    }

    private func plan(from base: DesiredState, to head: DesiredState) throws -> ChangePlan {
        try ChangePlanner().plan(
            base: base, change: ChangeScenario.difference(base, head), observation: nil, basis: .assumed, decision: nil)
    }
}
