// One fetch, from whichever kind of repository, into the mirror.
import CLibGit2
import WritVocabulary

/// Where objects come from: a server, or a folder.
protocol FetchedRemote {
    func heads(named names: Set<String>) throws -> [String: ObjectID]
    /// Brings what the heads reach into the mirror, once.
    func bring(_ heads: [String: ObjectID]) throws -> (bytes: Int64, objects: Int)
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
        let remote = try open(mirror)
        var answer = FetchAnswer()
        switch request.wanted {
        case .branch: try follow(remote, mirror, &answer)
        case .beside(let name): try keep(name, remote, mirror, &answer)
        case .references(let names): try bring(names, remote, mirror, &answer)
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

    private func follow(_ remote: any FetchedRemote, _ mirror: Repository, _ answer: inout FetchAnswer) throws {
        let branch = request.branch.reference
        let heads = try remote.heads(named: Set(MirrorReference.beside).union([branch]))
        guard let tip = heads[branch], let revision = tip.revision else { throw request.branchMissing() }
        if try tip != mirror.target(of: MirrorReference.tip) {
            answer.count(try remote.bring([branch: tip]))
            _ = try mirror.rootTree(of: tip)
            try mirror.advance(MirrorReference.tip, to: tip)
        }
        answer.found[branch] = revision
        for name in MirrorReference.beside {
            guard let head = heads[name] else {
                try mirror.forget(name)
                continue
            }
            if try mirror.target(of: name) != head { answer.moved[name] = head.revision }
        }
    }

    /// Takes the name it has in the repository.
    private func keep(
        _ name: String, _ remote: any FetchedRemote, _ mirror: Repository, _ answer: inout FetchAnswer
    ) throws {
        guard MirrorReference.beside.contains(name), let head = try remote.heads(named: [name])[name] else { return }
        answer.count(try remote.bring([name: head]))
        try mirror.requireCommit(head, named: name)
        try mirror.advance(name, to: head)
        answer.found[name] = head.revision
    }

    private func bring(
        _ names: [String], _ remote: any FetchedRemote, _ mirror: Repository, _ answer: inout FetchAnswer
    ) throws {
        let heads = try remote.heads(named: Set(names))
        let moved = try heads.filter { try mirror.target(of: MirrorReference.seen($0.key)) != $0.value }
        if !moved.isEmpty { answer.count(try remote.bring(moved)) }
        // What is gone makes room: a name may stand where another one's folder must be.
        for name in names where heads[name] == nil {
            _ = git_reference_remove(mirror.pointer, MirrorReference.seen(name))
        }
        for (name, head) in heads.sorted(by: { $0.key < $1.key }) {
            try mirror.requireCommit(head, named: name)
            try mirror.point(MirrorReference.seen(name), to: head)
            answer.found[name] = head.revision
        }
    }
}

/// A fetch from a server, over the connection that listed its references.
struct NetworkFetch: FetchedRemote {
    let remote: NetworkRemote

    func heads(named names: Set<String>) throws -> [String: ObjectID] { try remote.heads(named: names) }

    func bring(_ heads: [String: ObjectID]) throws -> (bytes: Int64, objects: Int) {
        try remote.download(heads.keys.sorted())
    }
}

extension Repository {
    /// Throws unless the head of a reference is a commit whose tree is here.
    fileprivate func requireCommit(_ head: ObjectID, named name: String) throws {
        guard try header(head).type == GIT_OBJECT_COMMIT else {
            throw SourceFailure.hostile("\(Redaction.printable(name)) names no commit; correct or delete it.")
        }
        _ = try rootTree(of: head)
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
