// The composition root: the one place that names drivers and real time.
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals
import WritAttestations
import WritBackends
import WritController
import WritDrivers
import WritLedger
import WritPlanner
import WritServer
import WritSource
import WritVocabulary

/// A whole controller over one data directory, wired and not yet running.
struct Composition {
    let configuration: OperatorConfiguration
    let directory: DataDirectory
    let records: Records
    let blobs: FileBlobStore
    let salts: DatasetSalts
    let ledger: LedgerReader
    let trainer: LocalTrainer
    let gateway: GatewayProcess
    let controller: Controller
    let governance: GovernanceDrivers
    private let witnessing: [any Service]
    let logger: Logger

    var handle: RunningController {
        RunningController(
            controller: controller, records: records, trainer: trainer, blobs: blobs, salts: salts, ledger: ledger,
            retention: configuration.audit.retention)
    }

    /// Takes the data directory and opens everything in it. Starts nothing.
    init(_ configuration: OperatorConfiguration) throws {
        self.configuration = configuration
        let data = configuration.data
        logger = Composition.logger(configuration)
        directory = try DataDirectory(data)
        let signer = try LedgerKey.loadOrCreate(in: data, origin: configuration.origin, seed: SystemRandom.seed)
        records = try Records(data: data, signer: signer)
        let blobs = try FileBlobStore(directory: "\(data)/blobs")
        self.blobs = blobs
        let environment = ProcessInfo.processInfo.environment
        // A rotation that a crash cut off is finished before anything is signed.
        try AttestationKey.settle(in: data, recorded: try records.rotations())
        let attestor = try AttestationKey.loadOrCreate(in: data, seed: SystemRandom.seed)
        let retired = try AttestationKey.verifiers(in: data)
        let program = try ThisProgram.path()
        let source = GitSource(configuration.source, fetching: .child(executable: program, environment: environment))
        governance = try GovernanceDrivers(
            configuration, records: records, blobs: blobs, source: source, environment: environment, logger: logger)
        ledger = LedgerReader(directory: Records.ledgerPath(in: data), verifier: signer.verifier)
        if let witnesses = configuration.audit.witnesses {
            witnessing = [try WitnessService(witnesses, ledger: ledger, logger: logger)]
        } else {
            witnessing = []
        }
        let drivers = LocalDrivers(
            configuration, records: records, blobs: blobs, source: source, proposer: governance.proposer,
            attestor: KeyAttestor(
                blobs: blobs, signer: attestor,
                builder: BuilderIdentity(origin: configuration.origin, version: Product.version), trusted: retired),
            program: program, environment: environment)
        try drivers.data.prepare()
        try drivers.serving.prepare()
        trainer = drivers.trainer
        salts = drivers.salts
        try Expunging(blobs: blobs, salts: drivers.salts).finish(records.state)
        gateway = drivers.gateway

        var limits = ControllerLimits()
        limits.executions = configuration.local.parallel
        limits.pollInterval = configuration.repository.poll
        limits.decoders = ProcessInfo.processInfo.activeProcessorCount
        let machine = ControllerMachine(
            limits: limits,
            planner: Planner(
                automation: governance.automation, attests: true, sandbox: configuration.local.sandbox.kind.rawValue),
            governance: governance.governance, log: records
        ) { [blobs] in try blobs.put(Array($0)) }
        controller = Controller(
            machine: machine, source: source, history: source, consultants: governance.consultants,
            backends: drivers.backends, logger: logger, version: Product.version, now: { Timestamp.now })
    }

    /// Runs until it is told to stop: SIGTERM and SIGINT end it gracefully; what it started goes on.
    func run(_ more: [any Service] = []) async throws {
        let socket = ControlSocket.path(inDataDirectory: configuration.data)
        let control = ControlServer(controller: handle, socket: socket, logger: logger, now: { Timestamp.now })
        let services: [any Service] =
            [
                Named { try await trainer.run() }, Named { try await gateway.run() },
                Named(endsItself: true) { try await control.run() }, controller,
                CheckpointService(records: records, logger: logger),
            ] + governance.services(controller, logger: logger) + witnessing + more
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map {
                    .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
                },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet))
        logger.info(
            "writ serves", metadata: ["data": "\(configuration.data)", "gateway": "\(configuration.gateway.address)"])
        try await group.run()
        try await governance.forge?.shutdown()
        try records.close(now: .now)
    }

    /// The framework's messages about its services are not an operator's concern.
    private var quiet: Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .warning)
        return logger
    }

    private static func logger(_ configuration: OperatorConfiguration) -> Logger {
        var logger = Logger(label: "writ") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = Logger.Level(rawValue: configuration.log.rawValue) ?? .info
        return logger
    }
}

extension Records {
    /// Every hand-over of a key on record, in order.
    func rotations() throws -> [KeyRotation] {
        try entries(EntryQuery(kind: "keyRotated", limit: 1000)).compactMap {
            if case .keyRotated(let rotation) = $0.event { rotation } else { nil }
        }
    }
}

/// A long-lived body as a service; cancelled when the group shuts down, unless it listens for that itself.
struct Named: Service {
    let endsItself: Bool
    let body: @Sendable () async throws -> Void

    init(endsItself: Bool = false, _ body: @escaping @Sendable () async throws -> Void) {
        self.endsItself = endsItself
        self.body = body
    }

    func run() async throws {
        if endsItself { return try await body() }
        try await cancelWhenGracefulShutdown { try await body() }
    }
}

/// Signs the ledger's head in batches, so that an auditor's view is never older than the interval.
struct CheckpointService: Service {
    static let interval = Duration.seconds(5)

    let records: Records
    let logger: Logger

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await Task.sleep(for: CheckpointService.interval)
                } catch {
                    return
                }
                do {
                    try records.sync(now: .now)
                } catch let failure as LedgerFailure where failure.retry == .transient {
                    logger.warning("the ledger's head is not signed", metadata: ["reason": "\(failure.message)"])
                }
                if let failure = records.failure {
                    logger.warning("the record lags behind", metadata: ["reason": "\(failure.message)"])
                }
            }
        }
    }
}
