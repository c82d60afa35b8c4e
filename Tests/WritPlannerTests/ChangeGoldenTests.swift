// Golden plans of changes: two sets of manifests and a world, to what people read.
import Foundation
import Testing
import WritPlanner
import WritVocabulary

@Suite(.serialized)
struct ChangeGoldenTests {
    @Test("the plan of a change is the golden one", arguments: ChangeScenario.all.map(\.name))
    func text(name: String) throws {
        let scenario = try #require(ChangeScenario.all.first { $0.name == name })
        let golden = Scenario(name: "change-\(name)")
        let text = ChangePlanText().render(try scenario.plan())
        if Scenario.updates { try golden.write(text, to: "plan.txt") }
        #expect(try golden.read("plan.txt") == text)
    }
}

extension ChangeScenario {
    static let all = [parametersChanged, promoted]

    static let parametersChanged = ChangeScenario("parameters-changed") { world in
        world.commit(Manifests(pin: "version: 1"))
        try world.settle()
    } to: { world in
        world.commit(Manifests(training: ["parameters: {iterations: 200}"], pin: "version: 1"))
    }

    static let promoted = ChangeScenario("promotion") { world in
        world.commit(Manifests(pin: "version: 1"))
        try world.settle()
        world.measures[.evaluation] = ["mae": 7.9]
        world.commit(Manifests(training: ["parameters: {iterations: 200}"], pin: "version: 1"))
        try world.settle()
    } to: { world in
        world.commit(Manifests(training: ["parameters: {iterations: 200}"], pin: "version: 2"))
    }
}
