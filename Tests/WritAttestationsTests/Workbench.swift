// A folder of one test's own, the programs that are not ours, and blobs in memory.
import Foundation
import Synchronization
import Testing
import WritBackends
import WritVocabulary

@testable import WritAttestations

final class Workbench: Sendable {
    let folder: String

    init() throws {
        folder =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("writ-attest-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    struct Failed: Error, CustomStringConvertible { var description: String }

    /// Where `scripts/setup tests` puts the verifiers.
    static let verifiers = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent(".tools/verifiers/bin").path

    /// Runs a program to its end in the folder; it inherits nothing of this process.
    func ask(_ program: String, _ arguments: [String]) throws -> (code: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.currentDirectoryURL = URL(filePath: folder)
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder, "LC_ALL": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
        ]
        let path = folder + ".out-\(UUID().uuidString.prefix(8))"
        guard FileManager.default.createFile(atPath: path, contents: nil) else { throw Failed(description: path) }
        defer { try? FileManager.default.removeItem(atPath: path) }
        let output = try FileHandle(forWritingTo: URL(filePath: path))
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        process.waitUntilExit()
        try output.close()
        return (process.terminationStatus, String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self))
    }

    @discardableResult
    func must(_ program: String, _ arguments: [String]) throws -> String {
        let answer = try ask(program, arguments)
        guard answer.code == 0 else {
            throw Failed(description: "\(program) \(arguments.joined(separator: " ")): \(answer.output)")
        }
        return answer.output
    }

    /// Runs a few lines of Python among the verifiers; `arguments` are `sys.argv[1:]`.
    func python(_ script: String, _ arguments: [String] = []) throws -> (code: Int32, output: String) {
        try ask(Self.verifiers + "/python", ["-c", script] + arguments)
    }

    @discardableResult
    func write(_ bytes: [UInt8], to name: String, mode: Int = 0o644) throws -> String {
        let path = "\(folder)/\(name)"
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    @discardableResult
    func write(_ text: String, to name: String, mode: Int = 0o644) throws -> String {
        try write(Array(text.utf8), to: name, mode: mode)
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) }
}

/// Blobs in memory.
final class MemoryBlobs: BlobStore {
    private let content = Mutex<[Digest: [UInt8]]>([:])
    struct Absent: Error {}

    func put(_ bytes: [UInt8]) throws -> Digest {
        let digest = Digest(of: bytes)
        content.withLock { $0[digest] = bytes }
        return digest
    }

    /// Bytes under a digest that is not theirs.
    func forge(_ digest: Digest, _ bytes: [UInt8]) { content.withLock { $0[digest] = bytes } }

    func read(_ digest: Digest, limit: Int) throws -> [UInt8] {
        guard let bytes = content.withLock({ $0[digest] }), bytes.count <= limit else { throw Absent() }
        return bytes
    }

    func verify(_ digest: Digest) throws -> Int64 { Int64(try read(digest, limit: .max).count) }
    func ingest(file path: String) throws -> (digest: Digest, size: Int64) { throw Absent() }
    func writer() throws -> any BlobWriter { throw Absent() }
    func path(of digest: Digest) -> String? { nil }
}

extension AttestationSigner {
    /// A key of the tests, by number.
    static func numbered(_ number: UInt8) throws -> AttestationSigner {
        try #require(AttestationSigner(seed: [UInt8](repeating: number, count: 32)))
    }
}
