// The pure parts of serving: readiness, answers to probes, ports, and what an order is refused for.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritDrivers

@Suite struct ServingRulesTests {
    @Test(
        "one lost probe changes nothing, several do, and one lucky one does not undo it",
        arguments: [
            ("", ReplicaObservation.Phase.starting), ("-", .starting), ("---------", .starting), ("-+", .ready),
            ("+--", .ready),
            ("+--+--", .ready), ("+---", .unready), ("+---+", .unready), ("+---+-+", .unready), ("+---++", .ready),
            ("+---++--", .ready),
        ])
    func readiness(_ probes: String, _ expected: ReplicaObservation.Phase) {
        var readiness = Readiness(limits: ServingLimits())
        for probe in probes { readiness.probed(probe == "+") }
        #expect(readiness.observed == expected)
    }

    @Test("ports are free, different, and stay clear of those already given")
    func ports() throws {
        let seed = Digest(of: Array("x".utf8))
        let first = try LoopbackPorts.free(3, in: 21_000...21_099, from: seed, taken: [])
        #expect(Set(first).count == 3)
        let second = try LoopbackPorts.free(3, in: 21_000...21_099, from: seed, taken: Set(first))
        #expect(Set(first).isDisjoint(with: second))
        #expect { try LoopbackPorts.free(2, in: 21_000...21_001, from: seed, taken: [21_000]) } throws: {
            ($0 as? BackendFailure)?.message == "No loopback port from 21000 to 21001 is free; stop something."
        }
    }

    @Test(
        "an order that could never serve is refused before anything is laid out",
        arguments: [
            ("ready", "its health path must begin with “/” and hold only printable ASCII without spaces"),
            ("/a b\r\nX: y", "its health path must begin with “/” and hold only printable ASCII without spaces"),
        ])
    func healthPaths(_ path: String, _ why: String) throws {
        try expectRefusal(why) { $0.health.path = path }
    }

    @Test("the preset names a class and an artefact the version has")
    func presets() throws {
        let environment = LockedEnvironment(python: "3.11", requirements: ServingWorld.requirements)
        try expectRefusal("the mlserver preset needs an environment whose requirements hold mlserver") {
            $0.server = .mlserver(implementation: "a.B", artefact: "model.txt")
        }
        try expectRefusal("“os;system” is not a Python class such as mlserver_sklearn.SKLearnModel") {
            $0.server = .mlserver(implementation: "os;system", artefact: "model.txt")
            $0.environment = environment
        }
        try expectRefusal("the version has no artefact “../../etc/passwd”; it has “model.txt”") {
            $0.server = .mlserver(implementation: "a.B", artefact: "../../etc/passwd")
            $0.environment = environment
        }
    }

    private func expectRefusal(_ why: String, _ change: (inout ReplicaOrder) -> Void) throws {
        let world = try ServingWorld()
        var order = try world.order()
        change(&order)
        let layout = ReplicaLayout(order, folder: ReplicaFolder(replicas: "/r", order.id), sandbox: .bubblewrap)
        let manifest = ArtefactManifest(files: [.init(path: "model.txt", digest: world.artefacts, size: 1)])
        #expect { try layout.check(manifest, limits: ServingLimits()) } throws: {
            ($0 as? BackendFailure)?.message
                == "Endpoint “flights” cannot serve flight-time:3: \(why). Correct the endpoint's runtime."
        }
    }

    @Test("what may be loaded only behind walls is refused where there are none, until the operator has them built")
    func walls() throws {
        let world = try ServingWorld()
        var order = try world.order()
        func layout(_ sandbox: Sandbox.Kind) -> ReplicaLayout {
            ReplicaLayout(order, folder: ReplicaFolder(replicas: "/r", order.id), sandbox: sandbox)
        }
        try layout(.none).checkWalls()
        order.walled = true
        try layout(.bubblewrap).checkWalls()
        #expect { try layout(.none).checkWalls() } throws: {
            let failure = $0 as? BackendFailure
            return failure?.code == "walls-missing" && failure?.retry == .stalled
                && failure?.message.hasSuffix(
                    "Set local.sandbox to required in the operator's file, or pin a version in safetensors or ONNX.")
                    == true
        }
    }

    @Test("MLServer is told loopback addresses, the replica's ports and the model's name")
    func settings() throws {
        let world = try ServingWorld()
        let order = try world.order(
            server: .mlserver(implementation: "mlserver_sklearn.SKLearnModel", artefact: "model.joblib"))
        let layout = ReplicaLayout(order, folder: ReplicaFolder(replicas: "/r", order.id), sandbox: .bubblewrap)
        let place = ReplicaPlace(port: 20_001, grpcPort: 20_002, metricsPort: 20_003)
        let files = try layout.settingsFiles(place).mapValues { String(decoding: $0, as: UTF8.self) }
        #expect(
            files["settings.json"] == """
                {"debug":false,"grpc_port":20002,"host":"127.0.0.1","http_port":20001,"metrics_dir":"/tmp",\
                "metrics_port":20003,"parallel_workers":0}
                """)
        #expect(
            files["model-settings.json"] == """
                {"implementation":"mlserver_sklearn.SKLearnModel","name":"flight-time",\
                "parameters":{"uri":"/writ/model/model.joblib","version":"3"}}
                """)
        #expect(
            layout.spec(place, nil, hidden: [], limits: ServingLimits()).argv == [
                "mlserver", "start", "/writ/settings",
            ])
    }
}
