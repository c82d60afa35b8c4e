// Golden plans of changes: two sets of manifests and a world, to what people read.
import Foundation
import Testing
import WritPlanner
import WritVocabulary

/// `WRIT_UPDATE_GOLDEN=1` writes what the tests would have compared; review the result with `git diff`.
@Suite(.serialized)
struct ChangeGoldenTests {
    @Test("the plan of a change reads as its golden does", arguments: ChangeScenario.all.map(\.name))
    func text(name: String) throws {
        let scenario = try #require(ChangeScenario.all.first { $0.name == name })
        try compare(ChangePlanText().render(try scenario.plan()), with: "plan.txt", of: name)
    }

    @Test("the plan of a change in a pull request is the golden one", arguments: ChangeScenario.all.map(\.name))
    func markdown(name: String) throws {
        let scenario = try #require(ChangeScenario.all.first { $0.name == name })
        try compare(ChangePlanMarkdown(limit: scenario.limit).render(try scenario.plan()), with: "plan.md", of: name)
    }

    @Test("the encoded plan of a change is the golden one", arguments: ["promotion", "parameters-changed"])
    func encoding(name: String) throws {
        let scenario = try #require(ChangeScenario.all.first { $0.name == name })
        let bytes = try Canonical.encodePretty(try scenario.plan())
        try compare(String(decoding: bytes, as: UTF8.self), with: "plan.json", of: name)
    }

    @Test("every golden change has a scenario that leads to it")
    func complete() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Scenario.folder.path)
        #expect(
            folders.filter { $0.hasPrefix("change-") && !$0.hasPrefix("change-proposal-") }.sorted()
                == ChangeScenario.all.map { "change-\($0.name)" }.sorted())
    }

    private func compare(_ text: String, with file: String, of name: String) throws {
        let golden = Scenario(name: "change-\(name)")
        if Scenario.updates { try golden.write(text, to: file) }
        #expect(try golden.read(file) == text)
    }
}
