// A life with an operator in it: kills, suspensions, reverts, logs, an endpoint taken away, and the proof of it all.
import Foundation
import Testing

@Suite(.serialized)
struct OperatorTests {
    @Test("an operator kills, suspends, reverts, follows and removes; the ledger proves it all")
    func operating() async throws {
        let workshop = try Workshop()
        try workshop.commitSmallLife()
        // A replica that takes a while to be ready, so that there is time to kill the controller meanwhile.
        let serve = try String(contentsOf: workshop.folder.appending(path: "repository/code/serve.py"), encoding: .utf8)
        try workshop.write("code/serve.py", "import time\ntime.sleep(3)\n" + serve)
        try workshop.commit("slow to be ready")
        try workshop.serve()

        try await killedWhileReplicasStart(workshop)
        try await suspended(workshop)
        try await expired(workshop)
        try await sameRecipe(workshop)
        try await followed(workshop)
        try await removed(workshop)
        try proved(workshop)
    }

    private func killedWhileReplicasStart(_ workshop: Workshop) async throws {
        try await workshop.wait(for: "a replica to start") {
            try workshop.writ("history", "endpoint", "live").text.contains("start replica")
        }
        try workshop.killController()
        try workshop.serve()
        try await workshop.waitUntilReady("endpoint", "live")
        try workshop.expectServing("mean:1")
        #expect(workshop.replicaFolders.count == 1, "the one that was starting was adopted: \(workshop.replicaFolders)")
        let history = try workshop.writ("history", "endpoint", "live").text
        #expect(history.components(separatedBy: "start replica").count == 2, "\(history)")
    }

    private func suspended(_ workshop: Workshop) async throws {
        let output = try workshop.writ(
            "suspend", "model", "mean", "--for", "1h", "--reason", "the desk counts its rows")
        #expect(output.code == 0, "\(output.errors)")
        try workshop.edit("manifests/model.yaml", "rows: one", "rows: two")
        try await workshop.waitUntilAccepted(workshop.commit("other rows"))
        let why = try await workshop.why("model", "mean", says: "Suspended")
        #expect(why.contains("the desk counts its rows") && why.contains("writ resume model mean"), "\(why)")
        try await workshop.wait(for: "the rows") { try workshop.condition("dataset", "two") == "Ready" }
        let described = try workshop.writ("describe", "model", "mean").text
        #expect(described.contains("Suspended") && described.contains("until"), "\(described)")
        // A model nobody suspended is acted on meanwhile, so time enough has passed to act on this one.
        try workshop.write("imported/mean.json", "7")
        try workshop.write(
            "manifests/other.yaml",
            """
            apiVersion: writ.dev/v1
            kind: Model
            metadata: {name: other}
            spec: {import: {path: imported/mean.json}}

            """)
        try workshop.commit("another model")
        try await workshop.waitUntilReady("model", "other")
        #expect(try workshop.runs(of: "mean").count == 1, "a suspended model is not trained")
        try workshop.expectServing("mean:1")

        let resumed = try workshop.writ("resume", "model", "mean")
        #expect(resumed.code == 0, "\(resumed.errors)")
        try await workshop.wait(for: "version 2") {
            try workshop.writ("get", "versions", "mean").text.contains("mean:2")
        }
        let history = try workshop.writ("history", "model", "mean").text
        #expect(history.contains("suspended by") && history.contains("the desk counts its rows"), "\(history)")
        #expect(history.contains("resumed by"), "\(history)")
    }

    private func expired(_ workshop: Workshop) async throws {
        let output = try workshop.writ("suspend", "endpoint/live", "--for", "3s", "--reason", "a short look")
        #expect(output.code == 0, "\(output.errors)")
        try workshop.edit("manifests/endpoint.yaml", "version: 1", "version: 2")
        try workshop.commit("serve version 2")
        try await workshop.wait(for: "traffic on version 2, by itself") {
            try workshop.ask("/live/x").version == "mean:2"
        }
        try await workshop.waitUntilReady("endpoint", "live")
        #expect(try workshop.writ("history", "endpoint", "live").text.contains("a short look"))
        #expect(try !workshop.writ("describe", "endpoint", "live").text.contains("Suspended"))
    }

