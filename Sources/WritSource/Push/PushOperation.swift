// One push, to whichever kind of repository, from the repository on this machine.
import CLibGit2
import WritVocabulary

/// Looks what the references are, pushes those that are as expected, and says what became of each. Runs in the pushing
/// process.
struct PushOperation {
    let request: PushRequest
    let environment: [String: String]

    init(_ request: PushRequest, environment: [String: String]) {
        self.request = request
        self.environment = environment
    }

    func perform() throws -> PushAnswer {
        try GitLibrary.start()
        let mirror = try Repository.open(request.connection.mirror)
        for update in request.updates { try check(update, mirror) }
        if let path = request.connection.remote.localPath {
            return try LocalPush(path: path, connection: request.connection, mirror: mirror).perform(request.updates)
        }
        let remote = try NetworkRemote(request.connection, .push, environment: environment, mirror: mirror)
        return try perform(remote, mirror)
    }

    /// Forward only, whatever the server would let pass.
    private func check(_ update: ReferenceUpdate, _ mirror: Repository) throws {
        guard let new = update.new else { return }
        _ = try mirror.commit(ObjectID(new))
        guard let old = update.expected, !update.isReplaceable else { return }
        guard try mirror.isAncestor(ObjectID(old), of: ObjectID(new)) else {
            throw SourceFailure(
                code: "push-not-allowed",
                message:
                    "\(new.short) does not follow \(old.short), so \(Redaction.printable(update.reference)) is not "
                    + "moved there: Writ never pushes by force.", retry: .terminal)
        }
    }

    private func perform(_ remote: NetworkRemote, _ mirror: Repository) throws -> PushAnswer {
        let names = Set(request.updates.map(\.reference))
        var answer = PushAnswer()
        let waiting = PushOperation.sort(request.updates, heads: try remote.heads(named: names), into: &answer)
        if waiting.isEmpty { return answer }
        var specifications: [String] = []
        var expected: [String: ObjectID] = [:]
        defer {
            for index in waiting.indices { _ = git_reference_remove(mirror.pointer, MirrorReference.outgoing(index)) }
        }
        for (index, update) in waiting.enumerated() {
            if let new = update.new { try mirror.point(MirrorReference.outgoing(index), to: ObjectID(new)) }
            specifications.append(update.specification(from: MirrorReference.outgoing(index)))
            expected[update.reference] = update.expected.map { ObjectID($0) } ?? .zero
        }
        let refusals = try remote.upload(specifications, expecting: expected)
        for update in waiting { answer.outcomes[update.reference] = .done }
        if refusals.isEmpty { return answer }
        // The server says "failed to update" of a lost race and of much else: what it has now tells which it was.
        try remote.reconnect()
        let heads = try remote.heads(named: names)
        for update in waiting {
            guard let reason = refusals[update.reference] else { continue }
            let present = heads[update.reference]?.revision
            answer.outcomes[update.reference] =
                present == update.new
                ? .done : present == update.expected ? .refused(reason: reason) : .raced(present: present)
        }
        return answer
    }

    /// Settles what needs no push and returns what does. Pure.
    static func sort(
        _ updates: [ReferenceUpdate], heads: [String: ObjectID], into answer: inout PushAnswer
    ) -> [ReferenceUpdate] {
        updates.filter { update in
            let present = heads[update.reference]?.revision
            if present == update.expected { return true }
            answer.outcomes[update.reference] = present == update.new ? .done : .raced(present: present)
            return false
        }
    }
}

extension ReferenceUpdate {
    /// As git-push(1) takes it. A replacement is forced; the expectation stands guard over it.
    fileprivate func specification(from source: String) -> String {
        guard new != nil else { return ":\(reference)" }
        return "\(isReplaceable ? "+" : "")\(source):\(reference)"
    }
}
