// Approvals as they lie in Git: written by a person's clone, read and judged by the controller's mirror.
import Foundation
import Testing
import WritBackends
import WritSignatures
import WritVocabulary

@testable import WritSource

struct ApprovalTests {
    private static let person = Person("writ@example.com")!

    private static func statement(_ base: RevisionID, by person: Person = person, meaning: String = "approved")
        -> ApprovalStatement
    {
        ApprovalStatement(
            repository: "example.com/models", target: "main", base: base,
            tree: ContentID(String(repeating: "a", count: 40))!, manifests: ["models/a.yaml": "removed"].mapKeys(),
            versions: [:], evidence: [:], meaning: meaning, person: person, signedAt: Desk.now)
    }

    private static func signed(_ statement: ApprovalStatement) throws -> (bytes: [UInt8], signature: String) {
        let bytes = Array(try Canonical.encode(statement))
        let key = try #require(Desk.key)
        return (bytes, try key.sign(bytes, namespace: ApprovalStatement.namespace))
    }

    private static func roots() throws -> TrustRoots { TrustRoots(operatorSigners: try Desk.allowedSigners()) }

    @Test("an approval made in a clone and pushed by git is read with its person; made again it is no new commit")
    func roundTrip() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("1")])
        let clone = sandbox.folder + "/clone"
        try await sandbox.git("clone", "-q", sandbox.upstream, clone, in: sandbox.folder)
        let desk = GitSource(existing: clone)
        let approvals = try [Self.statement(base), Self.statement(base, meaning: "reviewed for bias")].map(Self.signed)
        let identity = try #require(CommitIdentity(name: "Alice", email: "alice@example.com"))
        var made: [RevisionID] = []
        for (bytes, signature) in approvals + approvals {
            made.append(try await desk.addApproval(bytes, signature: signature, by: identity, at: Desk.now))
        }
        #expect(made[1] == made[2] && made[2] == made[3] && made[0] != made[1])
        try await sandbox.git("fsck", "--strict", in: clone)
        try await sandbox.git("push", "-q", "origin", ApprovalStatement.reference, in: clone)

        let source = try sandbox.source()
        let tip = try await source.fetch()
        let history = try await source.history(from: base, to: tip, trusting: Self.roots(), now: Desk.now)
        #expect(Set(history.approvals.map(\.statement.meaning)) == ["approved", "reviewed for bias"])
        #expect(history.approvals.allSatisfy { $0.authenticity.person == Self.person })
        let other = try await sandbox.commit(["models/a.yaml": .file("2")])
        _ = try await source.fetch()
        #expect(try await source.approvals(of: other, trusting: Self.roots(), now: Desk.now).isEmpty)
        #expect(await source.takeComplaints() == [])
    }

    @Test("two clones that approve at once both count once the second has joined the first")
    func joined() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("1")])
        for (index, name) in ["one", "two"].enumerated() {
            let clone = "\(sandbox.folder)/\(name)"
            try await sandbox.git("clone", "-q", sandbox.upstream, clone, in: sandbox.folder)
            let desk = GitSource(existing: clone)
            let (bytes, signature) = try Self.signed(Self.statement(base, meaning: name))
            try await desk.addApproval(bytes, signature: signature, by: Desk.identity, at: Desk.now)
            if index == 1 {
                await #expect(throws: GitSandbox.SandboxError.self) {
                    try await sandbox.git("push", "-q", "origin", ApprovalStatement.reference, in: clone)
                }
                try await sandbox.git("fetch", "-q", "origin", ApprovalStatement.reference, in: clone)
                let theirs = try await sandbox.revision(sandbox.git("rev-parse", "FETCH_HEAD", in: clone))
                let joined = try await desk.joinApprovals(with: theirs, by: Desk.identity, at: Desk.now)
                #expect(try await desk.joinApprovals(with: theirs, by: Desk.identity, at: Desk.now) == joined)
                try await sandbox.git("fsck", "--strict", in: clone)
            }
            try await sandbox.git("push", "-q", "origin", ApprovalStatement.reference, in: clone)
        }
        let source = try sandbox.source()
        _ = try await source.fetch()
        let approvals = try await source.approvals(of: base, trusting: Self.roots(), now: Desk.now)
        #expect(Set(approvals.map(\.statement.meaning)) == ["one", "two"])
        #expect(approvals.allSatisfy { $0.authenticity.person == Self.person })
    }

    @Test("an approval of another's name, key, content, base or namespace does not count, and says why")
    func refused() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("1")])
        let source = try sandbox.source()
        _ = try await source.fetch()
        let good = try Self.signed(Self.statement(base))
        let bob = try Self.signed(Self.statement(base, by: #require(Person("bob@example.com"))))
        let key = try #require(Desk.key)
        let stranger = try SigningKey(seed: Array(32..<64))
        let place = "\(base)/\(String(repeating: "a", count: 40))"
        func name(_ bytes: [UInt8]) -> String { "\(place)/\(Digest(of: bytes).hex)" }
        let spaced = Array(String(decoding: good.bytes, as: UTF8.self).replacing(",", with: ", ").utf8)
        let others = try ["1", "2", "3", "4"].map { try Self.signed(Self.statement(base, meaning: $0)) }
        try await sandbox.keep([
            "\(name(good.bytes)).json": good.bytes, "\(name(good.bytes)).sig": Array(good.signature.utf8),
            "\(name(bob.bytes)).json": bob.bytes, "\(name(bob.bytes)).sig": Array(bob.signature.utf8),
            "\(name(spaced)).json": spaced,
            "\(name(spaced)).sig": Array(try key.sign(spaced, namespace: ApprovalStatement.namespace).utf8),
            "\(name(others[0].bytes)).json": others[0].bytes,
            "\(name(others[0].bytes)).sig": Array(try stranger.sign(others[0].bytes, namespace: "writ-approval").utf8),
            "\(name(others[1].bytes)).json": others[1].bytes,
            "\(name(others[1].bytes)).sig": Array(try key.sign(others[1].bytes, namespace: "git").utf8),
            "\(name(others[2].bytes)).json": others[2].bytes,
            "\(place)/\(String(repeating: "0", count: 64)).json": others[3].bytes,
            "\(place)/\(String(repeating: "0", count: 64)).sig": Array(others[3].signature.utf8),
            "\(place)/README.json": Array("hello".utf8),
        ])
        _ = try await source.fetch()
        let approvals = try await source.approvals(of: base, trusting: Self.roots(), now: Desk.now)
        var verdicts: [String: String] = [:]
        for approval in approvals {
            switch approval.authenticity {
            case .refused(let reason): verdicts["\(approval.statement.meaning) \(approval.statement.person)"] = reason
            case .unsigned: Issue.record("\(approval)")
            case .signed: verdicts["\(approval.statement.meaning) \(approval.statement.person)"] = "counts"
            }
        }
        #expect(verdicts.count == 6)
        #expect(verdicts["approved writ@example.com"] == "counts")
        #expect(verdicts["approved bob@example.com"]?.contains("writ@example.com signed it, with the key") == true)
        #expect(verdicts["1 writ@example.com"]?.contains("not listed") == true)
        #expect(verdicts["2 writ@example.com"]?.contains("“git”") == true)
        #expect(verdicts["3 writ@example.com"]?.contains("has no signature") == true)
        #expect(verdicts["4 writ@example.com"]?.contains("than its name says") == true)
        let complaints = await source.takeComplaints()
        #expect(complaints.count == 2 && complaints.allSatisfy { $0.contains("is no statement in canonical JSON") })
    }

    @Test("an approval outlives neither its key's validity nor a copy under another base")
    func bounds() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("1")])
        let next = try await sandbox.commit(["models/a.yaml": .file("2")])
        let source = try sandbox.source()
        _ = try await source.fetch()
        let (bytes, signature) = try Self.signed(Self.statement(base))
        let stem = "\(String(repeating: "a", count: 40))/\(Digest(of: bytes).hex)"
        try await sandbox.keep([
            "\(base)/\(stem).json": bytes, "\(base)/\(stem).sig": Array(signature.utf8),
            "\(next)/\(stem).json": bytes, "\(next)/\(stem).sig": Array(signature.utf8),
        ])
        _ = try await source.fetch()
        let key = try #require(Desk.key)
        let ended = TrustRoots(
            operatorSigners: "writ@example.com valid-before=\"20260301130000Z\" \(key.publicKey.line)\n")
        let soon = Timestamp(milliseconds: Desk.now.milliseconds + 60_000)
        let late = Timestamp(milliseconds: Desk.now.milliseconds + 7_200_000)
        #expect(try await source.approvals(of: base, trusting: ended, now: soon)[0].authenticity.person == Self.person)
        #expect(try await source.approvals(of: base, trusting: ended, now: late)[0].authenticity.person == nil)
        #expect(try await source.approvals(of: next, trusting: ended, now: soon)[0].authenticity.person == nil)
    }

    @Test("more approvals than are read do not hide that there were more")
    func flood() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("1")])
        var limits = SourceLimits()
        limits.approvalsMaximum = 5
        let source = try sandbox.source(limits: limits)
        var files: [String: [UInt8]] = [:]
        for index in 0..<9 {
            let (bytes, signature) = try Self.signed(Self.statement(base, meaning: "\(index)"))
            let stem = "\(base)/\(String(repeating: "a", count: 40))/\(Digest(of: bytes).hex)"
            files[stem + ".json"] = bytes
            files[stem + ".sig"] = Array(signature.utf8)
        }
        try await sandbox.keep(files)
        _ = try await source.fetch()
        #expect(try await source.approvals(of: base, trusting: Self.roots(), now: Desk.now).count == 5)
        #expect(await source.takeComplaints().first?.contains("more than 5 approvals") == true)
    }

    @Test("what is no statement in canonical JSON is not added")
    func notAdded() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("1")])
        let desk = GitSource(existing: sandbox.upstream)
        let (bytes, signature) = try Self.signed(Self.statement(base))
        await #expect(throws: SourceFailure.self) {
            try await desk.addApproval(bytes + [0x0A], signature: signature, by: Desk.identity, at: Desk.now)
        }
        #expect(try await sandbox.git("for-each-ref", "refs/writ") == "")
    }
}

extension [String: String] {
    fileprivate func mapKeys() -> [RepositoryPath: String] {
        Dictionary<RepositoryPath, String>(uniqueKeysWithValues: map { (path($0.key), $0.value) })
    }
}

extension GitSandbox {
    /// Puts files into `refs/writ/approvals` of `upstream`, as anybody who may push there could.
    fileprivate func keep(_ files: [String: [UInt8]]) async throws {
        var entries: [String: Entry] = [:]
        for (name, bytes) in files { entries[name] = .file(String(decoding: bytes, as: UTF8.self)) }
        try await commit(entries, on: "approvals", afresh: true)
        try await git("update-ref", ApprovalStatement.reference, "refs/heads/approvals")
        try await git("branch", "-D", "approvals")
    }
}
