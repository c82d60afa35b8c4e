// Where a forge is, which repository is meant, and how it is trusted.
import Foundation
import WritBackends
import WritVocabulary

/// One repository on one forge. The token is no part of it: it is read at each use.
public struct ForgeConfiguration: Sendable {
    /// `https://github.com` is asked at `https://api.github.com`. Otherwise the address of the server's REST interface,
    /// or, on GitLab and Gitea, of the server.
    public var baseURL: String
    /// `owner/name`; on GitLab `group/subgroup/project`.
    public var repository: String
    /// The account the token belongs to; nil: the forge is asked. An installation token of a GitHub App cannot ask.
    public var account: String?
    /// A PEM file of certificate authorities trusted besides the system's.
    public var certificateAuthorities: String?
    /// For one call with everything it reads.
    public var deadline: TimeSpan
    /// Lets the token go over plain HTTP to another machine; loopback needs no leave.
    public var allowsPlainHTTP: Bool

    public init(
        baseURL: String, repository: String, account: String? = nil, certificateAuthorities: String? = nil,
        deadline: TimeSpan = .seconds(30), allowsPlainHTTP: Bool = false
    ) {
        self.baseURL = baseURL
        self.repository = repository
        self.account = account
        self.certificateAuthorities = certificateAuthorities
        self.deadline = deadline
        self.allowsPlainHTTP = allowsPlainHTTP
    }
}

/// Checked parts of a configuration.
struct ForgeAddress: Sendable, Hashable {
    /// `https://git.example.com/api/v1`, without a slash at the end.
    let base: String
    /// `git.example.com` or `git.example.com:8443`: how messages call it.
    let host: String

    /// `suffix` is the path of the REST interface, added unless it is there: `/api/v4`.
    init(_ configuration: ForgeConfiguration, suffix: String) throws {
        var text = configuration.baseURL
        while text.hasSuffix("/") { text.removeLast() }
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            let host = parts.host?.lowercased(), !host.isEmpty, ["http", "https"].contains(scheme)
        else {
            throw ForgeAddress.refused("the forge's address is not a URL such as https://git.example.com")
        }
        guard parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil else {
            throw ForgeAddress.refused("the forge's address at \(host) has a user, a query or a fragment; leave it out")
        }
        guard scheme == "https" || configuration.allowsPlainHTTP || ForgeAddress.isLoopback(host) else {
            throw ForgeAddress.refused("the token for \(host) would go over plain HTTP; use an https address")
        }
        base = text.hasSuffix(suffix) ? text : text + suffix
        self.host = parts.port.map { "\(host):\($0)" } ?? host
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "127.0.0.1" || host == "[::1]" || host == "::1"
    }

    static func refused(_ message: String) -> BackendFailure {
        BackendFailure(code: "forge-configuration", message: message, retry: .stalled)
    }

    /// The parts of a repository's path, each safe in a URL as it is.
    static func repository(_ configuration: ForgeConfiguration, parts range: ClosedRange<Int>) throws -> [String] {
        let parts = configuration.repository.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let isPlain = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.count <= 255 && part != "." && part != ".."
                && part.utf8.allSatisfy { ForgeText.isUnreserved($0) }
        }
        guard range.contains(parts.count), isPlain else {
            throw refused(
                "the repository on the forge is named `\(ForgeText.visible(configuration.repository))`; it must be like "
                    + "`owner/name`")
        }
        return parts
    }
}
