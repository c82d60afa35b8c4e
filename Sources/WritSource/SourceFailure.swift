// What can go wrong between a Git repository and Writ, in sentences for the operator.
import WritVocabulary

/// The repository or its mirror could not do what was asked.
public struct SourceFailure: WritFailure, Hashable, Codable {
    public var code: String
    public var message: String
    public var retry: Retry

    public init(code: String, message: String, retry: Retry) {
        self.code = code
        self.message = message
        self.retry = retry
    }
}

extension SourceFailure {
    /// The configuration cannot work as it is written.
    static func configuration(_ message: String) -> SourceFailure {
        SourceFailure(code: "source-configuration", message: message, retry: .stalled)
    }

    /// Something the next poll may find mended: a network, a server, a credential, a branch.
    static func fetch(_ code: String, _ message: String) -> SourceFailure {
        SourceFailure(code: code, message: message, retry: .transient)
    }

    static func missing(_ what: String, in repository: String) -> SourceFailure {
        SourceFailure(
            code: "object-missing",
            message: "\(what) is not in \(repository). If it should be there, the mirror is damaged: "
                + "stop Writ, remove that folder and start again; it is fetched anew.",
            retry: .stalled)
    }

    static func tooLarge(_ message: String) -> SourceFailure {
        SourceFailure(code: "source-limit", message: message, retry: .terminal)
    }

    /// Content that Git can hold and Writ will not touch.
    static func hostile(_ message: String) -> SourceFailure {
        SourceFailure(code: "content-refused", message: message, retry: .terminal)
    }

    static func folder(_ message: String) -> SourceFailure {
        SourceFailure(code: "folder", message: message, retry: .stalled)
    }
}
