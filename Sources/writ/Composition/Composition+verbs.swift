// What commands ask of a whole controller: serve for good, or until all is as declared; and end what outlives it.
import Foundation
import ServiceLifecycle
import Synchronization
import WritDrivers
import WritServer
import WritVocabulary

extension Composition {
    /// Runs the controller until SIGTERM or SIGINT.
    static func serve(_ configuration: OperatorConfiguration) async throws {
        try await Composition(configuration).run()
    }

    /// Runs a controller of its own until everything is as declared, nothing more happens by itself, or time is up.
    /// nil when time was up.
    static func reconcile(_ configuration: OperatorConfiguration, timeout: TimeSpan) async throws -> ControllerStanding?
    {
        let composition = try Composition(configuration)
        let found = FoundStanding()
        try await composition.run([
            Named {
                // The first look has to have begun before a standing means anything.
                repeat {
                    try await Task.sleep(for: .milliseconds(200))
                    found.set(try await composition.handle.standing())
                } while found.value?.word == .working
            }
        ])
        return found.value?.word == .working ? nil : found.value
    }

    /// Ends the gateway, the replicas and the runs of a data directory. What is declared does not change: the next
    /// controller starts them again.
    static func stop(data: String) async throws {
        try await LocalProcesses(data: data).stop()
    }
}

/// The last standing a waiting loop saw.
private final class FoundStanding: Sendable {
    // Written by the loop, read when the services have ended.
    private let standing = Mutex<ControllerStanding?>(nil)

    var value: ControllerStanding? { standing.withLock { $0 } }
    func set(_ new: ControllerStanding) { standing.withLock { $0 = new } }
}
