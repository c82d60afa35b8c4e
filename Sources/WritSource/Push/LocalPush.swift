// Writes into a repository on this machine.
import CLibGit2
import Glibc
import WritVocabulary

/// A push into a folder. Each reference is compared and moved in one step, under libgit2's lock of it.
struct LocalPush {
    private let connection: Connection
    private let mirror: Repository
    private let remote: Repository

    init(path: String, connection: Connection, mirror: Repository) throws {
        self.connection = connection
        self.mirror = mirror
        remote = try Repository.openRemote(path)
        try refuseHooks()
    }

    func perform(_ updates: [ReferenceUpdate]) throws -> PushAnswer {
        var heads: [String: ObjectID] = [:]
        for update in updates { heads[update.reference] = try remote.target(of: update.reference) }
        var answer = PushAnswer()
        let waiting = PushOperation.sort(updates, heads: heads, into: &answer)
        try send(waiting.compactMap { $0.new.map { ObjectID($0) } })
        for update in waiting { answer.outcomes[update.reference] = try move(update) }
        return answer
    }

    /// Hooks guard a repository, and only Git itself runs them: going past them would go past somebody's rules.
    private func refuseHooks() throws {
        let folder = String(cString: git_repository_commondir(remote.pointer)) + "hooks/"
        let hooks = ["pre-receive", "update", "reference-transaction", "proc-receive", "post-receive", "post-update"]
        for hook in hooks where access(folder + hook, X_OK) == 0 {
            throw SourceFailure(
                code: "push-refused",
                message: "\(remote.path) has the hook \(hook), which a push into a folder does not run. Give Writ the "
                    + "repository's ssh:// or https:// address, or remove the hook.", retry: .stalled)
        }
    }

    private func send(_ commits: [ObjectID]) throws {
        let absent = commits.filter { !remote.contains($0) }
        if absent.isEmpty { return }
        let limits = connection.limits
        let tooLarge = SourceFailure.tooLarge(
            "A push to \(connection.remote) would send more than \(limits.fetchObjectsMaximum) objects.")
        var missing = MissingObjects(in: mirror, absentFrom: remote, maximum: limits.fetchObjectsMaximum)
        let objects = try missing.collect(from: absent, tooMany: tooLarge)
        try PackWriter(reading: mirror).write(objects, into: remote, bytesMaximum: limits.fetchBytesMaximum) {
            tooLarge
        }
    }

    private func move(_ update: ReferenceUpdate) throws -> PushOutcome {
        if let reason = try refusal(update) { return .refused(reason: reason) }
        let result = update.new.map { create(update, ObjectID($0)) } ?? delete(update)
        if result == 0 { return .done }
        let reason = GitLibrary.lastError()
        let present = try remote.target(of: update.reference)?.revision
        if present == update.new { return .done }
        return present == update.expected ? .refused(reason: reason) : .raced(present: present)
    }

    private func create(_ update: ReferenceUpdate, _ id: ObjectID) -> Int32 {
        var made: OpaquePointer?
        defer { git_reference_free(made) }
        var new = id.oid
        guard let expected = update.expected else {
            return git_reference_create(&made, remote.pointer, update.reference, &new, 0, "writ: push")
        }
        var old = ObjectID(expected).oid
        return git_reference_create_matching(&made, remote.pointer, update.reference, &new, 1, &old, "writ: push")
    }

    private func delete(_ update: ReferenceUpdate) -> Int32 {
        var found: OpaquePointer?
        defer { git_reference_free(found) }
        let result = git_reference_lookup(&found, remote.pointer, update.reference)
        if result < 0 { return result }
        guard let target = git_reference_target(found), ObjectID(target.pointee).revision == update.expected else {
            return GIT_EMODIFIED.rawValue
        }
        return git_reference_delete(found)
    }

    /// What Git itself would refuse of a push into this folder.
    private func refusal(_ update: ReferenceUpdate) throws -> String? {
        if git_repository_is_bare(remote.pointer) == 0, try checkedOut() == update.reference {
            return "the branch is checked out there, and its files would no longer be those of its commit"
        }
        if update.new == nil, try isSet("receive.denydeletes") { return "its receive.denyDeletes is set" }
        if let old = update.expected, let new = update.new, try isSet("receive.denynonfastforwards"),
            try !mirror.isAncestor(ObjectID(old), of: ObjectID(new))
        {
            return "its receive.denyNonFastForwards is set"
        }
        return nil
    }

    private func checkedOut() throws -> String? {
        var head: OpaquePointer?
        defer { git_reference_free(head) }
        guard git_reference_lookup(&head, remote.pointer, "HEAD") == 0 else { return nil }
        return git_reference_symbolic_target(head).map { String(cString: $0) }
    }

    private func isSet(_ name: String) throws -> Bool {
        let settings = try GitHandle(git_config_free, "The settings of \(remote.path) cannot be read") {
            git_repository_config_snapshot(&$0, remote.pointer)
        }
        var value: Int32 = 0
        return git_config_get_bool(&value, settings.pointer, name) == 0 && value != 0
    }
}
