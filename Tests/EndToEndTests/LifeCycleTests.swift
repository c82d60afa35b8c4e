// The whole loop with the built program: real repository, real processes, real gateway.
import Foundation
import Testing

@Suite(.serialized)
struct LifeCycleTests {
    @Test("a commit trains, evaluates, registers and serves; a second replaces it; every step survives kill -9")
    func wholeLife() async throws {
        let workshop = try Workshop()
        try workshop.commitSmallLife()
        try workshop.serve()
        try await workshop.wait(for: "version 1") { try workshop.condition("endpoint", "live") == "Ready" }
        #expect(try workshop.ask("/live/anything").version == "mean:1")
        #expect(try workshop.ask("/live/anything").body == #"{"mean": 2.0}"#)

        try workshop.edit("manifests/model.yaml", "rows: one", "rows: two")
        try workshop.commit("other data")
        try await workshop.wait(for: "training to begin") {
            try workshop.writ("history", "model", "mean").text.contains("train")
        }
        try workshop.killController()
        #expect(try workshop.ask("/live/x").code == 200, "traffic goes on without a controller")
        try workshop.serve()
        try await workshop.wait(for: "version 2") {
            try workshop.writ("describe", "model", "mean", "--format", "json").text.contains("mean:2")
        }
        #expect(try workshop.ask("/live/x").version == "mean:1", "nothing moves before Git says so")

        try workshop.edit("manifests/endpoint.yaml", "version: 1", "version: 2")
        try workshop.commit("serve version 2")
        try await workshop.wait(for: "traffic on version 2") { try workshop.ask("/live/x").version == "mean:2" }
        #expect(try workshop.ask("/live/x").body == #"{"mean": 20.0}"#)
        try await workshop.wait(for: "rest") { try workshop.condition("endpoint", "live") == "Ready" }

        let verified = try workshop.writ("audit", "verify")
        #expect(verified.code == 0, "\(verified.text)\(verified.errors)")
    }

    @Test("a broken commit is refused with place and hint, and what ran goes on running")
    func brokenCommit() async throws {
        let workshop = try Workshop()
        try workshop.commitSmallLife()
        try workshop.serve()
        try await workshop.wait(for: "version 1") { try workshop.condition("endpoint", "live") == "Ready" }
        try workshop.edit("manifests/endpoint.yaml", "replicas:", "replica:")
        try workshop.commit("a typing error")
        try await workshop.wait(for: "the refusal") { try workshop.writ("get", "source").text.contains("replica") }
        let source = try workshop.writ("get", "source").text
        #expect(source.contains("manifests/endpoint.yaml"))
        #expect(source.contains("did you mean `replicas`?"))
        #expect(try workshop.ask("/live/x").code == 200)
        #expect(try workshop.condition("endpoint", "live") == "Ready")
    }

    @Test("a rewritten branch freezes the source until an operator accepts the tip")
    func forcePush() async throws {
        let workshop = try Workshop()
        try workshop.commitSmallLife()
        try workshop.serve()
        try await workshop.wait(for: "version 1") { try workshop.condition("endpoint", "live") == "Ready" }
        try workshop.git("commit", "-q", "--amend", "-m", "another history")
        let tip = try workshop.git("rev-parse", "HEAD").text.trimmingCharacters(in: .whitespacesAndNewlines)
        try await workshop.wait(for: "the freeze") { try workshop.writ("get", "source").text.contains("writ accept") }
        let accepted = try workshop.writ("accept", tip, "--reason", "the message was wrong")
        #expect(accepted.code == 0, "\(accepted.errors)")
        try await workshop.wait(for: "the new tip") {
            try workshop.writ("get", "source", "--format", "json").text.contains(tip)
                && !workshop.writ("get", "source").text.contains("writ accept")
        }
        #expect(try workshop.ask("/live/x").code == 200)
    }

    @Test("a replica that dies is started again, and the rest of the house does not notice")
    func replicaDeath() async throws {
        let workshop = try Workshop()
        try workshop.commitSmallLife(replicas: 2)
        // A word of its own on the command line: other tests run the same server at the same time.
        let word = "of-\(workshop.folder.lastPathComponent)"
        try workshop.edit("manifests/endpoint.yaml", "serve.py]", "serve.py, \(word)]")
        try workshop.commit("servers one can tell apart")
        try workshop.serve()
        try await workshop.wait(for: "version 1") { try workshop.condition("endpoint", "live") == "Ready" }
        #expect(try workshop.run("/usr/bin/pkill", ["-9", "-f", "serve.py \(word)"]).code == 0)
        try await workshop.wait(for: "its return") {
            try workshop.ask("/live/x").code == 200 && workshop.condition("endpoint", "live") == "Ready"
        }
    }

    @Test("state.db is a projection: without it, every answer has the same bytes")
    func projection() async throws {
        let workshop = try Workshop()
        try workshop.commitSmallLife(version: nil)
        let reconciled = try workshop.writ("reconcile", "--timeout", "2m")
        #expect(reconciled.code == 0, "\(reconciled.text)\(reconciled.errors)")
        func answers() throws -> [String] {
            try [
                workshop.writ("get", "model", "--format", "json"),
                workshop.writ("describe", "model", "mean", "--format", "json"),
                workshop.writ("history", "model", "mean", "--format", "json"),
                workshop.writ("audit", "log", "--format", "json"),
            ].map(\.text)
        }
        let before = try answers()
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(at: workshop.folder.appending(path: "data/state.db\(suffix)"))
        }
        #expect(try answers() == before)
        #expect(before.allSatisfy { !$0.isEmpty })
    }

    @Test("a tampered ledger is told from a sound one")
    func tampering() async throws {
        let workshop = try Workshop()
        try workshop.commitSmallLife(version: nil)
        #expect(try workshop.writ("reconcile", "--timeout", "2m").code == 0)
        #expect(try workshop.writ("audit", "verify").code == 0)
        let entries = workshop.folder.appending(path: "data/ledger/tile/entries")
        let walk = try #require(
            FileManager.default.enumerator(at: entries, includingPropertiesForKeys: [.isRegularFileKey]))
        let file = try #require(
            walk.compactMap { $0 as? URL }.first {
                (try? $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true
            })
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count / 2] ^= 1
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
        try bytes.write(to: file)
        let verdict = try workshop.writ("audit", "verify")
        #expect(verdict.code == 1, "\(verdict.text)\(verdict.errors)")
    }
}
