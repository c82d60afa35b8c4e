// Random commits and random lines of signers, put to git and ssh-keygen as well: what Writ accepts, they accept.
import Foundation
import Testing
import WritVocabulary

@testable import WritSignatures

struct DifferentialTests {
    static let key = try? SigningKey(seed: SigningKeyTests.seed)

    /// Headers that follow the committer: honest, odd and hostile.
    static let soup = [
        "encoding UTF-8\n", "encoding\n", "mergetag object x\n type commit\n \n text\n", "x y\n", "x \n", " more\n",
        "gpgsig-sha256 x\n y\n", "gpgsigx\n", "gpgsig\n", "author M <m@example.com> 1 +0000\n", "change-id z\n", "\t\n",
        "parent 0\n", "x:y z\n", "é ü\n", "gpgsi g\n", "HEAD x\r\n",
    ]

    /// What git leaves out when it builds the payload: every header that begins with gpgsig.
    static func payload(_ headers: [String], _ base: [UInt8]) -> [UInt8] {
        var kept = ""
        var isDropped = false
        for line in headers.joined().split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if !line.hasPrefix(" ") { isDropped = line.hasPrefix("gpgsig") }
            if !isDropped { kept += line + "\n" }
        }
        return inserting(kept, into: base)
    }

    @Test("random commits: Writ accepts none that git refuses", arguments: 0..<4)
    func commits(seed: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let repository = try await CommitRepository(SignatureSandbox())
        let key = try #require(Self.key)
        let signers = "alice@example.com \(key.publicKey.line)\n"
        var accepted = 0
        for round in 0..<25 {
            let base = repository.unsigned("round \(round)\n\ngpgsig in the message\n")
            var headers = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                Self.soup.randomElement(using: &generator) ?? ""
            }
            let armored = Array(try key.sign(Self.payload(headers, base), namespace: "git").utf8)
            headers.insert(header(armored), at: Int.random(in: 0...headers.count, using: &generator))
            var raw = inserting(headers.joined(), into: base)
            if Int.random(in: 0..<6, using: &generator) == 0 {
                raw[Int.random(in: raw.indices, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            }
            let id = try await repository.store(raw)
            let verdict = try await repository.verdict(raw, id, signers: signers)
            guard verdict.person != nil else { continue }
            accepted += 1
            #expect(try await repository.gitAccepts(id, signers: signers), "\(String(decoding: raw, as: UTF8.self))")
        }
        #expect(accepted >= 3)
    }

    /// Pieces of a line of `allowed_signers`; KEY and OTHER are keys.
    static let pieces = [
        " ", " ", " ", "\t", ",", "\"", "KEY", "KEY", "OTHER", "alice@example.com", "alice@*", "!bob@example.com", "#",
        "namespaces=\"git\"", "namespaces=\"file\"", "namespaces=\"g*\"", "NAMESPACES=\"git\"", "namespaces=git",
        "valid-after=\"20260101Z\"", "valid-before=\"20260101Z\"", "valid-after=\"20260101\"",
        "valid-before=\"20270101Z\"",
        "valid-after=\"20269901Z\"", "cert-authority", "nonsense", "\r", "\\", "ssh-ed25519", "AAAA",
    ]

    static func line(_ generator: inout SeededGenerator) -> String {
        // Half of the lines begin as they should, so that some are good.
        var parts = Bool.random(using: &generator) ? ["alice@example.com", " "] : []
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
            parts.append(pieces.randomElement(using: &generator) ?? "")
        }
        if Bool.random(using: &generator) { parts += [" ", "KEY"] }
        return parts.joined()
    }

    @Test("random allowed signers: Writ accepts no line that ssh-keygen refuses", arguments: 0..<4)
    func signers(seed: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(seed) + 100)
        let sandbox = try SignatureSandbox()
        let key = try #require(Self.key)
        let other = try SigningKey(seed: Array(SigningKeyTests.seed.reversed())).publicKey.line
        let message = Array("m".utf8)
        let signature = Array(try key.sign(message, namespace: "git").utf8)
        var accepted = 0
        for _ in 0..<250 {
            let signers =
                Self.line(&generator).replacing("KEY", with: key.publicKey.line).replacing("OTHER", with: other)
                + "\n"
            let verdict = try? SignatureTrust(signers).authenticity(
                of: message, signature: signature, namespace: "git", at: [time("2026-06-15T00:00:00")])
            guard let person = verdict?.person else { continue }
            accepted += 1
            let accepts = try await sandbox.keygenAccepts(
                message, signature, namespace: "git", signers: signers, principal: person.text, time: "20260615000000Z")
            #expect(accepts, "\(signers)")
        }
        #expect(accepted >= 10)
    }
}
