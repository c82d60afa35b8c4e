// What a serving process is shown, told and allowed. Pure: equal orders on equal ports give equal bytes.
import Foundation
import WritBackends
import WritVocabulary

struct ReplicaLayout {
    let order: ReplicaOrder
    private let folder: ReplicaFolder
    private let sandbox: Sandbox.Kind
    private let root: String

    init(_ order: ReplicaOrder, folder: ReplicaFolder, sandbox: Sandbox.Kind) {
        self.order = order
        self.folder = folder
        self.sandbox = sandbox
        root =
            switch sandbox {
            case .bubblewrap: "/writ"
            case .none: folder.path
            }
    }

    /// Where the process sees the version's files.
    var model: String { "\(root)/model" }
    private var code: String { "\(root)/code" }
    private var settings: String { "\(root)/settings" }

    /// How many ports its server opens.
    var portCount: Int {
        switch order.server {
        case .command: 1
        case .mlserver: 3
        }
    }

    /// Refuses to load without walls what may only be loaded behind them; not for good, since walls can be built.
    func checkWalls() throws {
        guard order.walled == true, sandbox == .none else { return }
        throw BackendFailure(
            code: "walls-missing",
            message: "Endpoint “\(order.endpoint)” cannot serve \(order.version): its files can run code when they"
                + " are loaded, the policies let it be loaded only behind the sandbox's walls, and this controller"
                + " builds none. Set local.sandbox to required in the operator's file, or pin a version in safetensors or ONNX.",
            retry: .stalled)
    }

    /// Refuses what could never serve, before anything is laid out.
    func check(_ manifest: ArtefactManifest, limits: ServingLimits) throws {
        let path = order.health.path
        guard path.hasPrefix("/"), path.utf8.count <= limits.healthPathBytes,
            path.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw Self.refused(
                order, "its health path must begin with “/” and hold only printable ASCII without spaces")
        }
        switch order.server {
        case .command(let argv, _):
            if argv.isEmpty { throw Self.refused(order, "its command is empty") }
        case .mlserver(let implementation, let artefact):
            guard order.environment != nil else {
                throw Self.refused(order, "the mlserver preset needs an environment whose requirements hold mlserver")
            }
            guard
                implementation.utf8.allSatisfy({
                    $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_") || isAlphanumeric($0)
                }),
                implementation.contains(".")
            else {
                throw Self.refused(
                    order,
                    "“\(VisibleText.spelled(implementation, first: 64))” is not a Python class such as mlserver_sklearn.SKLearnModel"
                )
            }
            guard manifest.files.contains(where: { $0.path == artefact || $0.path.hasPrefix(artefact + "/") }) else {
                let names = manifest.files.prefix(5).map { "“\(VisibleText.spelled($0.path, first: 64))”" }.joined(
                    separator: ", ")
                throw Self.refused(
                    order, "the version has no artefact “\(VisibleText.spelled(artefact, first: 64))”; it has \(names)")
            }
        }
    }

    private func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private static func refused(_ order: ReplicaOrder, _ why: String) -> BackendFailure {
        BackendFailure(
            code: "replica-refused",
            message:
                "Endpoint “\(order.endpoint)” cannot serve \(order.version): \(why). Correct the endpoint's runtime.",
            retry: .terminal)
    }

    /// The preset's settings files, by name; none for a command.
    func settingsFiles(_ place: ReplicaPlace) throws -> [String: Data] {
        guard case .mlserver(let implementation, let artefact) = order.server else { return [:] }
        return [
            "settings.json": try Canonical.encode(
                ServerSettings(
                    host: LoopbackPorts.host, http_port: place.port, grpc_port: place.grpcPort ?? 0,
                    metrics_port: place.metricsPort ?? 0, metrics_dir: "/tmp", parallel_workers: 0, debug: false)),
            "model-settings.json": try Canonical.encode(
                ModelSettings(
                    name: order.version.model.text, implementation: implementation,
                    parameters: .init(uri: "\(model)/\(artefact)", version: "\(order.version.number)"))),
        ]
    }

    // Names as MLServer 1.7 reads them.
    private struct ServerSettings: Encodable {
        var host: String
        var http_port: Int
        var grpc_port: Int
        var metrics_port: Int
        var metrics_dir: String
        /// The model runs in the server's own process.
        var parallel_workers: Int
        var debug: Bool
    }

    private struct ModelSettings: Encodable {
        struct Parameters: Encodable {
            var uri: String
            var version: String
        }
        var name: String
        var implementation: String
        var parameters: Parameters
    }

    func spec(_ place: ReplicaPlace, _ environment: PythonEnvironment?, hidden: [String], limits: ServingLimits)
        -> ProcessSpec
    {
        var binds = (environment?.binds ?? []) + [Sandbox.Bind(host: folder.model, inside: model)]
        let argv: [String]
        let workingFolder: String
        switch order.server {
        case .command(let command, _):
            binds.append(Sandbox.Bind(host: folder.code, inside: code))
            argv = command
            workingFolder = code
        case .mlserver:
            binds.append(Sandbox.Bind(host: folder.settings, inside: settings))
            argv = ["mlserver", "start", settings]
            workingFolder = "/tmp"
        }
        // It shares the machine's network, because it must listen on a loopback port the gateway can reach.
        return ProcessSpec(
            argv: argv, environment: variables(place, environment), workingFolder: workingFolder,
            sandbox: Sandbox(kind: sandbox, network: true, binds: binds, hidden: hidden),
            limits: ProcessLimits(
                memory: order.resources.memory, cpuMillis: order.resources.cpuMillis, processes: limits.processes),
            timeout: nil, grace: limits.grace, log: .newest(limit: limits.logBytes))
    }

    private func variables(_ place: ReplicaPlace, _ environment: PythonEnvironment?) -> [String: String] {
        let threads = String(max(1, order.resources.cpuMillis / 1000))
        let variables = [
            "PATH": PythonEnvironment.systemPath, "HOME": "/tmp", "TMPDIR": "/tmp", "USER": "writ", "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": threads,
            "OPENBLAS_NUM_THREADS": threads,
            "MKL_NUM_THREADS": threads, "LOKY_MAX_CPU_COUNT": threads, "HOST": LoopbackPorts.host,
            "PORT": String(place.port),
            "WRIT_MODEL_DIR": model, "WRIT_MODEL": order.version.model.text,
            "WRIT_VERSION": String(order.version.number),
            "WRIT_ENDPOINT": order.endpoint.text,
        ]
        return variables.merging(environment?.variables ?? [:]) { _, theirs in theirs }
    }
}
