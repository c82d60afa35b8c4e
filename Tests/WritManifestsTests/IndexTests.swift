// What files say together, and that a refused update changes nothing.
import Testing
import WritVocabulary

@testable import WritManifests

struct IndexTests {
    @Test("a whole repository is accepted, and each resource comes with the contents of its paths")
    func acceptance() throws {
        var repository = Repository()
        repository.files = ["all.yaml": Fixtures.all]
        let change = try repository.update().get()
        #expect(
            change.resources.keys.map(\.text).sorted() == [
                "Dataset/flights-holdout", "Dataset/flights-january", "Endpoint/flights", "Model/flight-time",
            ])
        #expect(
            change.contents.keys.map(\.text).sorted() == [
                "data", "data/january.csv", "data/requirements.lock", "models/flight-time",
                "models/flight-time/requirements.lock",
            ])
        #expect(repository.index.count == 4)
    }

    @Test("a changed file changes its own resources and no others")
    func change() throws {
        var repository = Repository.flights
        _ = try repository.update().get()
        repository.files["endpoint.yaml"] = Fixtures.endpoint.replacing("replicas: 2", with: "replicas: 3")
        let change = try repository.update().get()
        #expect(change.resources.keys.map(\.text) == ["Endpoint/flights"])
        repository.files["endpoint.yaml"] = nil
        let removal = try repository.update().get()
        #expect(removal.resources.keys.map(\.text) == ["Endpoint/flights"])
        #expect(removal.resources.values.allSatisfy { $0 == nil })
    }

    @Test("several workers prepare the same update as one, problems included")
    func workers() async {
        var changes = ManifestChanges()
        for number in 0..<Limits.filesPerWorker * 3 {
            let name = number.isMultiple(of: 50) ? "Flights_January" : "flights-\(number)"
            let text = Fixtures.dataset.replacing("name: flights-january", with: "name: \(name)")
            changes.files[repositoryPath("data/\(number).yaml")] = .init(
                blob: Repository.blob(text), bytes: Array(text.utf8))
        }
        let alone = ManifestIndex().prepare(changes)
        let together = await ManifestIndex().prepare(changes, workers: 3)
        #expect(alone.problemCount == 12)
        #expect(together.diagnostics == alone.diagnostics)
        #expect(together.pathsNeeded == alone.pathsNeeded)
        #expect(together.decoded.mapValues(\.resources) == alone.decoded.mapValues(\.resources))
    }

    @Test("a resource may move to another file in one commit")
    func move() throws {
        var repository = Repository.flights
        _ = try repository.update().get()
        repository.files["serving.yaml"] = repository.files.removeValue(forKey: "endpoint.yaml")
        let change = try repository.update().get()
        #expect(change.resources.values.compactMap { $0?.location.path.text } == ["serving.yaml"])
    }

    @Test("a name declared twice is shown at both places, each naming the other")
    func duplicates() {
        var repository = Repository.flights
        repository.files["copy.yaml"] = Fixtures.endpoint
        #expect(
            repository.refusal() == [
                "copy.yaml:4:9 duplicate-resource Endpoint/flights is declared more than once"
                    + " | it is declared at endpoint.yaml:4 too; rename or remove one",
                "endpoint.yaml:4:9 duplicate-resource Endpoint/flights is declared more than once"
                    + " | it is declared at copy.yaml:4 too; rename or remove one",
            ])
    }

    @Test("a missing reference is shown with the nearest name that is declared")
    func missingReference() {
        var repository = Repository.flights
        repository.files["endpoint.yaml"] = Fixtures.endpoint.replacing("model: flight-time", with: "model: flight-tme")
        #expect(
            repository.refusal() == [
                "endpoint.yaml:6:10 missing-reference Endpoint/flights names Model/flight-tme, which is not declared"
                    + " | did you mean `flight-time`?"
            ])
    }

    @Test("removing what an unchanged file names is refused at that file's line")
    func removedTarget() throws {
        var repository = Repository.flights
        _ = try repository.update().get()
        repository.files["january.yaml"] = nil
        let refusal = try #require(repository.update().failure)
        #expect(
            refusal.diagnostics.map(\.message) == [
                "Model/flight-time names Dataset/flights-january, which is not declared"
            ])
        #expect(refusal.filesWithoutExcerpt == ["model.yaml"])
        let filled = refusal.diagnostics.map { $0.adding(source: Array(Fixtures.model.utf8)) }
        #expect(filled.first?.sourceLine == "    datasets: {train: flights-january}")
        #expect(filled.first?.excerpt?.length == "flights-january".count)
    }

    @Test("a path the repository does not have is refused, in a new manifest and in an old one")
    func missingPath() throws {
        var repository = Repository.flights
        repository.missing = ["models/flight-time"]
        #expect(repository.refusal().count == 3)
        repository.missing = []
        _ = try repository.update().get()
        repository.missing = ["data/january.csv"]
        repository.changedPaths = ["data/january.csv"]
        #expect(
            repository.refusal() == [
                "january.yaml:7:11 missing-path the repository has no “data/january.csv” at this revision"
                    + " | paths begin at the repository's root; commit the file or correct the path"
            ])
    }

    @Test("a changed file below a named folder brings that folder's new id, and nothing is parsed")
    func changedContent() throws {
        var repository = Repository.flights
        _ = try repository.update().get()
        repository.changedPaths = ["models/flight-time/src/deep/train.py", "README.md"]
        let change = try repository.update().get()
        #expect(change.resources.isEmpty)
        #expect(change.contents.keys.map(\.text) == ["models/flight-time"])
    }

    @Test("a refused update leaves the index as it was, and its sound files need not be read again")
    func refusalKeepsIndex() throws {
        var repository = Repository.flights
        _ = try repository.update().get()
        let before = repository.index.files.keys.sorted()
        repository.files["endpoint.yaml"] = Fixtures.endpoint.replacing("replicas: 2", with: "replicas: many")
        repository.files["new.yaml"] = Fixtures.dataset.replacing("flights-january", with: "flights-june")
        #expect(repository.refusal().count == 1)
        #expect(repository.index.files.keys.sorted() == before)
        #expect(repository.index.declarations.count == 4)
        repository.files["endpoint.yaml"] = Fixtures.endpoint.replacing("replicas: 2", with: "replicas: 5")
        #expect(repository.index.needsBytes(of: repository.blobs).map(\.text) == ["endpoint.yaml"])
        let change = try repository.update().get()
        #expect(change.resources.keys.map(\.text).sorted() == ["Dataset/flights-june", "Endpoint/flights"])
    }

    @Test("a file that cannot be read raises no complaint about names it may declare")
    func noCascade() {
        var repository = Repository.flights
        repository.files["model.yaml"] = "kind: [\n"
        #expect(repository.refusal().allSatisfy { $0.hasPrefix("model.yaml:") })
        repository.files["model.yaml"] = Fixtures.model.replacing("retries: 1", with: "retries: 99")
        #expect(repository.refusal().count == 1)
    }

    @Test("an update prepared before another was accepted is refused")
    func stale() throws {
        var repository = Repository.flights
        let early = repository.index.prepare(ManifestChanges())
        _ = try repository.update().get()
        let late = repository.index.commit(early, revision: Repository.revision, contents: [:])
        #expect(late.failure?.diagnostics.map(\.code) == ["stale-update"])
    }

    @Test("rings are found, each once, however long")
    func rings() {
        func id(_ number: Int) -> ResourceID { ResourceID(.model, resourceName("m\(number)")) }
        let edges: [Int: [Int]] = [1: [2], 2: [3, 5], 3: [1], 4: [4], 5: [6], 6: []]
        let found = CycleSearch.cycles(from: (1...6).map(id)) { node in
            (edges[Int(node.name.text.dropFirst()) ?? 0] ?? []).map(id)
        }
        #expect(found == [[id(1), id(2), id(3)], [id(4)]])
        let chain = CycleSearch.cycles(from: [id(0)]) { node in
            let number = Int(node.name.text.dropFirst()) ?? 0
            return [id(number == 49_999 ? 0 : number + 1)]
        }
        #expect(chain.first?.count == 50_000)
    }

    @Test("validation of a whole tree gives what updates give")
    func validation() throws {
        let files = Repository.flights.files.map { (repositoryPath($0), Array($1.utf8)) }
        let resources = try ManifestIndex.validate(files: Dictionary(uniqueKeysWithValues: files)) { _ in true }.get()
        #expect(
            resources.map(\.id.text) == [
                "Dataset/flights-holdout", "Dataset/flights-january", "Endpoint/flights", "Model/flight-time",
            ])
        let missing = ManifestIndex.validate(files: Dictionary(uniqueKeysWithValues: files)) { $0.text != "data" }
        #expect(missing.failure?.count == 1)
    }
}

extension Result {
    var failure: Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}
