// Bad input in a life that goes on: each refusal is shown to the user in words, and the endpoint serves all the while.
import Foundation
import Testing

@Suite(.serialized)
struct RefusalTests {
    @Test("whatever is refused is said in words, and the version that serves goes on serving")
    func refusals() async throws {
        let workshop = try Workshop()
        try workshop.commitSmallLife()
        try workshop.serve()
        try await workshop.waitUntilReady("endpoint", "live")

        try await hostileTree(workshop)
        try await hostileManifests(workshop)
        try await brokenRows(workshop)
        try await missedGate(workshop)
        try await impossiblePins(workshop)

        try await workshop.waitUntilReady("endpoint", "live")
        try workshop.expectServing("mean:1")
        #expect(workshop.replicaFolders.count == 1, "nothing was started again: \(workshop.replicaFolders)")
        let verified = try workshop.writ("audit", "verify", "--blobs")
        #expect(verified.code == 0, "\(verified.text)\(verified.errors)")
    }

    /// A symbolic link and a submodule where manifests stand.
    private func hostileTree(_ workshop: Workshop) async throws {
        let manifests = workshop.folder.appending(path: "repository/manifests")
        try FileManager.default.createSymbolicLink(
            atPath: manifests.appending(path: "link.yaml").path, withDestinationPath: "/etc/passwd")
        try workshop.git("add", "-A")
        let commit = String(repeating: "1", count: 40)
        try workshop.git("update-index", "--add", "--cacheinfo", "160000,\(commit),manifests/sub")
        try workshop.git("commit", "-qm", "a link and a submodule")
        try await expectRefusal(workshop, ["link.yaml", "is a symbolic link", "manifests/sub", "is a submodule"])
        try workshop.removeFile("manifests/link.yaml")
    }

    /// An anchor, and an evaluation on the rows of the training: both are named at once, with their places.
    private func hostileManifests(_ workshop: Workshop) async throws {
        try workshop.write("manifests/anchor.yaml", "apiVersion: &version writ.dev/v1\nkind: *version\n")
        try workshop.edit("manifests/model.yaml", "holdout: holdout", "holdout: one")
        try workshop.commit("an anchor, and a judge that knows the answers")
        try await expectRefusal(
            workshop,
            [
                "manifests/anchor.yaml:1:13", "anchors are not allowed", "manifests/model.yaml:",
                "so it cannot judge what was learnt",
            ])
        try workshop.removeFile("manifests/anchor.yaml")
        try workshop.edit("manifests/model.yaml", "holdout: one", "holdout: holdout")
        try await workshop.waitUntilAccepted(workshop.commit("harmless again"))
    }

    private func expectRefusal(_ workshop: Workshop, _ words: [String]) async throws {
        try await workshop.wait(for: "the refusal") {
            let source = try workshop.writ("get", "source").text
            return source.contains("Refused") && words.allSatisfy(source.contains)
        }
        #expect(try !workshop.writ("get", "source").text.contains("root:"), "nothing of what a link points at is shown")
        try workshop.expectServing("mean:1")
    }

    private func brokenRows(_ workshop: Workshop) async throws {
        try workshop.write("data/one.csv", "x\n1\n-5\n3\nfour\n")
        try workshop.commit("broken rows")
        let why = try await workshop.why("dataset", "one", says: "SnapshotRefused")
        #expect(why.contains("row 2, column x"), "\(why)")
        #expect(why.contains("row 4, column x: found “four”, expected a number"), "\(why)")
        let described = try workshop.writ("describe", "dataset", "one").text
        #expect(described.contains("no: refused") && described.contains("row 2, column x"), "\(described)")
        let chain = try await workshop.why("model", "mean", says: "Dataset/one")
        #expect(chain.contains("row 4, column x"), "the first cause of the model's condition is shown:\n\(chain)")
        try workshop.expectServing("mean:1")
        #expect(try workshop.runs(of: "mean").count == 1, "nothing is trained on refused rows")
        try workshop.write("data/one.csv", "x\n1\n2\n3\n")
    }

    private func missedGate(_ workshop: Workshop) async throws {
        try workshop.edit("manifests/model.yaml", "rows: one", "rows: two")
        try workshop.edit("manifests/model.yaml", "maximum: 50", "maximum: 0.5")
        try workshop.commit("a model that is not good enough")
        let why = try await workshop.why("model", "mean", says: "GatesFailed")
        #expect(why.contains("mae 18 is above the maximum 0.5 by 17.5"), "\(why)")
        #expect(why.contains("gives no version"), "\(why)")
        #expect(try !workshop.writ("get", "versions", "mean").text.contains("mean:2"))
        #expect(try workshop.writ("audit", "log").text.contains("mae 18 is above the maximum 0.5 by 17.5"))
        try workshop.expectServing("mean:1")
    }

    private func impossiblePins(_ workshop: Workshop) async throws {
        try workshop.edit("manifests/endpoint.yaml", "version: 1", "version: 7")
        try workshop.commit("a version nobody has")
        let unknown = try await workshop.why("endpoint", "live", says: "mean has no version 7, the newest is 1")
        #expect(unknown.contains("Stalled"), "\(unknown)")
        #expect(unknown.contains("└─ Model/mean"), "why there is no such version is said as well:\n\(unknown)")
        try workshop.expectServing("mean:1")

        let digest = "sha256:" + String(repeating: "0", count: 64)
        try workshop.edit("manifests/endpoint.yaml", "version: 7", "version: 1\n  digest: \(digest)")
        try workshop.commit("a digest of other bytes")
        let differs = try await workshop.why("endpoint", "live", says: "the pin says \(digest); correct the pin")
        #expect(differs.contains("Stalled") && differs.contains("DigestDiffers"), "\(differs)")
        try workshop.expectServing("mean:1")

        let known = try workshop.writ("get", "versions", "mean", "--format", "json").text
        let right = try #require(known.firstMatch(of: /sha256:[0-9a-f]{64}/)).output
        try workshop.edit("manifests/endpoint.yaml", digest, String(right))
        try workshop.commit("the digest it has")
    }
}
