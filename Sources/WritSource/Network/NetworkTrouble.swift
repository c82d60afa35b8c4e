// Turns what libgit2 says about a connection into what to do about it. Pure.
import CLibGit2
import WritVocabulary

/// A failed call on a remote.
struct NetworkTrouble {
    var errand: Errand
    var result: Int32
    /// libgit2's error class, a `git_error_t`.
    var category: Int32
    /// Redacted already.
    var reason: String

    func failure(of remote: RemoteAddress) -> SourceFailure {
        if reason.contains("status code: 404") {
            return .fetch(
                "repository-missing",
                "\(remote) does not exist, or these credentials may not see it (404). Check the address.")
        }
        if reason.contains("status code: 403") {
            return SourceFailure(
                code: errand == .fetch ? "authentication-refused" : "push-refused",
                message: "\(remote) refuses access (403). Check what the credentials may \(errand.right).",
                retry: errand == .fetch ? .transient : .stalled)
        }
        if reason.contains("redirect") {
            return .fetch(
                "redirected",
                "\(remote) redirects to another host, which Writ does not follow: \(reason). Configure the final address."
            )
        }
        switch category {
        case Int32(GIT_ERROR_SSL.rawValue):
            return .fetch(
                "certificate-unknown",
                "No trusted connection to \(remote): \(reason). Check the certificate authorities file.")
        case Int32(GIT_ERROR_OS.rawValue), Int32(GIT_ERROR_NET.rawValue), Int32(GIT_ERROR_HTTP.rawValue),
            Int32(GIT_ERROR_SSH.rawValue):
            return .fetch(
                "repository-unreachable",
                "\(remote) cannot be \(errand.participle): \(reason). Check the address, the network and the server.")
        default:
            return .fetch(
                "\(errand.rawValue)-failed", "\(remote) cannot be \(errand.participle): \(reason). It is tried again.")
        }
    }
}
