// A model file that can run code when it is loaded: held with its name, let through by a waiver that ends.
import Foundation
import Testing

@Suite(.serialized)
struct AuditFormatTests {
    @Test("a waiver counts for nothing where the operator builds no walls, and counts once they are built")
    func withoutWalls() async throws {
        let workshop = try Workshop()
        try workshop.beginGoverning(["alice", "bob", "carol"])
        try workshop.configure("local: {sandbox: none}")
        try workshop.commitAuditedLife(approvals: 0, evidence: "{safeFormats: true}")
        try workshop.serve()
        try await workshop.waitUntilReady("endpoint", "live")
        try await pickled(workshop)
        try await waived(workshop)
        try workshop.edit("manifests/endpoint.yaml", "version: 1", "version: 2")
        let head = try workshop.commit("serve it", by: "alice")
        try await workshop.source(says: "Held", "counts only behind the sandbox's walls", "local.sandbox to required")
        try workshop.expectServing("mean:1")

        try workshop.killController()
        let configuration = try String(contentsOfFile: workshop.path("writ.yaml"), encoding: .utf8)
        try Data(configuration.replacing("sandbox: none", with: "sandbox: required").utf8)
            .write(to: URL(filePath: workshop.path("writ.yaml")))
        try workshop.serve()
        try await workshop.waitUntilAccepted(head)
        try await workshop.wait(for: "version 2") { try workshop.ask("/live/x").version == "mean:2" }
        try workshop.audit("replay")
    }

    /// The next version holds a pickle beside what it held; returns the commit it comes from.
    @discardableResult
    private func pickled(_ workshop: Workshop) async throws -> String {
        let training = try String(contentsOfFile: workshop.path("repository/code/train.py"), encoding: .utf8)
        try workshop.write(
            "code/train.py",
            training + """
                import pickle
                path = os.path.join(os.environ["WRIT_OUTPUT_DIR"], "whole.pkl")
                pickle.dump(csv.DictReader, open(path, "wb"))

                """)
        let base = try workshop.commit("the whole model too", by: "alice")
        try await workshop.waitUntilAccepted(base)
        try await workshop.wait(for: "version 2") {
            try workshop.writ("get", "versions", "mean").text.contains("mean:2")
        }
        return base
    }

    private func waived(_ workshop: Workshop) async throws {
        let end = try workshop.run("/usr/bin/date", ["-u", "-d", "+30 days", "+%Y-%m-%dT00:00:00Z"]).text
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let policy = try String(contentsOfFile: workshop.path("repository/manifests/policy.yaml"), encoding: .utf8)
        try workshop.write(
            "manifests/policy.yaml",
            policy + """
                  waivers:
                    - {model: mean, version: 2, formats: [pickle], until: "\(end)", reason: converted by then}

                """)
        try await workshop.waitUntilAccepted(workshop.commit("a waiver", by: "alice"))
    }

    @Test("a pickle is held by name until a waiver with an end lets it through, and the record says which")
    func pickle() async throws {
        let workshop = try Workshop()
        try workshop.beginGoverning(["alice", "bob", "carol"])
        try workshop.commitAuditedLife(approvals: 0, evidence: "{safeFormats: true}")
        try workshop.serve()
        try await workshop.waitUntilReady("endpoint", "live")

        let base = try await pickled(workshop)
        try workshop.edit("manifests/endpoint.yaml", "version: 1", "version: 2")
        try workshop.commit("serve it", by: "alice")
        try await workshop.source(says: "Held", "whole.pkl, pickle", "can run code when it is loaded")
        try workshop.expectServing("mean:1")

        // What was never accepted is written anew, after the waiver.
        try workshop.git("reset", "-q", "--hard", base)
        try await waived(workshop)
        try workshop.edit("manifests/endpoint.yaml", "version: 1", "version: 2")
        let head = try workshop.commit("serve it", by: "alice")
        try await workshop.waitUntilAccepted(head)
        try await workshop.wait(for: "version 2") { try workshop.ask("/live/x").version == "mean:2" }
        let trace = try workshop.audit("trace", workshop.requestID("/live/x"))
        #expect(trace.contains("pickle") && trace.contains(head), "\(trace)")
        let review = try #require(trace.firstMatch(of: /evidence +(sha256:[0-9a-f]{64})/), "\(trace)").1
        let blob = workshop.path("data/blobs/sha256/\(review.dropFirst(7).prefix(2))/\(review.dropFirst(9))")
        let judged = try String(contentsOfFile: blob, encoding: .utf8)
        #expect(judged.contains("by a waiver of governance (“converted by then”)"), "\(judged)")
        try workshop.audit("replay")
    }
}
