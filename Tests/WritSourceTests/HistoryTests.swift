// Histories read from real repositories, with signatures made by git and ssh-keygen.
import Foundation
import Subprocess
import Testing
import WritBackends
import WritVocabulary

@testable import WritSource

struct HistoryTests {
    @Test("every commit is in one step, with what it changed as git says, on random histories", arguments: 0..<4)
    func agreesWithGit(seed: Int) async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("0"), "models/b.yaml": .file("0")])
        try await sandbox.grow(seed: UInt64(seed))
        let source = try sandbox.source(folder: nil)
        let head = try await source.fetch()
        let history = try await source.history(from: base, to: head, trusting: TrustRoots(), now: Desk.now)
        let firstParents = try await sandbox.git("rev-list", "--first-parent", "--reverse", "\(base)..main")
        #expect(history.steps.map(\.head.text) == firstParents.split(separator: "\n").map(String.init))
        let all = try await sandbox.git("rev-list", "\(base)..main").split(separator: "\n").map(String.init)
        let commits = history.steps.flatMap(\.commits)
        #expect(commits.map(\.revision.text).sorted() == all.sorted())
        for step in history.steps {
            #expect(try await sandbox.git("rev-parse", "\(step.head)^{tree}") == step.tree.text)
        }
        for commit in commits {
            let parents = try await sandbox.git("rev-parse", "\(commit.revision)^@").split(separator: "\n").map(
                String.init)
            let fromEach = try await parents.asyncMap { try await sandbox.differing($0, commit.revision.text) }
            guard parents.count == 2 else {
                #expect(Set(commit.changedPaths.map(\.text)) == fromEach[0])
                continue
            }
            #expect(fromEach[0].intersection(fromEach[1]).isSubset(of: commit.changedPaths.map(\.text)))
            // A merge that is what git itself makes of its parents changes nothing; any other says what it did.
            let merge = try? await sandbox.git("merge-tree", "--write-tree", parents[0], parents[1])
            let tree = try await sandbox.git("rev-parse", "\(commit.revision)^{tree}")
            if merge != tree { #expect(!commit.changedPaths.isEmpty) }
        }
    }

    @Test("a merge that undoes one side's change says so, whichever side; a clean one says nothing")
    func evilMerges() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["policy": .file("1"), "model": .file("1"), "other": .file("1")])
        try await sandbox.git("branch", "side")
        let tip = try await sandbox.commit(["policy": .file("2")])
        let side = try await sandbox.commit(["model": .file("2")], on: "side")
        func merge(_ tree: String) async throws -> [String] {
            let made = try await sandbox.git("commit-tree", tree, "-p", tip.text, "-p", side.text, "-m", "merge")
            try await sandbox.git("update-ref", "refs/heads/main", made)
            let source = try sandbox.source(folder: nil)
            let head = try await source.fetch()
            let history = try await source.history(from: base, to: head, trusting: TrustRoots(), now: Desk.now)
            return try #require(history.steps.last?.commits.first { $0.revision == head }).changedPaths.map(\.text)
        }
        let clean = try await sandbox.git("merge-tree", "--write-tree", tip.text, side.text)
        #expect(try await merge(clean) == [])
        #expect(try await merge("\(side)^{tree}") == ["policy"])
        #expect(try await merge("\(tip)^{tree}") == ["model"])
        #expect(try await merge("\(base)^{tree}") == ["model", "policy"])
    }

    @Test("signed, unsigned, foreign and forged commits are told apart by the keys of the base")
    func authenticity() async throws {
        let sandbox = try await GitSandbox()
        for name in ["alice", "mallory"] {
            try await sandbox.keygen("-q", "-t", "ed25519", "-N", "", "-C", name, "-f", "\(sandbox.folder)/\(name)")
        }
        let alice = try String(contentsOfFile: "\(sandbox.folder)/alice.pub", encoding: .utf8)
        let base = try await sandbox.commit(["signers": .file("alice@example.com \(alice)")])
        let signed = try await sandbox.signed(
            by: "alice", on: base, message: "first\n\nbreak-glass: on fire\nOther: no\n")
        let foreign = try await sandbox.signed(by: "mallory", on: signed, message: "second")
        let plain = try await sandbox.signed(by: nil, on: foreign, message: "third")
        let raw = try await sandbox.git("cat-file", "commit", signed.text) + "\n\nmore: unsigned\n"
        let forged = try await sandbox.git(
            "hash-object", "-t", "commit", "-w", "--stdin",
            input: Array(raw.replacing("parent \(base)", with: "parent \(plain)").utf8))
        try await sandbox.git("update-ref", "refs/heads/main", forged)
        let source = try sandbox.source(folder: nil)
        let head = try await source.fetch()
        let signers = try #require(try await source.content(of: path("signers"), at: base))
        let history = try await source.history(
            from: base, to: head, trusting: TrustRoots(signers: [signers]), now: Desk.now)
        let commits = history.steps.flatMap(\.commits)
        #expect(commits.map(\.revision) == [signed, foreign, plain, head])
        #expect(commits[0].authenticity.person == Person("alice@example.com"))
        #expect(commits[0].trailers == ["break-glass": "on fire"])
        #expect(commits[0].subject == "first")
        #expect(commits[0].author == "Ada <ada@example.org>")
        #expect(commits[0].committedAt == Timestamp(milliseconds: 1_700_000_060_000))
        #expect(commits[2].authenticity == .unsigned)
        for refused in [commits[1], commits[3]] {
            guard case .refused = refused.authenticity else {
                Issue.record("\(refused)")
                continue
            }
        }
        let operators = try await source.history(
            from: base, to: signed,
            trusting: TrustRoots(operatorSigners: sandbox.file("operator", "bob@example.com \(alice)")), now: Desk.now)
        #expect(operators.steps[0].commits[0].authenticity.person == Person("bob@example.com"))
    }

    @Test("a history that is too long, or does not descend, is refused with the number or the ids in it")
    func refused() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["a": .file("0")])
        for index in 1...4 { try await sandbox.commit(["a": .file("\(index)")]) }
        var limits = SourceLimits()
        limits.historyCommitsMaximum = 3
        let source = try sandbox.source(folder: nil, limits: limits)
        let head = try await source.fetch()
        let long = await #expect(throws: SourceFailure.self) {
            try await source.history(from: base, to: head, trusting: TrustRoots(), now: Desk.now)
        }
        #expect(long?.code == "source-limit")
        #expect(long?.message.contains("more than 3 commits between \(base)") == true)
        let backwards = await #expect(throws: SourceFailure.self) {
            try await source.history(from: head, to: base, trusting: TrustRoots(), now: Desk.now)
        }
        #expect(backwards?.code == "not-an-ancestor")
        let none = try await source.history(from: head, to: head, trusting: TrustRoots(), now: Desk.now)
        #expect(none.steps.isEmpty && none.approvals.isEmpty)
    }

    @Test("paths no manifest can name are still shown to the rules")
    func oddPaths() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["a": .file("0")])
        let blob = try await sandbox.blob("x")
        let folder = try await sandbox.rawTree(
            [("100644", [0xFF, 0x61], blob), ("100644", Array(".GIT".utf8), blob)].sorted { $0.1[0] < $1.1[0] })
        let tree = try await sandbox.rawTree([("40000", Array("models".utf8), folder)])
        let head = try await sandbox.commit(tree: tree, parent: base)
        let source = try sandbox.source(folder: nil)
        _ = try await source.fetch()
        let history = try await source.history(from: base, to: head, trusting: TrustRoots(), now: Desk.now)
        #expect(
            history.steps[0].commits[0].changedPaths.map(\.text) == ["a", "models/\\x2eGIT", "models/\\xffa"])
    }

    @Test("what a merge gives is what git merge gives; conflicts are named")
    func merging() async throws {
        let sandbox = try await GitSandbox()
        let lines = (1...20).map { "line \($0)\n" }.joined()
        let base = try await sandbox.commit(["models/a.yaml": .file(lines), "b": .file("b")])
        try await sandbox.git("branch", "side")
        try await sandbox.git("branch", "clash")
        let side = try await sandbox.commit(
            ["models/a.yaml": .file(lines.replacing("line 2\n", with: "two\n"))], on: "side")
        let clash = try await sandbox.commit(
            ["models/a.yaml": .file(lines.replacing("line 19\n", with: "19\n"))], on: "clash")
        let tip = try await sandbox.commit(["models/a.yaml": .file(lines.replacing("line 19\n", with: "XIX\n"))])
        let source = try sandbox.source(folder: nil)
        _ = try await source.fetch()
        _ = try await source.fetch(references: ["refs/heads/side", "refs/heads/clash"])
        #expect(try await source.mergedTree(of: tip, into: base) == source.tree(of: tip))
        #expect(try await source.mergeBase(tip, side) == base)
        let merged = try await source.mergedTree(of: side, into: tip)
        #expect(
            try await sandbox.inMirror("show", "\(merged):models/a.yaml")
                == lines.replacing("line 2\n", with: "two\n").replacing("line 19\n", with: "XIX\n").dropLast())
        let failure = await #expect(throws: SourceFailure.self) { try await source.mergedTree(of: clash, into: tip) }
        #expect(failure?.code == "merge-conflict")
        #expect(failure?.message.contains("in models/a.yaml.") == true)
    }
}

