// Whether a delivery proves that it knows the secret: the forges' own vectors, openssl, and forgeries.
import Crypto
import Foundation
import Testing

@testable import WritServer

/// Signs as a forge does, apart from the code under test: with openssl.
enum Signer {
    static func digits(_ body: [UInt8], secret: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        let key = secret.utf8.map { String(format: "%02x", $0) }.joined()
        process.arguments = ["dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:\(key)"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: body)
        try input.fileHandleForWriting.close()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return String(text.split(separator: " ").last ?? "").trimmingCharacters(in: .newlines)
    }

    static func headers(_ kind: WebhookKind, _ body: [UInt8], secret: String) throws -> [String: String] {
        switch kind {
        case .github: ["x-hub-signature-256": "sha256=\(try digits(body, secret: secret))"]
        case .gitlab: ["x-gitlab-token": secret]
        case .gitea: ["x-gitea-signature": try digits(body, secret: secret)]
        }
    }
}

struct WebhookProofTests {
    let secret = "It's a Secret to Everybody"
    let body = Array("Hello, World!".utf8)

    private func holds(_ kind: WebhookKind, _ headers: [String: String], secret: String? = nil, _ body: [UInt8]) -> Bool
    {
        WebhookProof(kind) { headers[$0] }?.holds(secret: secret ?? self.secret, body: body) ?? false
    }

    @Test("GitHub's documented example is genuine")
    func documented() {
        let signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
        #expect(holds(.github, ["x-hub-signature-256": signature], body))
        #expect(!holds(.github, ["x-hub-signature-256": signature], body + [0x0A]))
        #expect(!holds(.github, ["x-hub-signature-256": signature], secret: secret + "!", body))
    }

    @Test("what openssl signs is genuine, and nothing near it is", arguments: WebhookKind.allCases)
    func signed(kind: WebhookKind) throws {
        let headers = try Signer.headers(kind, body, secret: secret)
        #expect(holds(kind, headers, body))
        let (name, value) = try #require(headers.first)
        var forged = [
            "", " ", "sha256=", value + "0", String(value.dropLast()), "sha256=" + value, "sha1=" + value.suffix(40),
            String(repeating: "0", count: 64), "sha256=" + String(repeating: "0", count: 64), value + ", " + value,
            String(value.reversed()), "\u{FF10}" + value.dropFirst(),
        ]
        var characters = Array(value)
        for index in characters.indices.suffix(20) {
            let old = characters[index]
            characters[index] = old == "0" ? "1" : "0"
            forged.append(String(characters))
            characters[index] = old
        }
        for text in forged { #expect(!holds(kind, [name: text], body), "\(text)") }
        #expect(!holds(kind, [:], body))
        if kind != .gitlab { #expect(!holds(kind, headers, body + body)) }
    }

    @Test("digits of either case, and both names Gitea and Forgejo give the header")
    func names() throws {
        let digits = try Signer.digits(body, secret: secret)
        #expect(holds(.gitea, ["x-forgejo-signature": digits], body))
        #expect(holds(.gitea, ["x-gitea-signature": digits, "x-forgejo-signature": digits], body))
        #expect(holds(.gitea, ["x-gitea-signature": digits.uppercased()], body))
        let zeros = String(repeating: "0", count: 64)
        #expect(!holds(.gitea, ["x-gitea-signature": digits, "x-forgejo-signature": zeros], body))
        #expect(!holds(.github, ["x-gitea-signature": digits], body), "another forge's header proves nothing")
    }

    @Test("an empty or short secret is proved by nothing", arguments: WebhookKind.allCases)
    func emptySecret(kind: WebhookKind) throws {
        for short in ["", "fifteen letters"] {
            let signed = try Signer.headers(kind, body, secret: "x" + short)
            #expect(!holds(kind, signed, secret: short, body))
            let own = kind == .gitlab ? ["x-gitlab-token": short] : [:]
            #expect(!holds(kind, own, secret: short, body))
        }
    }

    @Test("a delivery is known again by its id and by its body, and the oldest are forgotten")
    func memory() {
        var memory = WebhookMemory(capacity: 3)
        func hear(_ id: String?, _ byte: UInt8) -> Bool { memory.insert(id: id, body: [byte]) }
        #expect(hear("1", 1))
        #expect(!hear("1", 2), "the same id with another body")
        #expect(!hear("9", 1), "the same body under another id: the id is not signed")
        for index in UInt8(3)...40 { #expect(hear("\(index)-th", index)) }
        #expect(memory.count <= 6)
        #expect(hear("1", 1), "what is long gone is new")
        #expect(hear(nil, 77))
        #expect(!hear(nil, 77))
    }
}
