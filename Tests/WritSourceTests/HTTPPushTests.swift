// Pushing over http to nginx, fcgiwrap and git-http-backend, with Basic authentication and real hooks.
import Foundation
import Glibc
import Testing
import WritBackends
import WritVocabulary

@testable import WritSource

@Suite(
    .enabled(
        if: FetchExecutable.isPresent("/usr/sbin/nginx", "/usr/sbin/fcgiwrap", "/usr/lib/git-core/git-http-backend"),
        "needs the built writ executable, nginx, fcgiwrap and git-http-backend"))
struct HTTPPushTests {
    /// A sandbox with one commit, and a source that pushes to `address` with the right password.
    private static func source(_ sandbox: GitSandbox, _ address: String, password: String = "correct horse") throws
        -> GitSource
    {
        let file = try sandbox.file("password-\(password.hashValue)", password)
        return try sandbox.childSource(address, credentials: .basic(user: "ada", password: .file(file)))
    }

    @Test("the branch moves forward, own branches come, are replaced and go, several in one push")
    func pushes() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("old")])
        try await sandbox.serveHTTP(push: true) { address in
            let source = try Self.source(sandbox, address)
            #expect(try await source.fetch() == base)
            let made = try await sandbox.written(source, on: base, ["models/a.yaml": .text("new")])
            let other = try await sandbox.written(source, on: base, ["models/a.yaml": .text("other")])
            let outcomes = try await source.push([
                .advance(.main, from: base, to: made), .own(.proposal, from: nil, to: made),
                .kept("refs/notes/writ", from: base, to: made),
            ])
            #expect(
                outcomes == [
                    "refs/heads/main": .done, BranchName.proposal.reference: .done,
                    "refs/notes/writ": .raced(present: nil),
                ])
            #expect(try await sandbox.head() == made)
            try await source.push(.own(.proposal, from: made, to: other))
            #expect(try await sandbox.head(BranchName.proposal.text) == other)
            #expect(
                try await source.push([.own(.proposal, from: made, to: nil)])
                    == [BranchName.proposal.reference: .raced(present: other)])
            try await source.push(.own(.proposal, from: other, to: nil))
            #expect(try await sandbox.git("for-each-ref", "refs/heads/writ") == "")
            try await sandbox.git("fsck", "--strict", "--no-dangling")
            #expect(try await sandbox.inMirror("for-each-ref", "refs/writ/outgoing") == "")
        }
    }

    @Test("somebody who pushes between the look and the push wins, and is told apart from a refusal")
    func racedOnTheServer() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("old")])
        let faster = try await sandbox.commit(["models/b.yaml": .file("theirs")], on: "other")
        // The server has told its references when this hook runs: the branch moves under the push.
        try sandbox.hook("pre-receive", "unset GIT_QUARANTINE_PATH; git update-ref refs/heads/main \(faster)")
        try await sandbox.serveHTTP(push: true) { address in
            let source = try Self.source(sandbox, address)
            _ = try await source.fetch()
            let made = try await sandbox.written(source, on: base, ["models/a.yaml": .text("new")])
            let failure = await #expect(throws: SourceFailure.self) {
                try await source.push(.advance(.main, from: base, to: made))
            }
            #expect(failure?.code == "push-raced", "\(String(describing: failure))")
            #expect(failure?.message.contains("at \(faster.short)") == true)
            #expect(try await sandbox.head() == faster)
        }
    }

    @Test("a hook that refuses is quoted, without the password and bounded; nothing moves")
    func refusedByHook() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("old")])
        try sandbox.hook(
            "update",
            """
            if test "$1" = refs/heads/main; then
              echo "protected branch $1, correct horse"; head -c 3000 /dev/zero | tr '\\0' x; echo; exit 1
            fi
            """)
        try await sandbox.serveHTTP(push: true) { address in
            let source = try Self.source(sandbox, address)
            _ = try await source.fetch()
            let made = try await sandbox.written(source, on: base, ["models/a.yaml": .text("new")])
            let failure = await #expect(throws: SourceFailure.self) {
                try await source.push(.advance(.main, from: base, to: made))
            }
            #expect(failure?.code == "push-refused", "\(String(describing: failure))")
            #expect(failure?.retry == .stalled)
            let message = failure?.message ?? ""
            #expect(message.contains("hook declined: protected branch refs/heads/main, … / xxx"), "\(message)")
            #expect(message.count < 800 && !message.contains("correct horse"))
            #expect(try await sandbox.head() == base)
            let outcomes = try await source.push([
                .advance(.main, from: base, to: made), .own(.proposal, from: nil, to: made),
            ])
            #expect(outcomes[BranchName.proposal.reference] == .done)
            if case .refused = outcomes["refs/heads/main"] {} else { Issue.record("\(outcomes)") }
        }
    }

    @Test("a wrong password, and a server that takes no pushes, say so without the password")
    func notAllowed() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("old")])
        try await sandbox.serveHTTP { address in
            let source = try Self.source(sandbox, address)
            _ = try await source.fetch()
            let made = try await sandbox.written(source, on: base, ["models/a.yaml": .text("new")])
            let forbidden = await #expect(throws: SourceFailure.self) {
                try await source.push(.advance(.main, from: base, to: made))
            }
            #expect(forbidden?.code == "push-refused", "\(String(describing: forbidden))")
            #expect(forbidden?.retry == .stalled)
            #expect(forbidden?.message.contains("may write to") == true)
            let stranger = try Self.source(sandbox, address, password: "hunter2hunter2")
            let refused = await #expect(throws: SourceFailure.self) {
                try await stranger.push(.advance(.main, from: base, to: made))
            }
            #expect(refused?.code == "authentication-refused", "\(String(describing: refused))")
            #expect(refused?.message.contains("its right to write to the repository") == true)
            #expect(refused?.message.contains("hunter2") == false)
            #expect(try await sandbox.head() == base)
        }
    }

    @Test("a push killed at its deadline after the server took it is found done when it is ordered again")
    func killedAfterwards() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("old")])
        // The hook waits for a word, so the server's answer does not come in time.
        try sandbox.hook("post-receive", "mkfifo \(sandbox.folder)/word; cat \(sandbox.folder)/word")
        try await sandbox.serveHTTP(push: true) { address in
            let file = try sandbox.file("password", "correct horse")
            let credentials = Credentials.basic(user: "ada", password: .file(file))
            let hasty = try sandbox.childSource(
                address, credentials: credentials, deadline: TimeSpan(milliseconds: 2500))
            _ = try await hasty.fetch()
            let made = try await sandbox.written(hasty, on: base, ["models/a.yaml": .text("new")])
            let failure = await #expect(throws: SourceFailure.self) {
                try await hasty.push(.advance(.main, from: base, to: made))
            }
            #expect(failure?.code == "push-deadline", "\(String(describing: failure))")
            #expect(try await sandbox.head() == made)
            close(open(sandbox.folder + "/word", O_WRONLY | O_NONBLOCK | O_CLOEXEC))
            try await hasty.push(.advance(.main, from: base, to: made))
            #expect(try await hasty.fetch() == made)
        }
    }

    @Test("ten thousand small files of history do not slow a push of one change")
    func cost() async throws {
        let sandbox = try await GitSandbox()
        var files: [String: GitSandbox.Entry] = [:]
        for index in 0..<10_000 { files["models/\(index % 100)/m\(index).yaml"] = .file("\(index)") }
        let base = try await sandbox.commit(files)
        try await sandbox.serveHTTP(push: true) { address in
            let source = try Self.source(sandbox, address)
            _ = try await source.fetch()
            let made = try await sandbox.written(source, on: base, ["models/1/m1.yaml": .text("new")])
            try await source.push(.advance(.main, from: base, to: made))
            #expect(try await sandbox.head() == made)
            // The commit, three folders and a file: what a pack of the whole would hold is ten thousand more.
            let objects = try await sandbox.git("rev-list", "--objects", "\(base)..\(made)")
            #expect(objects.split(separator: "\n").count == 5)
        }
    }
}
