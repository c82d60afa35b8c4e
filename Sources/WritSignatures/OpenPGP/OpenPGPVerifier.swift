// Runs `gpgv`, which does the OpenPGP of Writ, in a folder of its own with nothing of the machine's settings.
import Foundation
import Glibc
import Subprocess
import SystemPackage
import WritVocabulary

/// Where `gpgv` is and where it may put its files. Arguments never come from a repository.
public struct OpenPGPVerifier: Hashable, Sendable {
    /// A path or a name looked up in the usual folders.
    public var program: String
    /// An existing folder; a new one is made in it for each signature and removed.
    public var temporaryFolder: String
    public var deadline: TimeSpan

    public init(program: String = "/usr/bin/gpgv", temporaryFolder: String? = nil, deadline: TimeSpan? = nil) {
        self.program = program
        self.temporaryFolder = temporaryFolder ?? FileManager.default.temporaryDirectory.path
        self.deadline = deadline ?? SignatureLimits.verifierDeadline
    }

    /// What it wrote on its status descriptor, whatever the verdict. Throws when it gave none.
    func output(
        payload: [UInt8], signature: [UInt8], keyrings: [[UInt8]]
    ) async throws(SignatureFailure) -> String {
        let folder = try newFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var arguments = ["--homedir", folder, "--status-fd", "1"]
        for (index, keyring) in keyrings.enumerated() {
            let path = "\(folder)/keyring-\(index).gpg"
            try write(keyring, to: path)
            arguments += ["--keyring", path]
        }
        try write(signature, to: "\(folder)/signature")
        try write(payload, to: "\(folder)/payload")
        arguments += ["--", "\(folder)/signature", "\(folder)/payload"]
        return try await run(arguments, home: folder)
    }

    private enum Outcome: Sendable {
        case ended(String)
        case failed(String)
        case deadlinePassed
    }

    private func run(_ arguments: [String], home: String) async throws(SignatureFailure) -> String {
        let outcome = await withTaskGroup(of: Outcome.self) { group in
            group.addTask { await execute(arguments, home: home) }
            group.addTask {
                // Ends early when the verifier has ended first, and then nobody asks.
                try? await Task.sleep(for: .milliseconds(deadline.milliseconds))
                return .deadlinePassed
            }
            defer { group.cancelAll() }
            // Leaving the group waits for the process to be gone: its cancellation kills the group and reaps it.
            return await group.next() ?? .deadlinePassed
        }
        switch outcome {
        case .ended(let output): return output
        case .failed(let reason):
            throw .program(
                "\(program) cannot be run: \(reason). Install gpgv.", retry: .stalled)
        case .deadlinePassed where Task.isCancelled:
            throw .program("\(program) was interrupted before its verdict.", retry: .transient)
        case .deadlinePassed:
            throw .program("\(program) gave no verdict within \(deadline), so it was ended.", retry: .transient)
        }
    }

    private func execute(_ arguments: [String], home: String) async -> Outcome {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)]
        do {
            let result = try await Subprocess.run(
                program.contains("/") ? .path(FilePath(program)) : .name(program),
                arguments: Arguments(arguments),
                environment: .custom(["HOME": home, "GNUPGHOME": home, "LC_ALL": "C", "PATH": "/usr/bin:/bin"]),
                workingDirectory: FilePath(home), platformOptions: options, input: .none,
                output: .string(limit: SignatureLimits.statusBytesMaximum, encoding: UTF8.self), error: .discarded)
            return .ended(result.standardOutput)
        } catch {
            return .failed("\(error)")
        }
    }

    private func newFolder() throws(SignatureFailure) -> String {
        var name = Array("\(temporaryFolder)/writ-gpgv-XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else {
            throw .program(
                "No folder for gpgv can be made in \(temporaryFolder): \(String(cString: strerror(errno))).",
                retry: .stalled)
        }
        return String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func write(_ bytes: [UInt8], to path: String) throws(SignatureFailure) {
        guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
            throw .program("Nothing can be written to \(path) for gpgv; is the disk full?", retry: .stalled)
        }
    }
}
