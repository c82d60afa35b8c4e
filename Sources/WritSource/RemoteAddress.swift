// Where the repository is: a local path, file://, http(s):// or ssh://, and how it may be shown.
import WritVocabulary

/// The address of a repository. Never holds a password: that is named by a reference in `Credentials`.
public struct RemoteAddress: TextIdentifier, CustomStringConvertible {
    public enum Transport: String, Codable, Sendable {
        /// An absolute path, or `file://` and one.
        case local
        case http
        case https
        case ssh
    }

    public let text: String
    public let transport: Transport
    /// The folder of a local repository.
    public let localPath: String?

    public init?(_ text: String) {
        guard let parsed = try? RemoteAddress(checking: text) else { return nil }
        self = parsed
    }

    /// Throws a sentence about what is wrong with the address.
    public init(checking text: String) throws {
        guard (1...SourceLimits.addressBytesMaximum).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else {
            throw SourceFailure.configuration(
                "The repository address is empty, too long, or holds a space or control character.")
        }
        self.text = text
        if text.hasPrefix("/") {
            (transport, localPath) = (.local, text)
            return
        }
        guard let separator = text.firstRange(of: "://") else {
            throw SourceFailure.configuration(
                "“\(Redaction.redact(text))” is not a repository address: give an absolute path, file://, https://, http:// or "
                    + "ssh:// (write git@host:path as ssh://git@host/path).")
        }
        let rest = text[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        if let user = authority.lastIndex(of: "@").map({ authority[..<$0] }), user.contains(":") {
            throw SourceFailure.configuration(
                "The repository address \(Redaction.redact(text)) holds a password. Take it out and name a file or an "
                    + "environment variable that holds it in the credentials instead.")
        }
        switch text[..<separator.lowerBound].lowercased() {
        case "file": (transport, localPath) = (.local, String(rest))
        case "http": (transport, localPath) = (.http, nil)
        case "https": (transport, localPath) = (.https, nil)
        case "ssh": (transport, localPath) = (.ssh, nil)
        case let other:
            throw SourceFailure.configuration(
                "Writ does not speak \(Redaction.redact(other)):// to repositories; use https://, http://, ssh://, file:// or a path."
            )
        }
        if let localPath, !localPath.hasPrefix("/") {
            throw SourceFailure.configuration(
                "file:// needs an absolute path without a host: file:///srv/git/models.git.")
        }
        if localPath == nil, authority.isEmpty || authority.hasSuffix("@") {
            throw SourceFailure.configuration("The repository address \(Redaction.redact(text)) names no host.")
        }
    }

    public var description: String { Redaction.redact(text) }
}
