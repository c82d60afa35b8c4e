// Pushing into a repository on this machine.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritSource

struct LocalPushTests {
    @Test("the branch moves forward; a second push of the same is done already")
    func forward() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("old")])
        let source = try sandbox.source()
        _ = try await source.fetch()
        let made = try await sandbox.written(source, on: base, ["models/a.yaml": .text("new")])
        try await source.push(.advance(.main, from: base, to: made))
        try await source.push(.advance(.main, from: base, to: made))
        #expect(try await sandbox.head() == made)
        #expect(try await sandbox.git("show", "main:models/a.yaml") == "new")
        try await sandbox.git("fsck", "--strict", "--no-dangling")
    }

    @Test("a lost race is told, with what is there, and nothing is overwritten")
    func raced() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("old")])
        let source = try sandbox.source()
        _ = try await source.fetch()
        let made = try await sandbox.written(source, on: base, ["models/a.yaml": .text("new")])
        let faster = try await sandbox.commit(["models/b.yaml": .file("theirs")])
        let failure = await #expect(throws: SourceFailure.self) {
            try await source.push(.advance(.main, from: base, to: made))
        }
        #expect(failure?.code == "push-raced")
        #expect(failure?.retry == .transient)
        #expect(failure?.message.contains(faster.short) == true)
        #expect(try await sandbox.head() == faster)
    }

    @Test("what does not follow is never pushed to the branch, even where it is expected")
    func noForce() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("old")])
        let tip = try await sandbox.commit(["models/a.yaml": .file("newer")])
        let source = try sandbox.source()
        _ = try await source.fetch()
        let made = try await sandbox.written(source, on: base, ["models/a.yaml": .text("new")])
        let failure = await #expect(throws: SourceFailure.self) {
            try await source.push(.advance(.main, from: tip, to: made))
        }
        #expect(failure?.code == "push-not-allowed")
        #expect(try await sandbox.head() == tip)
    }

    @Test("an own branch is made, replaced only from what is expected, and deleted")
    func ownBranch() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("old")])
        let source = try sandbox.source()
        _ = try await source.fetch()
        let first = try await sandbox.written(source, on: base, ["models/a.yaml": .text("1")])
        let second = try await sandbox.written(source, on: base, ["models/a.yaml": .text("2")])
        let branch = BranchName.proposal
        try await source.push(.own(branch, from: nil, to: first))
        let wrong = try await source.push([.own(branch, from: base, to: second)])
        #expect(wrong == [branch.reference: .raced(present: first)])
        try await source.push(.own(branch, from: first, to: second))
        #expect(try await sandbox.head(branch.text) == second)
        #expect(
            try await source.push([.own(branch, from: first, to: nil)]) == [branch.reference: .raced(present: second)])
        try await source.push(.own(branch, from: second, to: nil))
        try await source.push(.own(branch, from: second, to: nil))
        #expect(try await sandbox.git("for-each-ref", "refs/heads/writ") == "")
    }

    @Test("an ordinary repository takes a branch that is not checked out, without a change to its files")
    func ordinary() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("old")])
        let clone = sandbox.folder + "/clone"
        try await sandbox.git("clone", "-q", sandbox.upstream, clone, in: sandbox.folder)
        var configuration = try sandbox.configuration(clone)
        configuration.fetchDeadline = .seconds(30)
        let source = GitSource(configuration, fetching: .thisProcess(environment: [:]))
        _ = try await source.fetch()
        let made = try await sandbox.written(source, on: base, ["models/a.yaml": .text("new")])
        try await source.push(.own(.proposal, from: nil, to: made))
        #expect(try await sandbox.git("show", "\(BranchName.proposal):models/a.yaml", in: clone) == "new")
        #expect(try await sandbox.git("status", "--porcelain", in: clone) == "")
        try await sandbox.git("fsck", "--strict", "--no-dangling", in: clone)
    }

    @Test("hooks, a checked-out branch and the repository's own rules are respected")
    func guarded() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("old")])
        let source = try sandbox.source()
        _ = try await source.fetch()
        let made = try await sandbox.written(source, on: base, ["models/a.yaml": .text("new")])
        func refusal(_ update: ReferenceUpdate) async -> String? {
            let failure = await #expect(throws: SourceFailure.self) { try await source.push(update) }
            #expect(failure?.code == "push-refused")
            #expect(failure?.retry == .stalled)
            return failure?.message
        }
        try sandbox.hook("pre-receive", "exit 0")
        #expect(await refusal(.advance(.main, from: base, to: made))?.contains("the hook pre-receive") == true)
        try FileManager.default.removeItem(atPath: sandbox.upstream + "/hooks/pre-receive")
        try await sandbox.git("config", "core.bare", "false")
        #expect(await refusal(.advance(.main, from: base, to: made))?.contains("checked out") == true)
        try await sandbox.git("config", "core.bare", "true")
        try await source.push(.own(.proposal, from: nil, to: made))
        try await sandbox.git("config", "receive.denyDeletes", "true")
        #expect(await refusal(.own(.proposal, from: made, to: nil))?.contains("receive.denyDeletes") == true)
        #expect(try await sandbox.head() == base)
    }
}
