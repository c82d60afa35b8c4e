// The error of the gateway process itself; what clients are told is a Refusal.
import WritVocabulary

/// The gateway could not start, or could not take a table.
public struct GatewayFailure: WritFailure, Hashable {
    public var code: String
    public var message: String
    public var retry: Retry

    public init(code: String, message: String, retry: Retry) {
        self.code = code
        self.message = message
        self.retry = retry
    }
}
