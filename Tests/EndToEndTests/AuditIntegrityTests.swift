// Somebody changes a byte of what serves: it is found, told, replaced, and never served again.
import Foundation
import Testing

@Suite(.serialized)
struct AuditIntegrityTests {
    @Test("a replica whose bytes were changed answers no more, and none starts from changed bytes; the record tells it")
    func changedBytes() async throws {
        let workshop = try Workshop()
        try workshop.configure("local: {integrity: 1s}")
        try workshop.commitSmallLife()
        try workshop.serve()
        try await workshop.waitUntilReady("endpoint", "live")

        try await detachedFile(workshop)
        try await sharedFile(workshop)
        let history = try workshop.writ("history", "endpoint", "live").text
        #expect(history.components(separatedBy: "has other bytes than mean:1: mean.json").count >= 3, "\(history)")
        try workshop.audit("replay")
    }

    /// The replica's file is another one now: the blob store is as it was, so a replica from it takes over by itself.
    private func detachedFile(_ workshop: Workshop) async throws {
        let file = try modelFile(workshop)
        let right = try Data(contentsOf: file)
        let request = try workshop.requestID("/live/x")
        try Data("9.0".utf8).write(to: file, options: .atomic)
        try await workshop.wait(for: "the incident") {
            try workshop.writ("history", "endpoint", "live").text.contains("has other bytes than mean:1: mean.json")
        }
        try await workshop.waitUntilReady("endpoint", "live")
        #expect(try workshop.ask("/live/x").body == #"{"mean": 2.0}"#)
        let taking = try modelFile(workshop)
        #expect(taking != file, "another replica serves")
        #expect(try Data(contentsOf: taking) == right)
        try workshop.audit("verify", "--blobs")
        let trace = try workshop.audit("trace", request)
        #expect(trace.contains("wrong bytes") && trace.contains(file.replicaName), "\(trace)")
    }

    /// The replica's file is the blob itself: what is wrong with one is wrong with the other.
    private func sharedFile(_ workshop: Workshop) async throws {
        let file = try modelFile(workshop)
        let digest = try workshop.run("/usr/bin/sha256sum", [file.path]).text.prefix(64)
        let blob = workshop.path("data/blobs/sha256/\(digest.prefix(2))/\(digest.dropFirst(2))")
        try workshop.flipBit(of: file.path, at: 0)
        let why = try await workshop.why("endpoint", "live", says: "“mean.json” was altered")
        #expect(why.contains("BackingOff") && why.contains(digest), "\(why)")
        #expect(try workshop.ask("/live/x").code == 503, "wrong bytes answer nobody")
        let verdict = try workshop.audit("verify", "--blobs", code: 1)
        #expect(verdict.contains(digest) && verdict.contains("other bytes than its name says"), "\(verdict)")

        try workshop.flipBit(of: blob, at: 0)
        try workshop.audit("verify", "--blobs")
        try workshop.edit("manifests/endpoint.yaml", "timeout: 30s", "timeout: 31s")
        try workshop.commit("again, with the right bytes")
        try await workshop.waitUntilReady("endpoint", "live")
        #expect(try workshop.ask("/live/x").body == #"{"mean": 2.0}"#)
    }

    /// The one running replica's file.
    private func modelFile(_ workshop: Workshop) throws -> URL {
        let replica = try #require(workshop.replicaFolders.first, "nothing serves")
        #expect(workshop.replicaFolders.count == 1)
        return URL(filePath: workshop.path("data/replicas/\(replica)/model/mean.json"))
    }
}

extension URL {
    /// `live-….0.0` of its model's file.
    fileprivate var replicaName: String {
        deletingLastPathComponent().deletingLastPathComponent().lastPathComponent
    }
}
