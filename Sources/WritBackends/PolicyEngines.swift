// Port: policy engines people already run.
import WritVocabulary

/// Asks an engine of the operator's about a change. Every engine fails closed: no answer is no.
public protocol PolicyEngines: Sendable {
    /// `input` is the JSON of the change plan. An engine that is not known, does not answer in time or answers what
    /// cannot be read gives a verdict that does not allow and says so.
    func decide(_ engine: String, input: [UInt8]) async -> EngineVerdict
}

/// Used where the operator has set up none.
public struct NoPolicyEngines: PolicyEngines {
    public init() {}

    public func decide(_ engine: String, input: [UInt8]) async -> EngineVerdict {
        EngineVerdict(
            allowed: false, reasons: ["the operator's file sets up no policy engine “\(engine)”: add it to `engines`"])
    }
}
