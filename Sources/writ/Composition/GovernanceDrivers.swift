// The drivers of governance: forge, proposals, engines, webhooks and what Writ tells Git.
import Foundation
import Logging
import ServiceLifecycle
import WritBackends
import WritController
import WritDrivers
import WritLedger
import WritManifests
import WritPlanner
import WritServer
import WritSignatures
import WritSource
import WritVocabulary

/// Everything between Writ and the people who review it.
struct GovernanceDrivers {
    let settings: OperatorConfiguration.GovernanceSettings
    let governance: Governance
    let automation: Planner.Automation?
    let proposer: any Proposer
    let consultants: Consultants
    let forge: (any ForgeDriver)?
    let outcome: OutcomePublisher?
    private let source: GitSource
    private let target: String
    private let poll: TimeSpan
    private let environment: [String: String]

    init(
        _ configuration: OperatorConfiguration, records: Records, blobs: FileBlobStore, source: GitSource,
        environment: [String: String], logger: Logger
    ) throws {
        settings = configuration.governance
        self.source = source
        self.environment = environment
        target = configuration.repository.branch.text
        poll = configuration.repository.poll
        governance = Governance(
            target: target, signers: settings.trust.signers, trusted: settings.trust.revision,
            sandbox: configuration.local.sandbox.kind.rawValue)
        forge = try settings.forge?.driver(environment)
        consultants = Consultants(engines: OperatorEngines(settings.engines.byName), forge: forge, source: source)
        guard configuration.repository.push else {
            (proposer, automation, outcome) = (NoProposer(), nil, nil)
            return
        }
        let key = try CommitKey.loadOrCreate(settings.identity.key, seed: SystemRandom.seed)
        guard let identity = CommitIdentity(name: settings.identity.name, email: settings.identity.email.text) else {
            throw CommandFailure(
                "`identity` cannot stand in a commit", hint: "choose another name or email", code: .usage)
        }
        automation = Planner.Automation(person: settings.identity.email, target: target)
        proposer = GitProposer(
            source: source, configuration: configuration.source, identity: identity, sign: CommitKey.signer(key),
            forge: forge, edit: GovernanceDrivers.edit,
            body: { String(decoding: try blobs.read($0, limit: GovernanceDrivers.textBytes), as: UTF8.self) },
            clock: { Timestamp.now })
        outcome = OutcomePublisher(
            settings.outcome, records: records, ledger: Records.ledgerPath(in: configuration.data), source: source,
            identity: identity, sign: CommitKey.signer(key), logger: logger)
    }

    private static let textBytes = 1 << 20
    private static let complaining = Duration.seconds(5)

    @Sendable
    private static func edit(_ bytes: [UInt8], _ endpoint: ResourceName, _ pin: Endpoint.Pin) throws -> [UInt8] {
        guard let path = RepositoryPath("manifest.yaml") else { return bytes }
        return try ManifestEditor.movePin(in: bytes, path: path, endpoint: endpoint, to: pin)
    }

    /// What runs beside the loop.
    func services(_ controller: Controller, logger: Logger) -> [any Service] {
        var services: [any Service] = [Named { try await complain(to: logger) }]
        if let forge, settings.forge?.reports == true {
            services.append(
                RequestReviewer(
                    controller: controller, source: source, forge: forge, target: target, interval: poll,
                    logger: logger))
        }
        if let outcome { services.append(outcome) }
        if let webhooks = settings.webhooks, let kind = settings.forge?.kind {
            services.append(listener(webhooks, kind, controller, logger))
        }
        return services
    }

    /// What was passed over while Git was read, such as approvals that cannot be read, is said and not swallowed.
    private func complain(to logger: Logger) async throws {
        while !Task.isCancelled {
            for complaint in await source.takeComplaints() {
                logger.warning("passed over in the repository", metadata: ["reason": "\(complaint)"])
            }
            do { try await Task.sleep(for: GovernanceDrivers.complaining) } catch { return }
        }
    }

    private func listener(
        _ webhooks: OperatorConfiguration.Webhooks, _ kind: OperatorConfiguration.ForgeSettings.Kind,
        _ controller: Controller, _ logger: Logger
    ) -> any Service {
        let configuration = WebhookServer.Configuration(kind: kind.webhooks, host: webhooks.host, port: webhooks.port)
        let server = WebhookServer(
            configuration, secret: { [environment] in try webhooks.secret.resolve(environment: environment) },
            logger: logger,
            wake: {
                // A wake that cannot be recorded is made up for by the next poll.
                do { try await controller.wake() } catch { logger.warning("the webhook woke nobody") }
            })
        return Named { try await server.run() }
    }
}

extension OperatorConfiguration.ForgeSettings {
    /// `patience` is the longest wait for one call, where the operator allows a longer one.
    func driver(_ environment: [String: String], patience: TimeSpan = .minutes(10)) throws -> any ForgeDriver {
        let configuration = ForgeConfiguration(
            baseURL: url, repository: repository, account: account, certificateAuthorities: certificateAuthorities,
            deadline: min(deadline, patience))
        let kind: ForgeKind =
            switch kind {
            case .github: .github
            case .gitlab: .gitlab
            case .gitea: .gitea
            }
        return try kind.driver(
            configuration, token: { [token] in try token.resolve(environment: environment) }, now: { Timestamp.now })
    }
}

extension OperatorConfiguration.ForgeSettings.Kind {
    fileprivate var webhooks: WebhookKind {
        switch self {
        case .github: .github
        case .gitlab: .gitlab
        case .gitea: .gitea
        }
    }
}

extension [OperatorConfiguration.Engine] {
    fileprivate var byName: [String: OperatorEngines.Engine] {
        Dictionary(
            map { engine in
                let way: OperatorEngines.Way =
                    switch engine.way {
                    case .command(let argv): .command(argv)
                    case .url(let url): .url(url)
                    }
                return (engine.name, OperatorEngines.Engine(way: way, deadline: engine.deadline))
            }, uniquingKeysWith: { first, _ in first })
    }
}
