// Starts the fetching process, waits no longer than the deadline, and leaves nothing of it behind.
import Foundation
import Glibc
import Subprocess
import SystemPackage
import WritVocabulary

/// One fetch in a process group of its own.
struct FetchProcess {
    let executable: String
    let environment: [String: String]

    /// Variables that go through beside the secrets: how to reach a proxy, and how the dynamic linker finds the
    /// libraries.
    private static let passedVariables = [
        "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "LD_LIBRARY_PATH",
    ]

    func run(_ request: FetchRequest) async throws -> FetchAnswer {
        let outcome = try await withThrowingTaskGroup(of: Outcome.self) { group in
            group.addTask { try await exchange(request) }
            group.addTask {
                try await Task.sleep(for: .milliseconds(request.deadline.milliseconds))
                return .deadlinePassed
            }
            defer { group.cancelAll() }
            // Leaving the group waits for the process to be gone: its cancellation kills the group and reaps it.
            return try await group.next() ?? .deadlinePassed
        }
        switch outcome {
        case .deadlinePassed:
            throw SourceFailure.fetch(
                "fetch-deadline",
                "\(request.remote) gave no answer within \(request.deadline), so the fetch was ended. Check the network and the "
                    + "server, or raise the fetch deadline.")
        case .reply(let bytes, let complaint, let ending):
            return try answer(bytes, complaint, ending)
        }
    }

    private enum Outcome: Sendable {
        case reply([UInt8], complaint: String, ending: String)
        case deadlinePassed
    }

    private func exchange(_ request: FetchRequest) async throws -> Outcome {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)]
        let input = try requestFile(request)
        do {
            let result = try await Subprocess.run(
                .path(FilePath(executable)), arguments: ["internal-fetch"],
                environment: .custom(childEnvironment(request)),
                platformOptions: options, input: .fileDescriptor(input, closeAfterSpawningProcess: true),
                output: .bytes(limit: SourceLimits.fetchAnswerBytesMaximum),
                error: .string(limit: SourceLimits.fetchComplaintBytesMaximum, encoding: UTF8.self))
            return .reply(result.standardOutput, complaint: result.standardError, ending: "\(result.terminationStatus)")
        } catch let error as SubprocessError {
            throw SourceFailure.fetch(
                "fetch-process", "The fetching process \(executable) cannot be run: \(Redaction.redact("\(error)")).")
        }
    }

    /// The request in a nameless file, read from its start. Writing it to a pipe would end Writ itself (SIGPIPE) should
    /// the process be gone before it has read.
    private func requestFile(_ request: FetchRequest) throws -> FileDescriptor {
        var name = Array("\(request.mirror)/writ-request-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else {
            throw SourceFailure.folder(
                "Nothing can be written to \(request.mirror): \(String(cString: strerror(errno))).")
        }
        unlink(name)
        let file = FileDescriptor(rawValue: descriptor)
        do {
            _ = try file.writeAll(toAbsoluteOffset: 0, Canonical.encode(request))
            return file
        } catch {
            try file.close()
            throw SourceFailure.folder("The request to fetch cannot be written to \(request.mirror): \(error).")
        }
    }

    private func childEnvironment(_ request: FetchRequest) -> [Subprocess.Environment.Key: String] {
        var variables = ["HOME": request.home, "LANG": "C.UTF-8"]
        for name in FetchProcess.passedVariables + request.secretVariables { variables[name] = environment[name] }
        return Dictionary(
            uniqueKeysWithValues: variables.map { (Subprocess.Environment.Key(stringLiteral: $0.key), $0.value) })
    }

    private func answer(_ bytes: [UInt8], _ complaint: String, _ ending: String) throws -> FetchAnswer {
        guard let reply = try? Canonical.decode(FetchReply.self, from: Data(bytes)) else {
            let said = complaint.isEmpty ? "" : " and said: \(Redaction.redact(complaint))"
            throw SourceFailure.fetch(
                "fetch-process", "The fetching process ended (\(ending)) without an answer\(said).")
        }
        switch reply {
        case .answer(let answer): return answer
        case .failure(let failure): throw failure
        }
    }
}
