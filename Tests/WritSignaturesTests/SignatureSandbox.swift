// A folder with real keys, a real repository and the real programs, untouched by the machine's configuration.
import Foundation
import Subprocess
import SystemPackage
import Testing
import WritVocabulary

@testable import WritSignatures

/// One test's own folder, removed at the end.
final class SignatureSandbox: Sendable {
    let folder: String

    init() throws {
        folder =
            FileManager.default.temporaryDirectory.appendingPathComponent("writ-sig-\(UUID().uuidString.prefix(8))")
            .path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    struct Answer: Sendable {
        let isSuccess: Bool
        let output: String
        let complaint: String
    }

    struct SandboxError: Error, CustomStringConvertible { var description: String }

    /// Runs a program in the folder; its verdict is the caller's to judge.
    func ask(_ program: String, _ arguments: [String], input: [UInt8] = []) async throws -> Answer {
        let environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder, "LC_ALL": "C",
            "TZ": "UTC", "GNUPGHOME": folder + "/gnupg", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
        ]
        // From a file: a program that ends before it has read would end the tests with SIGPIPE.
        let path = try write(input, to: "\(UUID().uuidString).input")
        let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        let result = try await run(
            .name(program), arguments: Arguments(arguments),
            environment: .custom(
                Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0), $1) })),
            workingDirectory: FilePath(folder), input: .fileDescriptor(file, closeAfterSpawningProcess: true),
            output: .string(limit: 4 << 20),
            error: .string(limit: 1 << 20))
        return Answer(
            isSuccess: result.terminationStatus.isSuccess, output: result.standardOutput,
            complaint: result.standardError)
    }

    /// Runs a program that must succeed, and returns what it printed.
    @discardableResult
    func must(_ program: String, _ arguments: [String], input: [UInt8] = []) async throws -> String {
        let answer = try await ask(program, arguments, input: input)
        guard answer.isSuccess else {
            throw SandboxError(description: "\(program) \(arguments.joined(separator: " ")): \(answer.complaint)")
        }
        return answer.output
    }

    @discardableResult
    func write(_ bytes: [UInt8], to name: String, mode: Int = 0o600) throws -> String {
        let path = folder + "/" + name
        try Data(bytes).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String { try write(Array(text.utf8), to: name) }

    // MARK: - SSH keys

    /// Makes a key with ssh-keygen and returns its public line, `type base64`.
    func newKey(_ name: String, _ options: [String] = ["-t", "ed25519"]) async throws -> String {
        try await must("ssh-keygen", ["-q", "-N", "", "-C", "", "-f", name] + options)
        let line = try String(contentsOfFile: folder + "/\(name).pub", encoding: .utf8)
        return line.split(separator: " ").prefix(2).joined(separator: " ").trimmingCharacters(in: .newlines)
    }

    /// What `ssh-keygen -Y sign` says.
    func sign(_ message: [UInt8], with key: String, namespace: String, hash: String = "sha512") async throws -> [UInt8]
    {
        Array(
            try await must(
                "ssh-keygen", ["-q", "-Y", "sign", "-n", namespace, "-O", "hashalg=\(hash)", "-f", key], input: message
            ).utf8)
    }

    /// Whether `ssh-keygen -Y verify` accepts.
    func keygenAccepts(
        _ message: [UInt8], _ signature: [UInt8], namespace: String, signers: String,
        principal: String = "alice@example.com", time: String? = nil, revoked: String? = nil
    ) async throws -> Bool {
        let id = UUID().uuidString
        let arguments =
            [
                "-Y", "verify", "-n", namespace, "-I", principal, "-f", try write(signers, to: "\(id).signers"), "-s",
                try write(signature, to: "\(id).sig"),
            ] + (time.map { ["-O", "verify-time=\($0)"] } ?? [])
            + (try revoked.map { ["-r", try write($0, to: "\(id).revoked")] } ?? [])
        return try await ask("ssh-keygen", arguments, input: message).isSuccess
    }
}

/// Kinds of key ssh-keygen makes without hardware, and how.
struct KeyRecipe: Sendable, CustomTestStringConvertible {
    let name: String
    let options: [String]
    var testDescription: String { name }

    static let all = [
        KeyRecipe(name: "ed25519", options: ["-t", "ed25519"]),
        KeyRecipe(name: "ecdsa-256", options: ["-t", "ecdsa", "-b", "256"]),
        KeyRecipe(name: "ecdsa-384", options: ["-t", "ecdsa", "-b", "384"]),
        KeyRecipe(name: "ecdsa-521", options: ["-t", "ecdsa", "-b", "521"]),
        KeyRecipe(name: "rsa-2048", options: ["-t", "rsa", "-b", "2048"]),
        KeyRecipe(name: "rsa-3072", options: ["-t", "rsa", "-b", "3072"]),
    ]
}

func person(_ name: String) -> Person { Person("\(name)@example.com")! }

func time(_ text: String) -> Timestamp { Timestamp("\(text).000Z")! }

extension Authenticity {
    var reason: String? {
        if case .refused(let reason) = self { reason } else { nil }
    }
}

extension SignatureTrust {
    /// One `allowed_signers` and perhaps one list of revoked keys.
    init(_ signers: String, revoked: String? = nil) throws {
        try self.init(
            signers: [TrustFile(name: "allowed_signers", bytes: Array(signers.utf8))],
            revoked: revoked.map { [TrustFile(name: "revoked", bytes: Array($0.utf8))] } ?? [])
    }
}

/// SplitMix64: the same course on every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
