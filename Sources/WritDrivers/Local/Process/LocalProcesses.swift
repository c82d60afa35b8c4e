// Everything that runs on behalf of one data directory, found by its folders.
import Foundation
import WritBackends
import WritVocabulary

/// Ends what outlives a controller: runs, replicas, environment builds and the gateway.
public struct LocalProcesses: Sendable {
    private let data: String

    public init(data: String) { self.data = data }

    /// Asks all of them to end, and waits until they have. Returns how many there were.
    ///
    /// Replicas end before the gateway, so that no request is sent to one that is gone without an answer.
    @discardableResult
    public func stop() async throws -> Int {
        var count = 0
        for folders in try [supervised(), gateway] {
            let running = folders.filter(\.isAlive)
            for identity in running where try identity.signal(SIGTERM) { count += 1 }
            try await waitForEnd(of: running)
        }
        return count
    }

    private var gateway: [ProcessIdentity] {
        get throws { try GatewayFolder("\(data)/gateway").running().map { [$0] } ?? [] }
    }

    private func supervised() throws -> [ProcessIdentity] {
        try ["runs", "replicas", "envs"].flatMap { kind -> [ProcessIdentity] in
            let folder = "\(data)/\(kind)"
            guard FileManager.default.fileExists(atPath: folder) else { return [] }
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().compactMap { name in
                try ProcessFolder("\(folder)/\(name)/process").identity()
            }
        }
    }

    private func waitForEnd(of processes: [ProcessIdentity]) async throws {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(60)
        while processes.contains(where: \.isAlive) {
            guard clock.now < end else {
                let pids = processes.filter(\.isAlive).map { String($0.pid) }.joined(separator: ", ")
                throw BackendFailure(
                    code: "still-running",
                    message: "processes \(pids) did not end within 60 s of being asked; end them by hand",
                    retry: .transient)
            }
            try await clock.sleep(for: .milliseconds(50))
        }
    }
}
