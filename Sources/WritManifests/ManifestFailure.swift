// The error of this room: a question about the schema that has no answer.
import WritVocabulary

/// A question about manifests that cannot be answered. What is wrong in a manifest is a ``Diagnostic``.
public struct ManifestFailure: WritFailure, Hashable {
    public var code: String
    public var message: String
    public var retry: Retry { .terminal }

    init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}
