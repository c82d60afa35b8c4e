// Port: where training, evaluation and materialisation run.
import WritVocabulary

/// Runs sandboxed processes that outlive the controller.
public protocol Trainer: Sendable {
    /// Begins an execution and returns; the work goes on by itself. Doing it again for the same id changes nothing.
    func start(_ order: ExecutionOrder) async throws

    /// Ends an execution and everything it started. An id that is unknown or finished is no error.
    func cancel(_ id: ExecutionID) async throws

    /// The phase of each asked execution this backend knows. One it does not know is left out.
    func observe(_ ids: Set<ExecutionID>) async throws -> [ExecutionID: ExecutionPhase]

    /// The log from a byte offset, at most `limit` bytes; empty when there is no more yet.
    func log(of id: ExecutionID, from offset: Int64, limit: Int) async throws -> [UInt8]
}
