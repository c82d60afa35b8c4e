// The real drivers keep the promises the simulated ones keep: the same suites, on processes and files.
import Foundation
import Testing
import WritBackends
import WritSimulation
import WritVocabulary

@testable import WritDrivers

@Suite struct ConformanceTests {
    /// Real time. Generous, because the machine may be busy; nothing waits longer than it has to.
    let clock = ConformanceClock(looks: 3000) { try await Task.sleep(for: .milliseconds(20)) }

    @Test("the local trainer conforms")
    func trainer() async throws {
        let world = try TrainingWorld(code: ["x": ""])
        let succeeding = try ConformanceOrders.execution(
            "succeeding", argv: ["sh", "-c", "echo m > $WRIT_OUTPUT_DIR/m"], codeTree: TrainingWorld.code)
        let lasting = try ConformanceOrders.execution(
            "lasting", argv: ["sh", "-c", "while :; do sleep 0.1; done"], codeTree: TrainingWorld.code)
        try await world.working {
            try await TrainerConformance(
                trainer: world.trainer, clock: clock, succeeding: succeeding, lasting: lasting
            ).run()
        }
    }

    @Test("local serving conforms")
    func serving() async throws {
        let world = try ServingWorld()
        let order = try ConformanceOrders.replica(
            ConformanceOrders.version(artefacts: world.artefacts), argv: ["/usr/bin/env", "python3", "serve.py"],
            codeTree: ServingWorld.tree)
        try await ServingConformance(serving: world.serving(), clock: clock, order: order).run()
    }

    @Test("the local registry conforms")
    func registry() async throws {
        let folder = try DataFolder()
        let blobs = try DataBlobs("\(folder.path)/blobs")
        try await RegistryConformance(
            registry: LocalRegistry(blobs: blobs, folder: "\(folder.path)/registry"),
            version: ConformanceOrders.version(artefacts: blobs.artefacts(["model": "a"])),
            impostor: ConformanceOrders.version(artefacts: blobs.artefacts(["model": "b"]))
        ).run()
    }

    @Test("the local data source conforms", arguments: ["x\n1\n2\n", "x\n1\ntwo\n"])
    func data(rows: String) async throws {
        let folder = try DataFolder()
        let blobs = try DataBlobs("\(folder.path)/blobs")
        let file = try #require(ContentID(String(repeating: "a", count: 40)))
        let tree = try #require(ContentID(String(repeating: "b", count: 40)))
        let data = LocalDataSource(
            blobs: blobs,
            source: DataRepository(
                contents: [file: .blob(rows), tree: .tree(["deep/model": "weights", "card": "text"])]),
            roots: [], incoming: "\(folder.path)/incoming",
            salts: DatasetSalts(folder: "\(folder.path)/salts") { Array(repeating: 7, count: 32) })
        try data.prepare()
        try await DataConformance(
            data: data, order: ConformanceOrders.snapshot(file, recipe: rows),
            imported: ConformanceOrders.imported(tree, name: "model")
        ).run()
    }
}
