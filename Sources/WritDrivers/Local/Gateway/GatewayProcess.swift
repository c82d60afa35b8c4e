// Keeps exactly one gateway running, whoever started it.
import CLinux
import Foundation
import NIOHTTP1
import WritBackends
import WritVocabulary

/// Starts the gateway in a session of its own, so that it lives on when the controller dies, and adopts one that runs.
public struct GatewayProcess: Sendable {
    private let folder: GatewayFolder
    private let program: String
    private let arguments: [String]
    private let environment: [String: String]

    /// - Parameters:
    ///   - folder: `<data>/gateway`.
    ///   - program: the absolute path of `writ`.
    ///   - arguments: what `program` is started with, `internal-gateway` included.
    ///   - environment: the whole environment of the gateway; it needs none.
    public init(folder: String, program: String, arguments: [String], environment: [String: String] = [:]) {
        self.folder = GatewayFolder(folder)
        self.program = program
        self.arguments = arguments
        self.environment = environment
    }

    /// The gateway that runs now, or one started for it; returns once it answers.
    @discardableResult
    public func ensure() async throws -> ProcessIdentity {
        try folder.create()
        if let running = try folder.running() { return running }
        try start()
        return try await waitUntilAnswering()
    }

    /// Looks after the gateway until cancelled: starts it again when it died, at growing intervals while that fails.
    public func run() async throws {
        let clock = ContinuousClock()
        var pause = GatewayBounds.watchMilliseconds
        while !Task.isCancelled {
            do {
                try await ensure()
                pause = GatewayBounds.watchMilliseconds
            } catch let failure as BackendFailure where failure.retry != .terminal {
                pause = min(pause * 2, GatewayBounds.restartMillisecondsMax)
            }
            do { try await clock.sleep(for: .milliseconds(pause)) } catch is CancellationError { return }
        }
    }

    /// Asks the gateway to finish its requests and end. False when none runs.
    @discardableResult
    public func stop() throws -> Bool {
        try folder.running()?.signal(SIGTERM) ?? false
    }

    private func start() throws {
        let output = open(folder.log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard output >= 0 else { throw SystemCall.failure("create", folder.log) }
        defer { close(output) }
        let started = CStrings.with([program] + arguments) { arguments in
            CStrings.with(environment.map { "\($0.key)=\($0.value)" }.sorted()) { variables in
                writ_spawn_detached(program, arguments, variables, output)
            }
        }
        guard started == 0 else {
            throw BackendFailure(
                code: "gateway-missing",
                message: "Could not start the gateway \(program): \(SystemCall.reason(started)).",
                retry: started == EAGAIN || started == ENOMEM ? .transient : .stalled)
        }
    }

    private func waitUntilAnswering() async throws -> ProcessIdentity {
        let clock = ContinuousClock()
        let end = clock.now + .milliseconds(GatewayBounds.startMilliseconds)
        let client = GatewayClient(socket: folder.controlSocket)
        while clock.now < end {
            if let running = try folder.running(), try await client.ask(.GET, "/table") != nil { return running }
            try await clock.sleep(for: .milliseconds(GatewayBounds.pollMilliseconds))
        }
        throw BackendFailure(
            code: "gateway-silent",
            message: "The gateway was started but does not answer; its log \(folder.log) says why.", retry: .transient)
    }
}
