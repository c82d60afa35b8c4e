// The mlserver preset with the real MLServer. It installs half a gigabyte, so it runs only when asked to.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritDrivers

@Suite(.enabled(if: ProcessInfo.processInfo.environment["WRIT_TEST_MLSERVER_LOCK"] != nil))
struct ServingPresetTests {
    /// `WRIT_TEST_MLSERVER_LOCK` is a hash-locked requirements file with mlserver, `WRIT_TEST_MLSERVER_MODEL` a joblib
    /// file of a scikit-learn model, `WRIT_TEST_MLSERVER_REQUEST` an inference request for it.
    @Test("the real MLServer serves a scikit-learn model by the Open Inference Protocol")
    func mlserver() async throws {
        let variables = ProcessInfo.processInfo.environment
        let lock = try String(contentsOfFile: try #require(variables["WRIT_TEST_MLSERVER_LOCK"]), encoding: .utf8)
        let model = try Data(contentsOf: URL(fileURLWithPath: try #require(variables["WRIT_TEST_MLSERVER_MODEL"])))
        let request = try #require(variables["WRIT_TEST_MLSERVER_REQUEST"])
        var world = try ServingWorld()
        world.source.contents[ServingWorld.requirements] = .blob(lock)
        let artefacts = try world.blobs.artefacts(
            ArtefactManifest(files: [
                .init(path: "model.joblib", digest: try world.blobs.put([UInt8](model)), size: Int64(model.count))
            ]))
        let order = try world.order(
            server: .mlserver(implementation: "mlserver_sklearn.SKLearnModel", artefact: "model.joblib"),
            environment: LockedEnvironment(python: "3.11", requirements: ServingWorld.requirements),
            artefacts: artefacts,
            health: "/v2/health/ready")
        let serving = try world.serving()
        try await serving.start(order)
        #expect(try await serving.observe()[order.id]?.phase == .starting)
        let port = try await world.ready(serving, order.id, within: .seconds(600))
        let answer = try await world.get("/v2/models/flight-time/infer", port: port, method: "POST", body: request)
        #expect(answer?.contains("\"model_version\":\"3\"") == true, "\(answer ?? "no answer")")
        #expect(answer?.contains("\"outputs\"") == true)
        try await serving.stop(.init(id: order.id, drain: .seconds(10)))
        #expect(try await serving.observe().isEmpty)
    }
}