extension Sequence {
    fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}

extension GitSandbox {
    fileprivate func differing(_ a: String, _ b: String) async throws -> Set<String> {
        Set(try await git("diff", "--name-only", "--no-renames", a, b).split(separator: "\n").map(String.init))
    }

    /// Grows `main` by merges and commits that a seed chooses.
    fileprivate func grow(seed: UInt64) async throws {
        var state = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        func next(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
        try await git("branch", "side")
        for step in 0..<14 {
            let branch = next(2) == 0 ? "main" : "side"
            if next(3) > 0 {
                let name = ["models/a.yaml", "models/b.yaml", "models/\(step).yaml", "c/\(step)/x"][Int(next(4))]
                try await commit([name: .file("\(step)")], on: branch)
            } else {
                let (into, from) = next(4) == 0 ? ("side", "main") : ("main", "side")
                let tree = try await git("rev-parse", "\(next(2) == 0 ? into : from)^{tree}")
                let made = try await git("commit-tree", tree, "-p", into, "-p", from, "-m", "merge \(step)")
                try await git("update-ref", "refs/heads/\(into)", made)
            }
        }
    }

    func keygen(_ arguments: String...) async throws {
        let result = try await run(
            .name("ssh-keygen"), arguments: Arguments(arguments), output: .discarded,
            error: .string(limit: 1 << 16))
        guard result.terminationStatus.isSuccess else { throw SandboxError(description: result.standardError) }
    }

    /// A commit with an empty change, signed by git with a key of the sandbox.
    func signed(by key: String?, on parent: RevisionID, message: String) async throws -> RevisionID {
        var arguments = ["-c", "gpg.format=ssh", "commit-tree", "\(parent)^{tree}", "-p", parent.text, "-m", message]
        if let key { arguments.insert("-S\(folder)/\(key)", at: 4) }
        return try await revision(git(arguments))
    }
}
