// A data directory, a repository and a trainer for tests that train for real.
import Foundation
import WritBackends
import WritVocabulary

@testable import WritDrivers

struct TrainingWorld {
    let folder: DataFolder
    let blobs: DataBlobs
    let trainer: LocalTrainer
    let environments: PythonEnvironments
    var source: DataRepository

    static let code = ContentID(String(repeating: "c", count: 40))!
    static let requirements = ContentID(String(repeating: "e", count: 40))!
    static let six = """
        six==1.17.0 \\
            --hash=sha256:4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274 \\
            --hash=sha256:ff70335d468e7eb6ec65b95b99d3a2836546063f63acc5171de367e834932a81

        """

    init(
        code: [String: String] = [:], requirements: String = six,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        artefactLimits: DataLimits = DataLimits(), in shared: DataFolder? = nil
    ) throws {
        folder = try shared ?? DataFolder()
        blobs = try DataBlobs("\(folder.path)/blobs")
        source = DataRepository(contents: [Self.code: .tree(code), Self.requirements: .blob(requirements)])
        let program = try ProcessWorld.program
        environments = PythonEnvironments(
            folder: "\(folder.path)/envs", supervisor: program, environment: environment, sandbox: .bubblewrap,
            hidden: [folder.path])
        trainer = LocalTrainer(
            runs: "\(folder.path)/runs", blobs: blobs, source: source, environments: environments,
            launcher: ProcessLauncher(supervisor: program, environment: environment), sandbox: .bubblewrap,
            hidden: [folder.path],
            artefactLimits: artefactLimits, now: { Timestamp(milliseconds: 1_800_000_000_000) })
    }

    func order(
        _ argv: [String], purpose: Purpose = .training, attempt: Int = 1, inputs: [String: InputOrder] = [:],
        model: Digest? = nil,
        parameters: [String: ParameterValue] = [:], environment: LockedEnvironment? = nil, network: Bool = false
    ) throws -> ExecutionOrder {
        let recipe = Digest(of: Data(argv.joined().utf8))
        return ExecutionOrder(
            id: ExecutionID(purpose, of: recipe, attempt: attempt), purpose: purpose, recipe: RecipeID(recipe),
            resource: ResourceID(.model, ResourceName("flights")!),
            revision: RevisionID(String(repeating: "a", count: 40))!,
            code: RepositoryPath("training")!, codeTree: Self.code, argv: argv, environment: environment,
            inputs: inputs,
            model: model, parameters: parameters, seed: 13,
            resources: Resources(cpuMillis: 2000, memory: ByteCount(bytes: 256 << 20)), timeout: .seconds(60),
            network: network)
    }

    /// Starts an order with the trainer at work, and waits for its outcome.
    func outcome(of order: ExecutionOrder) async throws -> ExecutionOutcome {
        try await working {
            try await trainer.start(order)
            return try await finished(order.id)
        }
    }

    func finished(_ id: ExecutionID) async throws -> ExecutionOutcome {
        try await eventually(within: .seconds(120)) {
            if case .finished(let outcome)? = try await trainer.observe([id])[id] { outcome } else { nil }
        }
    }

    /// Runs the trainer's service while `body` goes on, and ends it like a controller that stops.
    func working<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await trainer.run() }
            let value = try await body()
            group.cancelAll()
            return value
        }
    }

    func log(_ id: ExecutionID) async throws -> String {
        String(decoding: try await trainer.log(of: id, from: 0, limit: 1 << 20), as: UTF8.self)
    }
}
