// Fetches over http, https or ssh.
import CLibGit2
import Glibc
import WritVocabulary

/// One connection: ask for the tip, download only when it moved.
struct NetworkFetch {
    let request: FetchRequest
    let environment: [String: String]
    let mirror: Repository

    func perform(known: ObjectID?) throws -> FetchAnswer {
        try prepare()
        let conversation = try Conversation(request, environment: environment)
        let remote = try GitHandle(git_remote_free, "\(request.remote) cannot be asked") {
            git_remote_create_anonymous(&$0, mirror.pointer, request.remote.text)
        }
        return try withExtendedLifetime(conversation) {
            try connect(remote.pointer, conversation)
            guard let tip = try tip(remote.pointer), let revision = tip.revision else { throw request.branchMissing() }
            var answer = FetchAnswer(tip: revision)
            if tip == known { return answer }
            try download(remote.pointer, conversation)
            answer.receivedBytes = conversation.receivedBytes
            answer.receivedObjects = conversation.receivedObjects
            _ = git_remote_disconnect(remote.pointer)
            return answer
        }
    }

    private func prepare() throws {
        if case .sshKey(_, _, _, let knownHosts) = request.credentials {
            try KnownHosts(file: knownHosts, home: request.home).install(environment: environment)
        }
        guard request.remote.transport == .https else { return }
        let file = request.certificateAuthorities ?? "/etc/ssl/certs/ca-certificates.crt"
        guard writ_git_set_certificate_file(file) == 0 else {
            throw SourceFailure.configuration(
                "The certificate authorities in \(file) cannot be read: \(GitLibrary.lastError()).")
        }
    }

    private func connect(_ remote: OpaquePointer, _ conversation: Conversation) throws {
        var options = git_remote_connect_options()
        git_remote_connect_options_init(&options, UInt32(GIT_REMOTE_CONNECT_OPTIONS_VERSION))
        options.callbacks = conversation.callbacks
        options.proxy_opts.type = GIT_PROXY_AUTO
        // A redirect could carry the credentials to another host; within one host libgit2 follows it all the same.
        options.follow_redirects = GIT_REMOTE_REDIRECT_NONE
        try conversation.check(git_remote_connect_ext(remote, GIT_DIRECTION_FETCH, &options))
    }

    private func tip(_ remote: OpaquePointer) throws -> ObjectID? {
        var heads: UnsafeMutablePointer<UnsafePointer<git_remote_head>?>?
        var count = 0
        try git(git_remote_ls(&heads, &count, remote), "\(request.remote) does not list its branches")
        for head in UnsafeBufferPointer(start: heads, count: count) {
            guard let head, let name = head.pointee.name, strcmp(name, request.branch.reference) == 0 else { continue }
            return ObjectID(head.pointee.oid)
        }
        return nil
    }

    private func download(_ remote: OpaquePointer, _ conversation: Conversation) throws {
        var options = git_fetch_options()
        git_fetch_options_init(&options, UInt32(GIT_FETCH_OPTIONS_VERSION))
        options.callbacks = conversation.callbacks
        options.proxy_opts.type = GIT_PROXY_AUTO
        options.follow_redirects = GIT_REMOTE_REDIRECT_NONE
        options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE
        try request.branch.reference.withCString { name in
            var names: [UnsafeMutablePointer<CChar>?] = [UnsafeMutablePointer(mutating: name)]
            try names.withUnsafeMutableBufferPointer { buffer in
                var wanted = git_strarray(strings: buffer.baseAddress, count: 1)
                try conversation.check(git_remote_download(remote, &wanted, &options))
            }
        }
    }
}
