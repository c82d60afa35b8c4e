// Desired state: what a commit touches and what hangs on it.
import Testing
import WritVocabulary

struct DesiredStateTests {
    let revision = RevisionID(String(repeating: "a", count: 40))!
    let content = ContentID(String(repeating: "b", count: 40))!

    func dataset(_ name: String, path: String) throws -> Resource {
        Resource(
            metadata: Metadata(name: try #require(ResourceName(name))),
            spec: .dataset(Dataset(source: .path(try #require(RepositoryPath(path))), format: .csv)),
            location: ManifestLocation(path: try #require(RepositoryPath("m.yaml")), line: 1))
    }

    func model(_ name: String, data: String) throws -> Resource {
        let command = Command(code: Code(path: try #require(RepositoryPath("code"))), argv: ["train"])
        let training = Model.Training(command: command, datasets: ["rows": try #require(ResourceName(data))])
        return Resource(
            metadata: Metadata(name: try #require(ResourceName(name))),
            spec: .model(Model(origin: .training(training))),
            location: ManifestLocation(path: try #require(RepositoryPath("m.yaml")), line: 9))
    }

    @Test("a changed dataset touches the models that read it, and nothing else")
    func dependents() throws {
        var state = DesiredState()
        let resources = [
            try dataset("one", path: "one.csv"), try dataset("two", path: "two.csv"), try model("m", data: "one"),
            try model("n", data: "two"),
        ]
        _ = state.apply(
            .init(revision: revision, resources: Dictionary(uniqueKeysWithValues: resources.map { ($0.id, $0) })))
        let touched = state.apply(.init(revision: revision, resources: [resources[0].id: resources[0]]))
        #expect(touched.map(\.text).sorted() == ["Dataset/one", "Model/m"])
    }

    @Test("new content under a path touches its users")
    func contents() throws {
        var state = DesiredState()
        let data = try dataset("one", path: "data/one.csv")
        _ = state.apply(.init(revision: revision, resources: [data.id: data]))
        let path = try #require(RepositoryPath("data/one.csv"))
        #expect(state.apply(.init(revision: revision, contents: [path: content])) == [data.id])
        #expect(state.contents[path] == content)
        #expect(
            state.apply(.init(revision: revision, contents: [path: content])).isEmpty,
            "the same content again is no news")
    }

    @Test("a removed resource leaves no trace in the indexes")
    func removal() throws {
        var state = DesiredState()
        let model = try model("m", data: "one")
        _ = state.apply(.init(revision: revision, resources: [model.id: model]))
        #expect(state.apply(.init(revision: revision, resources: [model.id: nil])) == [model.id])
        #expect(state.resources.isEmpty)
        for name in model.references { #expect(state.dependents(of: name).isEmpty) }
        for path in model.paths { #expect(state.users(of: path).isEmpty) }
    }
}
