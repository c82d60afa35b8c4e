// Proposals against a real server: races and refusals as nginx and git-http-backend tell them.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritSource

@Suite(
    .enabled(
        if: FetchExecutable.isPresent("/usr/sbin/nginx", "/usr/sbin/fcgiwrap", "/usr/lib/git-core/git-http-backend"),
        "needs the built writ executable, nginx, fcgiwrap and git-http-backend"))
struct ProposerServerTests {
    @Test("a commit that loses the race is told so, and made anew on what the other pushed")
    func raced() async throws {
        let bench = try await ProposerBench()
        let sandbox = bench.sandbox
        let order = try await bench.order(8, delivery: .commit)
        try await sandbox.git("branch", "faster")
        let faster = try await sandbox.commit(["models/other.yaml": .file("theirs")], on: "faster")
        try sandbox.hook("pre-receive", "unset GIT_QUARANTINE_PATH; git update-ref refs/heads/main \(faster)")
        try await sandbox.visit(true) { source in
            let proposer = try await bench.proposer(over: source)
            let failure = await #expect(throws: SourceFailure.self) { try await proposer.propose(order) }
            #expect(failure?.code == "push-raced", "\(String(describing: failure))")
            #expect(failure?.retry == .transient)
            try FileManager.default.removeItem(atPath: sandbox.upstream + "/hooks/pre-receive")
            let outcome = try await proposer.propose(order)
            #expect(try await sandbox.head() == outcome.commit)
            #expect(try await sandbox.git("rev-parse", "\(outcome.commit)^") == faster.text)
        }
    }

    @Test("a protected branch refuses the commit with its words, and takes the same change as a branch")
    func protected() async throws {
        let bench = try await ProposerBench()
        let sandbox = bench.sandbox
        try sandbox.hook(
            "update", "test \"$1\" != refs/heads/main || { echo 'main takes pull requests only'; exit 1; }")
        let (direct, offered) = (try await bench.order(8, delivery: .commit), try await bench.order(8))
        try await sandbox.visit(true) { source in
            let proposer = try await bench.proposer(over: source)
            let failure = await #expect(throws: SourceFailure.self) { try await proposer.propose(direct) }
            #expect(failure?.code == "push-refused", "\(String(describing: failure))")
            #expect(failure?.retry == .stalled)
            #expect(failure?.message.contains("main takes pull requests only") == true)
            let outcome = try await proposer.propose(offered)
            #expect(try await sandbox.head(offered.id.branch) == outcome.commit)
            #expect(try await proposer.propose(offered) == outcome)
            let newer = try await bench.order(9, supersedes: [offered.id])
            _ = try await proposer.propose(newer)
            #expect(
                try await sandbox.git("for-each-ref", "--format=%(refname:short)", "refs/heads/writ")
                    == newer.id.branch)
            try await sandbox.git("fsck", "--strict", "--no-dangling")
        }
    }
}
