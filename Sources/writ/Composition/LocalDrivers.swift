// The drivers of this machine, put together from the operator's configuration.
import WritBackends
import WritDrivers
import WritLedger
import WritSource
import WritVocabulary

/// One of each port, all on this machine.
struct LocalDrivers {
    let trainer: LocalTrainer
    let serving: LocalServing
    let gateway: GatewayProcess
    let data: LocalDataSource
    let salts: DatasetSalts
    let backends: Backends

    init(
        _ configuration: OperatorConfiguration, records: Records, blobs: FileBlobStore, source: GitSource,
        proposer: any Proposer, attestor: any Attestor, program: String, environment: [String: String]
    ) {
        let data = configuration.data
        let sandbox = configuration.local.sandbox.kind
        let environments = PythonEnvironments(
            folder: "\(data)/envs", supervisor: program, environment: environment, sandbox: sandbox, hidden: [data],
            uv: configuration.local.uv == "uv" ? nil : configuration.local.uv)
        let launcher = ProcessLauncher(supervisor: program, environment: environment)
        trainer = LocalTrainer(
            runs: "\(data)/runs", blobs: blobs, source: source, environments: environments, launcher: launcher,
            sandbox: sandbox, hidden: [data], now: { Timestamp.now })
        var limits = ServingLimits()
        limits.integrityInterval = configuration.local.integrity
        serving = LocalServing(
            replicas: "\(data)/replicas", blobs: blobs, source: source, environments: environments, launcher: launcher,
            sandbox: sandbox, hidden: [data], limits: limits, now: { Timestamp.now })
        gateway = GatewayProcess(
            folder: "\(data)/gateway", program: program, arguments: configuration.gateway.arguments(data: data))
        let salts = DatasetSalts(folder: "\(data)/salts", random: SystemRandom.seed)
        self.salts = salts
        self.data = LocalDataSource(
            blobs: blobs, source: source, roots: configuration.local.files, incoming: "\(data)/incoming",
            salts: salts)
        // Whatever is lost beside the ledger, the routes are in it.
        let router = LocalRouter(folder: "\(data)/gateway", recorded: { records.state.table })
        backends = Backends(
            trainer: trainer, serving: serving, router: router, data: self.data,
            registry: LocalRegistry(blobs: blobs, folder: "\(data)/registry"), proposer: proposer,
            attestor: attestor)
    }
}

extension OperatorConfiguration.Local.Sandbox {
    var kind: Sandbox.Kind {
        switch self {
        case .required: .bubblewrap
        case .none: .none
        }
    }
}

extension OperatorConfiguration {
    /// What the source needs to know of the repository.
    var source: SourceConfiguration {
        SourceConfiguration(
            remote: repository.address, branch: repository.branch, manifestFolder: repository.manifests,
            mirror: "\(data)/repo.git", credentials: repository.credentials,
            certificateAuthorities: repository.certificateAuthorities, fetchDeadline: repository.deadline)
    }
}

extension OperatorConfiguration.Gateway {
    var address: String { "\(host):\(port)" }
}
