// What can be wrong with a signature, a key, or a file that says whose keys count.
import WritVocabulary

/// A signature that does not count, a file of keys that cannot be read, or a program that could not be run.
public struct SignatureFailure: WritFailure, Hashable, Codable {
    public var code: String
    public var message: String
    public var retry: Retry

    public init(code: String, message: String, retry: Retry) {
        self.code = code
        self.message = message
        self.retry = retry
    }
}

extension SignatureFailure {
    /// The bytes of a commit are not what Git writes, or not the ones the id stands for.
    static func commit(_ message: String) -> SignatureFailure {
        SignatureFailure(code: "commit-malformed", message: message, retry: .terminal)
    }

    /// The signature does not count, whatever the keys.
    static func signature(_ message: String) -> SignatureFailure {
        SignatureFailure(code: "signature-refused", message: message, retry: .terminal)
    }

    /// A public key that cannot be read or is too weak.
    static func publicKey(_ message: String) -> SignatureFailure {
        SignatureFailure(code: "public-key", message: message, retry: .terminal)
    }

    /// A list of signers, of revoked keys, or a keyring.
    static func trust(_ message: String) -> SignatureFailure {
        SignatureFailure(code: "trust-file", message: message, retry: .terminal)
    }

    /// Writ's own key.
    static func signingKey(_ message: String) -> SignatureFailure {
        SignatureFailure(code: "signing-key", message: message, retry: .stalled)
    }

    /// The OpenPGP verifier gave no verdict.
    static func program(_ message: String, retry: Retry) -> SignatureFailure {
        SignatureFailure(code: "gpgv", message: message, retry: retry)
    }
}
