// What the stories ask again and again: why, since when, and which runs there were.
import Foundation
import Testing

extension Workshop {
    /// Waits until `writ why` says something of a resource; returns all it says.
    @discardableResult
    func why(_ kind: String, _ name: String, says words: String) async throws -> String {
        try await wait(for: "`writ why \(kind) \(name)` to say “\(words)”") {
            try writ("why", kind, name).text.contains(words)
        }
        return try writ("why", kind, name).text
    }

    func waitUntilReady(_ kind: String, _ name: String) async throws {
        try await wait(for: "\(kind) \(name) to be ready") { try condition(kind, name) == "Ready" }
    }

    /// Waits until a revision is in force.
    func waitUntilAccepted(_ revision: String) async throws {
        try await wait(for: "revision \(revision.prefix(7))") {
            let source = try writ("get", "source", "--format", "json").text
            return source.contains(#""condition" : "Accepted""#) && source.contains(revision)
        }
    }

    /// An execution as `writ get runs` lists it.
    struct Run: Decodable {
        var id: String
        var purpose: String
        var outcome: String
        var succeeded: Bool?
        var intendedAt: String
        var finishedAt: String?
        /// Numbers are text, so that no digit is lost.
        var metrics: [String: String]
    }

    /// The executions for one model, newest first.
    func runs(of model: String, _ purpose: String = "training") throws -> [Run] {
        struct Answer: Decodable { var runs: [Run] }
        let output = try writ("get", "runs", model, "--format", "json")
        try #require(output.code == 0, "\(output.errors)")
        return try JSONDecoder().decode(Answer.self, from: Data(output.text.utf8)).runs.filter { $0.purpose == purpose }
    }

    /// The endpoint still answers with this version: whatever was refused, what ran goes on running.
    func expectServing(
        _ version: String, _ endpoint: String = "live", sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let answer = try ask("/\(endpoint)/x")
        #expect(answer.code == 200, sourceLocation: sourceLocation)
        #expect(answer.version == version, sourceLocation: sourceLocation)
    }

    func removeFile(_ path: String) throws {
        try FileManager.default.removeItem(at: folder.appending(path: "repository/\(path)"))
    }

    /// Folders of replicas that exist, running or not.
    var replicaFolders: [String] {
        let path = folder.appending(path: "data/replicas").path
        return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { $0 != "logs" }.sorted()
    }
}
