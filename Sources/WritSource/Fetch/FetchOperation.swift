// One fetch, from whichever kind of repository, into the mirror.
import WritVocabulary

/// Where objects come from: a server, or a folder.
protocol FetchedRemote {
    func heads(named names: Set<String>) throws -> [String: ObjectID]
    /// Brings what the heads reach into the mirror. Each call has its own bounds.
    mutating func bring(_ heads: [String: ObjectID], limits: SourceLimits) throws -> (bytes: Int64, objects: Int)
}

/// Brings references and everything they reach into the mirror, then moves the mirror's own names for them. Runs in
/// the fetching process.
struct FetchOperation {
    let request: FetchRequest
    let environment: [String: String]

    init(_ request: FetchRequest, environment: [String: String]) {
        self.request = request
        self.environment = environment
    }

    func perform() throws -> FetchAnswer {
        try GitLibrary.start()
        let mirror = try Repository.openMirror(request.connection.mirror)
        var remote = try open(mirror)
        var answer = FetchAnswer()
        switch request.wanted {
        case .branch: try follow(&remote, mirror, &answer)
        case .references(let names): try bring(names, &remote, mirror, &answer)
        }
        if answer.receivedObjects > 0 {
            answer.joinedPacks = try mirror.joinSmallPacks(limits: request.connection.limits)
        }
        return answer
    }

    private func open(_ mirror: Repository) throws -> any FetchedRemote {
        let connection = request.connection
        if let path = connection.remote.localPath {
            return try LocalFetch(path: path, connection: connection, mirror: mirror)
        }
        return NetworkFetch(
            remote: try NetworkRemote(connection, .fetch, environment: environment, mirror: mirror))
    }

    private func follow(_ remote: inout any FetchedRemote, _ mirror: Repository, _ answer: inout FetchAnswer) throws {
        let branch = request.branch.reference
        let heads = try remote.heads(named: Set(MirrorReference.beside).union([branch]))
        guard let tip = heads[branch], let revision = tip.revision else { throw request.branchMissing() }
        if try tip != mirror.target(of: MirrorReference.tip) {
            answer.count(try remote.bring([branch: tip], limits: request.connection.limits))
            _ = try mirror.rootTree(of: tip)
            try mirror.advance(MirrorReference.tip, to: tip)
        }
        answer.found[branch] = revision
        // Whoever may write approvals need not be one who may write the branch, and must not be able to hold it up.
        do {
            try keep(heads.filter { $0.key != branch }, &remote, mirror, &answer)
        } catch let failure as SourceFailure {
            answer.complaints.append("What is kept beside the branch was not brought: \(failure.message)")
        }
    }

    /// Approvals, notes and checkpoints take the names they have in the repository; what it lacks goes.
    private func keep(
        _ heads: [String: ObjectID], _ remote: inout any FetchedRemote, _ mirror: Repository,
        _ answer: inout FetchAnswer
    ) throws {
        let moved = try heads.filter { try mirror.target(of: $0.key) != $0.value }
        if !moved.isEmpty {
            answer.count(try remote.bring(moved, limits: request.connection.limits.beside))
        }
        for name in MirrorReference.beside {
            guard let head = heads[name] else {
                try mirror.forget(name)
                continue
            }
            if moved[name] != nil {
                _ = try mirror.rootTree(of: head)
                try mirror.advance(name, to: head)
            }
            answer.found[name] = head.revision
        }
    }

    private func bring(
        _ names: [String], _ remote: inout any FetchedRemote, _ mirror: Repository, _ answer: inout FetchAnswer
    ) throws {
        let heads = try remote.heads(named: Set(names))
        let moved = try heads.filter { try mirror.target(of: MirrorReference.seen($0.key)) != $0.value }
        if !moved.isEmpty { answer.count(try remote.bring(moved, limits: request.connection.limits)) }
        for (name, head) in heads.sorted(by: { $0.key < $1.key }) {
            _ = try mirror.rootTree(of: head)
            try mirror.point(MirrorReference.seen(name), to: head)
            answer.found[name] = head.revision
        }
    }
}

/// A fetch from a server: what is wanted is downloaded over the connection that listed it, anything later over one more.
struct NetworkFetch: FetchedRemote {
    let remote: NetworkRemote
    private var isSpent = false

    init(remote: NetworkRemote) { self.remote = remote }

    func heads(named names: Set<String>) throws -> [String: ObjectID] { try remote.heads(named: names) }

    mutating func bring(_ heads: [String: ObjectID], limits: SourceLimits) throws -> (bytes: Int64, objects: Int) {
        if isSpent { try remote.reconnect(limits) }
        isSpent = true
        return try remote.download(heads.keys.sorted())
    }
}

extension FetchAnswer {
    fileprivate mutating func count(_ received: (bytes: Int64, objects: Int)) {
        receivedBytes += received.bytes
        receivedObjects += received.objects
    }
}

extension FetchRequest {
    func branchMissing() -> SourceFailure {
        .fetch(
            "branch-missing",
            "\(connection.remote) has no branch “\(branch)”. Push it, or name another branch in Writ's configuration.")
    }
}
