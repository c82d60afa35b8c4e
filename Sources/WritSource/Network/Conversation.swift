// What libgit2 asks back while it talks to a server.
import CLibGit2
import WritVocabulary

/// Answers for credentials, host keys and progress, and remembers why it refused.
///
/// Lives on the one thread of the fetching process. The callbacks reach it through a pointer libgit2 hands back.
final class Conversation {
    private let connection: Connection
    private let errand: Errand
    private let login: Login
    private var refusal: SourceFailure?
    private var hasOfferedSecret = false
    private(set) var receivedBytes: Int64 = 0
    private(set) var receivedObjects = 0
    private var account = ServerAccount()

    init(_ connection: Connection, _ errand: Errand, environment: [String: String]) throws {
        self.connection = connection
        self.errand = errand
        login = try Login(connection.credentials, environment: environment)
    }

    var callbacks: git_remote_callbacks {
        var callbacks = git_remote_callbacks()
        git_remote_init_callbacks(&callbacks, UInt32(GIT_REMOTE_CALLBACKS_VERSION))
        callbacks.payload = Unmanaged.passUnretained(self).toOpaque()
        callbacks.credentials = { @Sendable made, _, _, allowed, payload in
            Conversation.from(payload)?.offer(allowed, &made!.pointee) ?? GIT_EUSER.rawValue
        }
        callbacks.certificate_check = { @Sendable certificate, isValid, host, payload in
            Conversation.from(payload)?.judge(certificate, isValid == 1, host.map { String(cString: $0) } ?? "")
                ?? GIT_EUSER.rawValue
        }
        callbacks.transfer_progress = { @Sendable progress, payload in
            guard let progress else { return 0 }
            return Conversation.from(payload)?.progressed(progress.pointee) ?? GIT_EUSER.rawValue
        }
        return callbacks
    }

    /// What a push says besides: the server's answer for each reference, and the text of its hooks. Refuses to go on
    /// where the server's present value is not the one `expected`.
    func pushCallbacks(expecting expected: [String: ObjectID]) -> git_remote_callbacks {
        account = ServerAccount(expected: expected)
        var callbacks = callbacks
        callbacks.sideband_progress = { @Sendable text, count, payload in
            guard let text else { return 0 }
            let bytes = UnsafeRawBufferPointer(start: text, count: Int(count))
            Conversation.from(payload)?.account.hear(bytes)
            return 0
        }
        callbacks.push_update_reference = { @Sendable reference, complaint, payload in
            guard let reference else { return 0 }
            Conversation.from(payload)?.account.note(
                String(cString: reference), complaint.map { String(cString: $0) })
            return 0
        }
        callbacks.push_negotiation = { @Sendable updates, count, payload in
            guard let account = Conversation.from(payload)?.account else { return GIT_EUSER.rawValue }
            let agrees = UnsafeBufferPointer(start: updates, count: count).allSatisfy { update in
                guard let update, let name = update.pointee.dst_refname else { return false }
                return account.agrees(String(cString: name), ObjectID(update.pointee.src))
            }
            return agrees ? 0 : GIT_ENONFASTFORWARD.rawValue
        }
        return callbacks
    }

    /// Why the server refused each reference it refused, fit to be shown.
    var refusals: [String: String] { account.refusals(secrets: login.secrets) }
    /// The references the server answered for, either way.
    var answered: Set<String> { account.answered }

    private static func from(_ payload: UnsafeMutableRawPointer?) -> Conversation? {
        payload.map { Unmanaged<Conversation>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Throws this side's own refusal if there was one, else what libgit2 says.
    func check(_ result: Int32) throws {
        if result >= 0 { return }
        let category = git_error_last()?.pointee.klass ?? 0
        let said = account.said
        let complaint = GitLibrary.lastError()
        let reason = Redaction.redact(said.isEmpty ? complaint : "\(complaint): \(said)", secrets: login.secrets)
        if let refusal { throw refusal }
        if reason.contains("too many objects") { throw connection.tooLarge() }
        if result == GIT_EAUTH.rawValue { throw refused() }
        throw NetworkTrouble(errand: errand, result: result, category: category, reason: reason).failure(
            of: connection.remote)
    }

    // MARK: - Answers

    private func offer(_ allowed: UInt32, _ made: inout UnsafeMutablePointer<git_credential>?) -> Int32 {
        if allowed & GIT_CREDENTIAL_USERNAME.rawValue != 0, let user = login.user {
            return git_credential_username_new(&made, user)
        }
        // libgit2 asks again for as long as the server says no.
        if hasOfferedSecret { return refuse(refused()) }
        hasOfferedSecret = true
        if let result = login.offer(allowed, &made) { return result }
        return refuse(
            .fetch(
                "authentication-needed",
                "\(connection.remote) asks for credentials of a kind that is not configured. "
                    + "Name a user and a password file for http, or a private key and known hosts for ssh."))
    }

    private func judge(_ certificate: UnsafeMutablePointer<git_cert>?, _ isValid: Bool, _ host: String) -> Int32 {
        if isValid { return 0 }
        let shown = Redaction.printable(host)
        guard certificate?.pointee.cert_type == GIT_CERT_HOSTKEY_LIBSSH2 else {
            return refuse(
                .fetch(
                    "certificate-unknown",
                    "The certificate of \(shown) is not valid for it or not signed by a known authority. "
                        + "Name a file with the authority's certificate, or correct the address."))
        }
        return refuse(
            .fetch(
                "host-unknown",
                "The host key of \(shown)\(Fingerprint.text(certificate)) is not in the known hosts file. If it is the right one, add "
                    + "the line `ssh-keyscan \(shown)` prints after comparing the fingerprint."))
    }

    private func progressed(_ progress: git_indexer_progress) -> Int32 {
        receivedBytes = Int64(clamping: progress.received_bytes)
        receivedObjects = Int(progress.received_objects)
        let isTooLarge =
            receivedBytes > connection.limits.fetchBytesMaximum
            || Int(progress.total_objects) > connection.limits.fetchObjectsMaximum
        return isTooLarge ? refuse(connection.tooLarge()) : 0
    }

    private func refuse(_ failure: SourceFailure) -> Int32 {
        refusal = failure
        return GIT_EUSER.rawValue
    }

    private func refused() -> SourceFailure {
        .fetch(
            "authentication-refused",
            "\(connection.remote) refused \(login.description). Check the user, the secret and its right to \(errand.right) the repository."
        )
    }
}
