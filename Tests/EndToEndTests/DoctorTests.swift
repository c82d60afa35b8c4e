// `writ doctor` looks at all the operator's file names, says what to do, shows no secret and waits for nobody long.
import Foundation
import Testing

@Suite(.serialized)
struct DoctorTests {
    private let workshop: Workshop
    private let forge: ForgeServer

    init() throws {
        workshop = try Workshop()
        forge = try ForgeServer(workshop)
        try workshop.beginGoverning(["alice"])
        try workshop.commitSmallLife()
        try workshop.git("push", "-q", "origin", "main")
    }

    private struct Finding: Decodable, Equatable {
        var name: String
        var verdict: String
        var message: String
        var remedy: String?
    }

    @Test("forge, secrets, webhooks, engines and witnesses are rows of their own, and fine where they are fine")
    func fine() throws {
        try configure(token: "token-of-a-robot", engine: "command: [\(workshop.path("engine.sh"))]")
        try write("engine.sh", "#!/bin/sh\n", mode: 0o700)
        let found = try doctor()
        for name in ["forge", "forge token", "webhook secret", "webhooks", "engine mine", "commit key", "repository"] {
            #expect(found[name]?.verdict == "ok", "\(name): \(String(describing: found[name]))")
        }
        let forge = try #require(found["forge"])
        #expect(forge.message.contains("ml/models") && forge.message.contains("writ-bot"), "\(forge)")
    }

    @Test("a token that is refused, a secret others can read and an engine that is gone each say what to do")
    func wrong() throws {
        try configure(token: "another-token-nobody-may-see", engine: "command: [/nowhere/opa]", mode: 0o644)
        let output = try run()
        #expect(output.code == 1)
        #expect(!output.text.contains("another-token-nobody-may-see") && !output.text.contains("hook-secret-of-us"))
        let found = try findings(output)
        #expect(found["forge"]?.verdict == "fail" && found["forge"]?.message.contains("401") == true)
        #expect(found["forge"]?.remedy?.contains("forge.token") == true)
        #expect(found["forge token"]?.verdict == "warn")
        #expect(found["forge token"]?.remedy == "chmod 600 \(workshop.path("token"))")
        let engine = try #require(found["engine mine"])
        #expect(engine.verdict == "fail" && engine.remedy?.contains("engines.mine") == true, "\(engine)")
        let rows = try workshop.writ("doctor", "--config", workshop.path("writ.yaml")).text
        #expect(rows.contains("engine mine") && rows.contains("; do: "), "\(rows)")
    }

    @Test("whoever does not answer is waited for a few seconds, all at once")
    func silent() throws {
        let listener = try SilentListener()
        defer { listener.stop() }
        let url = "http://user:pass-word@127.0.0.1:\(listener.port)/v1?key=k"
        try configure(token: "token-of-a-robot", engine: "url: \"\(url)\"")
        try write("policy", "witness slow \(Self.witness) http://127.0.0.1:\(listener.port)\nquorum none\n")
        let began = ContinuousClock.now
        let output = try run()
        // Five seconds each; the rest is for a busy machine.
        #expect(ContinuousClock.now - began < .seconds(60))
        let found = try findings(output)
        #expect(found["engine mine"]?.verdict == "fail", "\(output.text)")
        #expect(found["engine mine"]?.message.contains("http://127.0.0.1:\(listener.port)/v1:") == true)
        #expect(!output.text.contains("pass-word") && !output.text.contains("key=k"))
        let witness = found.values.first { $0.name.hasPrefix("witness") }
        #expect(witness.map { $0.verdict != "ok" } == true, "\(output.text)")
    }

    private static let witness = "witness.example/slow+145488da+BCzvfbEtce7rc6FN0IOSP3aRyUtMOnj35meFZovgOs3G"

    private func configure(token: String, engine: String, mode: Int = 0o600) throws {
        try write("token", token + "\n", mode: mode)
        try write("secret", "hook-secret-of-us\n", mode: mode)
        let text = try String(contentsOfFile: workshop.path("writ.yaml"), encoding: .utf8)
        try write(
            "writ.yaml",
            text + """
                forge: {kind: gitea, url: "http://127.0.0.1:\(forge.port)", repository: ml/models, token: {file: token}}
                webhooks: {listen: "127.0.0.1:\(try Workshop.freePort())", secret: {file: secret}}
                engines: {mine: {\(engine)}}
                audit: {witnesses: {policy: policy}}

                """)
        try write("policy", "quorum none\n")
        try forge.open("main", by: "alice-gh", "to wait until the forge answers")
    }

    private func write(_ name: String, _ text: String, mode: Int = 0o600) throws {
        try Data(text.utf8).write(to: URL(filePath: workshop.path(name)))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: workshop.path(name))
    }

    private func run() throws -> Workshop.Output {
        try workshop.writ("doctor", "--format", "json", "--config", workshop.path("writ.yaml"))
    }

    private func findings(_ output: Workshop.Output) throws -> [String: Finding] {
        let list = try JSONDecoder().decode([Finding].self, from: Data(output.text.utf8))
        #expect(list.allSatisfy { $0.verdict == "ok" || $0.remedy?.isEmpty == false }, "each says what to do")
        return Dictionary(list.map { ($0.name, $0) }) { first, _ in first }
    }

    private func doctor() throws -> [String: Finding] { try findings(run()) }
}

/// Takes connections and never says a word.
private struct SilentListener {
    let port: Int
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = descriptor
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        try #require(code)
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    func stop() { close(descriptor) }
}
