// Pushing over ssh to a real sshd with git-shell, and the deadline of a push.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritSource

@Suite(
    .enabled(
        if: FetchExecutable.isPresent("/usr/sbin/sshd", "/usr/bin/ssh-keygen", "/usr/bin/git-shell")
            && NSUserName() == "root",
        "needs the built writ executable, sshd, ssh-keygen and git-shell, and to be root, as sshd does"))
struct SSHPushTests {
    @Test("the branch moves forward, an own branch is replaced and deleted, a hook's words come back, a race is told")
    func pushes() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("old")])
        let server = try await SSHServer(sandbox)
        try await withDaemons([server.command], ready: { isListening(on: server.port) }) {
            let address = "ssh://root@127.0.0.1:\(server.port)\(sandbox.upstream)"
            let known = try sandbox.file("known", "[127.0.0.1]:\(server.port) \(server.hostKey)\n")
            let source = try sandbox.childSource(address, credentials: server.login(server.userKey, known))
            #expect(try await source.fetch() == base)
            let made = try await sandbox.written(source, on: base, ["models/a.yaml": .text("new")])
            let other = try await sandbox.written(source, on: base, ["models/a.yaml": .text("other")])
            try await source.push(.advance(.main, from: base, to: made))
            try await source.push(.own(.proposal, from: nil, to: made))
            try await source.push(.own(.proposal, from: made, to: other))
            #expect(try await sandbox.head() == made)
            #expect(try await sandbox.head(BranchName.proposal.text) == other)
            try await source.push(.own(.proposal, from: other, to: nil))

            let late = await #expect(throws: SourceFailure.self) {
                try await source.push(.advance(.main, from: base, to: other))
            }
            #expect(late?.code == "push-raced", "\(String(describing: late))")
            try sandbox.hook("pre-receive", "echo no pushes on fridays >&2; exit 1")
            let next = try await sandbox.written(source, on: made, ["models/a.yaml": .text("newest")])
            let refused = await #expect(throws: SourceFailure.self) {
                try await source.push(.advance(.main, from: made, to: next))
            }
            #expect(refused?.code == "push-refused", "\(String(describing: refused))")
            #expect(refused?.message.contains("pre-receive hook declined: no pushes on fridays") == true)
            #expect(try await sandbox.head() == made)
        }
    }
}

@Suite(.enabled(if: FetchExecutable.isPresent(), "needs the built writ executable beside the tests"))
struct PushProcessTests {
    @Test("a server that never answers costs the deadline, and leaves no process", arguments: ["http", "ssh"])
    func silentServer(scheme: String) async throws {
        let server = try SilentServer()
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("old")])
        let local = try sandbox.source()
        _ = try await local.fetch()
        let made = try await sandbox.written(local, on: base, ["models/a.yaml": .text("new")])
        let link = sandbox.folder + "/writ-of-this-test"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: #require(FetchExecutable.path))
        let source = try sandbox.childSource(
            "\(scheme)://127.0.0.1:\(server.port)/x.git", deadline: TimeSpan(milliseconds: 1500), executable: link)
        let clock = ContinuousClock()
        let start = clock.now
        let failure = await #expect(throws: SourceFailure.self) {
            try await source.push(.advance(.main, from: base, to: made))
        }
        #expect(failure?.code == "push-deadline")
        #expect(failure?.retry == .transient)
        #expect(clock.now - start < .seconds(6))
        #expect(try processes(naming: link).isEmpty)
    }

    @Test("a push that was done and not told is done when it is asked for again; a process that dies says so")
    func again() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("old")])
        let source = try sandbox.childSource(sandbox.upstream)
        _ = try await source.fetch()
        let made = try await sandbox.written(source, on: base, ["models/a.yaml": .text("new")])
        try await source.push(.advance(.main, from: base, to: made))
        #expect(try await source.push([.advance(.main, from: base, to: made)]) == ["refs/heads/main": .done])
        let failure = await #expect(throws: SourceFailure.self) {
            try await sandbox.childSource(sandbox.upstream, executable: "/bin/false")
                .push(.advance(.main, from: base, to: made))
        }
        #expect(failure?.code == "push-process")
    }
}
