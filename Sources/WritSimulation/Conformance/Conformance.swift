// What every driver promises, as suites that the simulated and the real ones pass alike. A simulator that did not would
// prove things about a fiction.
import WritVocabulary

/// A promise that was not kept.
public struct ConformanceFailure: Error, Sendable, CustomStringConvertible {
    public var description: String
}

/// Lets time pass for a driver until something is so: virtual time for a simulated one, real time for a real one.
public struct ConformanceClock: Sendable {
    /// Called between two looks.
    public var pause: @Sendable () async throws -> Void
    /// Looks before the suite gives up.
    public var looks: Int

    public init(looks: Int, pause: @escaping @Sendable () async throws -> Void) {
        self.looks = looks
        self.pause = pause
    }

    @discardableResult
    func wait<Value>(for what: String, _ look: () async throws -> Value?) async throws -> Value {
        for _ in 0..<looks {
            if let value = try await look() { return value }
            try await pause()
        }
        throw ConformanceFailure(description: "waited in vain for \(what)")
    }
}

func demand(_ condition: Bool, _ promise: String) throws {
    if !condition { throw ConformanceFailure(description: promise) }
}
