// Credentials with their secrets read, ready to be offered once.
import CLibGit2
import WritVocabulary

/// Lives in the fetching process only.
struct Login {
    let user: String?
    /// What must not appear in any message.
    let secrets: [String]
    /// Which credentials these are, without what is secret in them.
    let description: String
    private let credentials: Credentials

    init(_ credentials: Credentials, environment: [String: String]) throws {
        self.credentials = credentials
        switch credentials {
        case .none:
            (user, secrets, description) = (nil, [], "to answer without credentials")
        case .basic(let user, let password):
            (self.user, description) = (
                user, "the user “\(Redaction.printable(user))” with the password from \(password)"
            )
            secrets = [try password.resolve(environment: environment)]
        case .sshKey(let user, let key, let passphrase, _):
            _ = try BoundedFile.read(key, limit: SourceLimits.secretBytesMaximum)
            (self.user, description) = (user, "the user “\(Redaction.printable(user))” with the private key \(key)")
            secrets = try passphrase.map { [try $0.resolve(environment: environment)] } ?? []
        }
    }

    /// Makes libgit2's credential; nil when the server takes none of the kind there is.
    func offer(_ allowed: UInt32, _ made: inout UnsafeMutablePointer<git_credential>?) -> Int32? {
        switch credentials {
        case .none:
            return nil
        case .basic(let user, _):
            guard allowed & GIT_CREDENTIAL_USERPASS_PLAINTEXT.rawValue != 0 else { return nil }
            return git_credential_userpass_plaintext_new(&made, user, secrets.first)
        case .sshKey(let user, let key, _, _):
            guard allowed & GIT_CREDENTIAL_SSH_KEY.rawValue != 0 else { return nil }
            return git_credential_ssh_key_new(&made, user, nil, key, secrets.first)
        }
    }
}
