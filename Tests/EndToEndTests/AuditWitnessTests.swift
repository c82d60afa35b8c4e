// Others watch the ledger: a witness cosigns its heads, and a new key takes over under everybody's eyes.
import Foundation
import Testing

@Suite(.serialized)
struct AuditWitnessTests {
    @Test("a witness cosigns the heads; after the key is rotated the ledger is read with the old one and the new")
    func witnessed() async throws {
        let workshop = try Workshop()
        try workshop.commitSmallLife(version: nil)
        // The first reconcile makes the key that the witness is to know.
        #expect(try workshop.writ("reconcile", "--timeout", "2m").code == 0)
        let old = try key(workshop)
        let witness = try Witness(workshop, of: old)
        defer { witness.end() }
        try await workshop.wait(for: "the witness") { witness.key != nil }
        let cosigner = try #require(witness.key)
        let policy = workshop.path("witnesses.policy")
        try Data("log \(old)\nwitness first \(cosigner) \(witness.url)\nquorum first\n".utf8).write(
            to: URL(filePath: policy))
        try workshop.configure("audit: {witnesses: {policy: \(policy), every: 1s}}")
        try workshop.serve()
        let first = try await cosigned(workshop, beyond: 0, old, cosigner)
        try workshop.audit("verify", "--policy", policy)

        try workshop.killController()
        try workshop.writ("key", "rotate", "ledger", "--reason", "as every year").expectSuccess()
        let new = try key(workshop)
        #expect(new != old)
        try bothKeys(workshop, old, new)
        try workshop.serve()
        try await workshop.waitUntilReady("model", "mean")
        try workshop.write("data/one.csv", "x\n4\n5\n6\n")
        try workshop.commit("other rows")
        try await workshop.wait(for: "version 2") {
            try workshop.writ("get", "versions", "mean").text.contains("mean:2")
        }
        _ = try await cosigned(workshop, beyond: first, new, cosigner)
        try bothKeys(workshop, old, new)
        try workshop.audit("verify", "--policy", policy)
        let log = try workshop.writ("audit", "log", "--limit", "500").text
        #expect(log.contains("as every year"), "\(log)")
        #expect(try workshop.audit("verify", "--known", workshop.path("data/ledger/checkpoint.witnessed")) != "")
    }

    private func key(_ workshop: Workshop) throws -> String {
        let found = try workshop.audit("verify", "--format", "json").firstMatch(of: /"key" : "([^"]+)"/)
        return String(try #require(found).1)
    }

    private func bothKeys(_ workshop: Workshop, _ old: String, _ new: String) throws {
        for key in [old, new] { #expect(try workshop.audit("verify", "--key", key).contains("intact")) }
        let other = "\(old.dropLast(4))AAA="
        #expect(try workshop.writ("audit", "verify", "--key", other).code != 0, "and with no other")
    }

    /// Waits for a cosigned head of more entries, and has it read by a program that is not Writ; returns its size.
    private func cosigned(_ workshop: Workshop, beyond size: Int, _ keys: String...) async throws -> Int {
        let file = workshop.path("data/ledger/checkpoint.witnessed")
        func head() -> Int {
            let lines = (try? String(contentsOfFile: file, encoding: .utf8))?.split(separator: "\n") ?? []
            return lines.count > 1 ? Int(lines[1]) ?? 0 : 0
        }
        try await workshop.wait(for: "a cosigned head beyond \(size)") { head() > size }
        let script = Workshop.package.appending(path: "Tests/Verifiers/tlog.py").path
        let said = try workshop.run(
            "/usr/bin/python3", [script, "head", workshop.path("data/ledger"), "checkpoint.witnessed"] + keys)
        #expect(said.code == 0, "\(said.text)\(said.errors)")
        return head()
    }

    /// `writ witness` in a folder of its own; its process ends with the test.
    private final class Witness {
        let url: String
        private let process = Process()
        private let output: URL

        init(_ workshop: Workshop, of log: String) throws {
            let port = try Workshop.freePort()
            url = "http://127.0.0.1:\(port)"
            output = URL(filePath: workshop.path("witness.out"))
            try Data().write(to: output)
            process.executableURL = URL(filePath: Workshop.program)
            process.arguments = [
                "witness", "--folder", workshop.path("witness"), "--name", "witness.example/first", "--log", log,
                "--listen", "127.0.0.1:\(port)",
            ]
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = try FileHandle(forWritingTo: output)
            process.standardError = FileHandle.nullDevice
            try process.run()
        }

        /// Its public key, once it listens.
        var key: String? {
            guard let text = try? String(contentsOf: output, encoding: .utf8), text.contains("listens") else {
                return nil
            }
            return text.firstMatch(of: /witness +(\S+)/).map { String($0.1) }
        }

        func end() {
            guard process.isRunning else { return }
            process.terminate()
            process.waitUntilExit()
        }
    }
}
