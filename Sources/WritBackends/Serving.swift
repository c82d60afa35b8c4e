// Port: where replicas run, and the gateway before them.
import WritVocabulary

/// Runs serving processes that outlive the controller.
public protocol Serving: Sendable {
    /// Begins a replica and returns once its process runs; readiness is observed. Doing it again for the same id
    /// changes nothing.
    func start(_ order: ReplicaOrder) async throws

    /// Ends a replica: asks it to finish, waits `drain`, then ends it and all it started. An unknown id is no error.
    func stop(_ order: ReplicaStopOrder) async throws

    /// Every replica this backend knows, whoever started it.
    func observe() async throws -> [ReplicaID: ReplicaObservation]
}

/// The data plane, seen from the controller.
public protocol TrafficRouter: Sendable {
    /// Applies a change to the table before it and makes the gateway swap to the result. Returns when the table is
    /// durable.
    /// A number the table already has or has passed changes nothing.
    func publish(_ change: RoutingChange) async throws

    /// nil when the gateway does not answer; it goes on with its last table.
    func observe() async throws -> GatewayObservation?
}