    private func sameRecipe(_ workshop: Workshop) async throws {
        let before = try workshop.writ("get", "runs", "--format", "json").text
        try workshop.edit("manifests/model.yaml", "rows: two", "rows: one")
        try await workshop.waitUntilAccepted(workshop.commit("back to the first rows"))
        try await workshop.why("model", "mean", says: "version 1 is registered")
        #expect(try workshop.writ("get", "runs", "--format", "json").text == before, "nothing ran again")
        #expect(try !workshop.writ("get", "versions", "mean").text.contains("mean:3"))
        try workshop.expectServing("mean:2")
    }

    private func followed(_ workshop: Workshop) async throws {
        try workshop.write(
            "talking/train.py",
            """
            import os, time
            for number in range(8):
                print("line", number, flush=True)
                time.sleep(0.5)
            open(os.path.join(os.environ["WRIT_OUTPUT_DIR"], "model"), "w").write("m")
            print("last words", flush=True)

            """)
        try workshop.write(
            "manifests/talker.yaml",
            """
            apiVersion: writ.dev/v1
            kind: Model
            metadata: {name: talker}
            spec:
              training: {code: {path: talking}, command: [/usr/bin/python3, train.py], timeout: 1m}

            """)
        try workshop.commit("a model that talks")
        try await workshop.wait(for: "the model") { try workshop.condition("model", "talker") != nil }
        try await workshop.wait(for: "its run") { try workshop.runs(of: "talker").isEmpty == false }
        let run = try #require(try workshop.runs(of: "talker").first)
        let followed = try workshop.run("/usr/bin/timeout", ["120", Workshop.program, "logs", run.id, "--follow"])
        #expect(followed.code == 0, "it ends by itself: \(followed.errors)")
        #expect(followed.text == (0..<8).map { "line \($0)\n" }.joined() + "last words\n")
        try await workshop.wait(for: "version 1 of it") {
            try workshop.writ("get", "versions", "talker").text.contains("talker:1")
        }
    }

    private func removed(_ workshop: Workshop) async throws {
        try workshop.removeFile("manifests/endpoint.yaml")
        try workshop.commit("no endpoint any more")
        try await workshop.wait(for: "its replicas to end") { workshop.replicaFolders.isEmpty }
        try await workshop.wait(for: "the gateway to know it no more") { try workshop.ask("/live/x").code == 404 }
        try await workshop.wait(for: "the record of it") {
            try workshop.writ("history", "endpoint", "live").text.contains("no longer declared, nothing of it is left")
        }
        #expect(try workshop.writ("get", "versions", "mean").text.contains("mean:2"), "versions are kept")
        let verified = try workshop.writ("reconcile", "--timeout", "2m")
        #expect(verified.code == 0, "\(verified.errors)")
    }

    /// A proof holds by itself: only the key is needed, and another entry's bytes under it are found out.
    private func proved(_ workshop: Workshop) throws {
        let verified = try workshop.writ("audit", "verify", "--blobs", "--format", "json")
        #expect(verified.code == 0, "\(verified.text)\(verified.errors)")
        let key = try #require(verified.text.firstMatch(of: /"key" : "([^"]+)"/)).1
        let file = workshop.folder.appending(path: "third.tlog-proof")
        let written = try workshop.writ("audit", "prove", "3", "--output", file.path)
        #expect(written.code == 0, "\(written.errors)")

        let nowhere = ["--data", "/nonexistent/writ"]
        let arguments = ["audit", "verify", "--proof", file.path, "--key", String(key)] + nowhere
        let proved = try workshop.run(Workshop.program, arguments)
        #expect(proved.code == 0, "\(proved.text)\(proved.errors)")
        #expect(proved.text.contains("proved: entry 3 is in test.writ.example/e2e"), "\(proved.text)")

        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(text.contains("index 3"))
        try Data(text.replacingOccurrences(of: "index 3", with: "index 4").utf8).write(to: file)
        let forged = try workshop.run(Workshop.program, arguments)
        #expect(forged.code == 1, "\(forged.text)\(forged.errors)")
        #expect(forged.errors.contains("does not show that this is entry 4"), "\(forged.errors)")
    }
}
