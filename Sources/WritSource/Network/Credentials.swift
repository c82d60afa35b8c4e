// What a repository is opened with. Only references travel; the fetching process reads the secrets themselves.
import WritVocabulary

/// How Writ proves to a server who it is.
public enum Credentials: Codable, Hashable, Sendable {
    case none
    /// HTTP Basic. A forge's access token is the password, with the user name the forge documents.
    case basic(user: String, password: SecretReference)
    /// A private key, and the file of host keys the server is checked against.
    case sshKey(user: String, privateKeyFile: String, passphrase: SecretReference?, knownHostsFile: String)
}

/// Where a secret lies.
public enum SecretReference: Codable, Hashable, Sendable, CustomStringConvertible {
    /// A file that holds nothing else; one line end at its end is not part of the secret.
    case file(String)
    case environment(String)

    public var description: String {
        switch self {
        case .file(let path): "the file \(path)"
        case .environment(let name): "the environment variable \(name)"
        }
    }

    /// Reads the secret. The error names the reference, never the content.
    public func resolve(environment: [String: String]) throws -> String {
        switch self {
        case .environment(let name):
            guard let value = environment[name], !value.isEmpty else {
                throw SourceFailure.configuration(
                    "The environment variable \(name), which should hold a secret of the repository, is not set.")
            }
            return value
        case .file(let path):
            let bytes = try BoundedFile.read(path, limit: SourceLimits.secretBytesMaximum)
            guard var text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0) else {
                throw SourceFailure.configuration("The secret in \(path) is not UTF-8 text.")
            }
            if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text.removeLast() }
            guard !text.isEmpty else {
                throw SourceFailure.configuration("The file \(path), which should hold a secret, is empty.")
            }
            return text
        }
    }
}
