// A real deployment for capsules: a signed log on disk, a Git repository, SSH keys, approvals and attestations.
import Crypto
import Foundation
import WritAttestations
import WritPlanner
import WritVocabulary

@testable import WritAudit
@testable import WritLedger

/// What a test wants to be different.
struct CapsuleWish: Sendable {
    /// Ends the author's key before the commit.
    var isAuthorExpired = false
    /// The approval is of another base.
    var isApprovalOfAnotherBase = false
    /// The approval names another digest for the version.
    var isApprovalOfAnotherVersion = false
    /// The approver signs in Git's namespace.
    var approvalNamespace = ApprovalStatement.namespace
    /// Somebody else's key signs in the approver's name.
    var approvalKey = "anna"
    /// The attestations are about other files.
    var isAttestedElsewhere = false
    /// The review says the change moved the pin to another version.
    var movesTo = 8
    /// After the change another version serves, then this one again, and no policy judged either.
    var servesAgainUnjudged = false
}

/// One test's folder and everything in it; removed at the end.
final class CapsuleFixture: Sendable {
    static let origin = "writ.example/prod"
    static let start = Timestamp("2026-06-15T10:00:00.000Z")!
    static let endpoint = ResourceName("live")!
    static let model = ResourceName("flight-time")!
    static let version = VersionID(model, 8)
    static let deployment = DeploymentID("live-1f2e3d4c5b6a")!

    let folder: String
    let wish: CapsuleWish

    init(_ wish: CapsuleWish = CapsuleWish()) throws {
        self.wish = wish
        folder =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("writ-capsule-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(atPath: folder + "/repo", withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    struct ProgramFailed: Error { var words: String }

    /// Runs a program to its end and returns what it printed; nothing of this process is inherited.
    @discardableResult
    func run(_ program: String, _ arguments: [String], in place: String? = nil, mustSucceed: Bool = true) throws
        -> (code: Int32, output: [UInt8])
    {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.currentDirectoryURL = URL(filePath: place ?? folder)
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder, "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "PYTHONDONTWRITEBYTECODE": "1",
            "GIT_AUTHOR_DATE": "\(Self.start.milliseconds / 1000 + 3600) +0000",
            "GIT_COMMITTER_DATE": "\(Self.start.milliseconds / 1000 + 3600) +0000",
        ]
        let path = folder + "/out-\(UUID().uuidString)"
        try Data().write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let output = try FileHandle(forWritingTo: URL(filePath: path))
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        process.waitUntilExit()
        try output.close()
        let bytes = Array(try Data(contentsOf: URL(filePath: path)))
        guard !mustSucceed || process.terminationStatus == 0 else {
            throw ProgramFailed(words: "\(program) \(arguments): \(String(decoding: bytes, as: UTF8.self))")
        }
        return (process.terminationStatus, bytes)
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        let path = folder + "/" + name
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: path))
    }

    // MARK: - Keys and Git

    /// The public line of a new key: `type base64`.
    func newKey(_ name: String) throws -> String {
        try run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", name])
        let line = try String(contentsOfFile: folder + "/\(name).pub", encoding: .utf8)
        return line.split(separator: " ").prefix(2).joined(separator: " ").trimmingCharacters(in: .newlines)
    }

    func fingerprint(_ name: String) throws -> String {
        let line = try String(contentsOfFile: folder + "/\(name).pub", encoding: .utf8)
        let blob = Data(base64Encoded: line.split(separator: " ")[1].trimmingCharacters(in: .newlines)) ?? Data()
        let digest = Data(SHA256.hash(data: blob)).base64EncodedString()
        return "SHA256:" + digest.trimmingCharacters(in: CharacterSet(charactersIn: "="))
    }

    @discardableResult
    func git(_ arguments: String...) throws -> String {
        let settings = [
            "-c", "user.name=Ben Example", "-c", "user.email=ben@example.com", "-c", "gpg.format=ssh", "-c",
            "user.signingkey=\(folder)/ben",
        ]
        let answer = try run("git", settings + arguments, in: folder + "/repo")
        return String(decoding: answer.output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// An object of the repository; nil where there is none.
    func object(_ id: String) throws -> AuditCapsule.Object? {
        let kind = try run("git", ["cat-file", "-t", id], in: folder + "/repo", mustSucceed: false)
        guard kind.code == 0 else { return nil }
        let name = String(decoding: kind.output, as: UTF8.self).trimmingCharacters(in: .newlines)
        return AuditCapsule.Object(
            kind: name, bytes: try run("git", ["cat-file", name, id], in: folder + "/repo").output)
    }

    /// An armored signature by ssh-keygen.
    func sign(_ message: [UInt8], as name: String, namespace: String) throws -> String {
        try write(message, to: "message")
        try? FileManager.default.removeItem(atPath: folder + "/message.sig")
        try run("ssh-keygen", ["-q", "-Y", "sign", "-n", namespace, "-f", name, "message"])
        return try String(contentsOfFile: folder + "/message.sig", encoding: .utf8)
    }
}

func somebody(_ name: String) -> Person { Person("\(name)@example.com")! }
