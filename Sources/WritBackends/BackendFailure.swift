// The error every driver throws.
import WritVocabulary

/// A backend could not do what it was asked.
public struct BackendFailure: WritFailure, Hashable {
    public var code: String
    public var message: String
    public var retry: Retry

    public init(code: String, message: String, retry: Retry) {
        self.code = code
        self.message = message
        self.retry = retry
    }
}
