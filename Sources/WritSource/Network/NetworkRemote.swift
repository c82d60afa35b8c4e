// One server of Git, over http, https or ssh.
import CLibGit2
import Glibc
import WritVocabulary

/// Lists references, downloads and uploads. Lives on the one thread of a network child.
final class NetworkRemote {
    private let order: Connection
    private let errand: Errand
    private let environment: [String: String]
    private let mirror: Repository
    private var conversation: Conversation
    private var remote: OpaquePointer?

    /// Connects, and says who Writ is.
    init(_ order: Connection, _ errand: Errand, environment: [String: String], mirror: Repository) throws {
        self.order = order
        self.errand = errand
        self.environment = environment
        self.mirror = mirror
        conversation = try Conversation(order, errand, environment: environment)
        try prepare()
        try connect()
    }

    deinit { git_remote_free(remote) }

    /// The present values of those references the server has.
    func heads(named names: Set<String>) throws -> [String: ObjectID] {
        var heads: UnsafeMutablePointer<UnsafePointer<git_remote_head>?>?
        var count = 0
        try git(git_remote_ls(&heads, &count, remote), "\(order.remote) does not list its branches")
        var found: [String: ObjectID] = [:]
        for head in UnsafeBufferPointer(start: heads, count: count) {
            guard let head, let text = head.pointee.name else { continue }
            let name = String(cString: text)
            if names.contains(name) { found[name] = ObjectID(head.pointee.oid) }
        }
        return found
    }

    /// Starts anew: one connection carries one download or upload.
    func reconnect() throws {
        git_remote_free(remote)
        remote = nil
        conversation = try Conversation(order, errand, environment: environment)
        try connect()
    }

    /// Brings what the references reach into the mirror; the amounts are what came over the wire.
    func download(_ references: [String]) throws -> (bytes: Int64, objects: Int) {
        var options = git_fetch_options()
        git_fetch_options_init(&options, UInt32(GIT_FETCH_OPTIONS_VERSION))
        options.callbacks = conversation.callbacks
        options.proxy_opts.type = GIT_PROXY_AUTO
        options.follow_redirects = GIT_REMOTE_REDIRECT_NONE
        options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE
        let result = try withStringArray(references) { git_remote_download(remote, $0, &options) }
        try withExtendedLifetime(conversation) { try conversation.check(result) }
        return (conversation.receivedBytes, conversation.receivedObjects)
    }

    /// Sends references as `source:target`, with `+` where the target may be replaced, and returns why the server
    /// refused those it refused. `expected` is what each has now; zeros stand for none.
    func upload(_ specifications: [String], expecting expected: [String: ObjectID]) throws -> [String: String] {
        var options = git_push_options()
        git_push_options_init(&options, UInt32(GIT_PUSH_OPTIONS_VERSION))
        options.callbacks = conversation.pushCallbacks(expecting: expected)
        options.proxy_opts.type = GIT_PROXY_AUTO
        options.follow_redirects = GIT_REMOTE_REDIRECT_NONE
        let result = try withStringArray(specifications) { git_remote_upload(remote, $0, &options) }
        let conversation = conversation
        // A server that answered for every reference has said all there is to say, however the connection ended.
        if result < 0, conversation.answered.count < expected.count { try conversation.check(result) }
        return conversation.refusals
    }

    private func prepare() throws {
        if case .sshKey(_, _, _, let knownHosts) = order.credentials {
            try KnownHosts(file: knownHosts, home: order.home).install(environment: environment)
        }
        guard order.remote.transport == .https else { return }
        let file = order.certificateAuthorities ?? "/etc/ssl/certs/ca-certificates.crt"
        guard writ_git_set_certificate_file(file) == 0 else {
            throw SourceFailure.configuration(
                "The certificate authorities in \(file) cannot be read: \(GitLibrary.lastError()).")
        }
    }

    private func connect() throws {
        var made: OpaquePointer?
        try git(
            git_remote_create_anonymous(&made, mirror.pointer, order.remote.text), "\(order.remote) cannot be asked")
        remote = made
        var options = git_remote_connect_options()
        git_remote_connect_options_init(&options, UInt32(GIT_REMOTE_CONNECT_OPTIONS_VERSION))
        options.callbacks = conversation.callbacks
        options.proxy_opts.type = GIT_PROXY_AUTO
        // A redirect could carry the credentials to another host; within one host libgit2 follows it all the same.
        options.follow_redirects = GIT_REMOTE_REDIRECT_NONE
        let direction = errand == .fetch ? GIT_DIRECTION_FETCH : GIT_DIRECTION_PUSH
        try conversation.check(git_remote_connect_ext(remote, direction, &options))
    }
}

/// Lends strings to libgit2 for one call.
private func withStringArray<Result>(
    _ texts: [String], _ body: (UnsafePointer<git_strarray>) throws -> Result
) throws -> Result {
    var copies = texts.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    return try copies.withUnsafeMutableBufferPointer { buffer in
        var array = git_strarray(strings: buffer.baseAddress, count: buffer.count)
        return try body(&array)
    }
}
