// Starts a network child, waits no longer than the deadline, and leaves nothing of it behind.
import Foundation
import Glibc
import Subprocess
import SystemPackage
import WritVocabulary

/// One errand in a process group of its own.
struct NetworkProcess<Order: NetworkOrder> {
    let executable: String
    let environment: [String: String]

    /// Variables that go through beside the secrets: how to reach a proxy, and how the dynamic linker finds the
    /// libraries.
    private static var passedVariables: [String] {
        ["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "LD_LIBRARY_PATH"]
    }

    func run(_ order: Order) async throws -> Order.Answer {
        let outcome = try await withThrowingTaskGroup(of: Outcome.self) { group in
            group.addTask { try await exchange(order) }
            group.addTask {
                try await Task.sleep(for: .milliseconds(order.connection.deadline.milliseconds))
                return .deadlinePassed
            }
            defer { group.cancelAll() }
            // Leaving the group waits for the process to be gone: its cancellation kills the group and reaps it.
            return try await group.next() ?? .deadlinePassed
        }
        switch outcome {
        case .deadlinePassed:
            throw Order.errand.failure(
                "deadline",
                "\(order.connection.remote) gave no answer within \(order.connection.deadline), so the "
                    + "\(Order.errand.rawValue) was ended. Check the network and the server, or raise the fetch deadline."
            )
        case .reply(let bytes, let complaint, let ending):
            return try answer(bytes, complaint, ending)
        }
    }

    private enum Outcome: Sendable {
        case reply([UInt8], complaint: String, ending: String)
        case deadlinePassed
    }

    private func exchange(_ order: Order) async throws -> Outcome {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)]
        let input = try orderFile(order)
        do {
            let result = try await Subprocess.run(
                .path(FilePath(executable)), arguments: [Order.errand.command],
                environment: .custom(childEnvironment(order.connection)),
                platformOptions: options, input: .fileDescriptor(input, closeAfterSpawningProcess: true),
                output: .bytes(limit: SourceLimits.networkAnswerBytesMaximum),
                error: .string(limit: SourceLimits.networkComplaintBytesMaximum, encoding: UTF8.self))
            return .reply(result.standardOutput, complaint: result.standardError, ending: "\(result.terminationStatus)")
        } catch let error as SubprocessError {
            throw Order.errand.failure(
                "process",
                "The process \(executable) \(Order.errand.command) cannot be run: \(Redaction.redact("\(error)")).")
        }
    }

    /// The order in a nameless file, read from its start. Writing it to a pipe would end Writ itself (SIGPIPE) should
    /// the process be gone before it has read.
    private func orderFile(_ order: Order) throws -> FileDescriptor {
        var name = Array("\(order.connection.mirror)/writ-request-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else {
            throw SourceFailure.folder(
                "Nothing can be written to \(order.connection.mirror): \(String(cString: strerror(errno))).")
        }
        unlink(name)
        let file = FileDescriptor(rawValue: descriptor)
        do {
            _ = try file.writeAll(toAbsoluteOffset: 0, Canonical.encode(order))
            return file
        } catch {
            try file.close()
            throw SourceFailure.folder(
                "The order to \(Order.errand.rawValue) cannot be written to \(order.connection.mirror): \(error).")
        }
    }

    private func childEnvironment(_ connection: Connection) -> [Subprocess.Environment.Key: String] {
        var variables = ["HOME": connection.home, "LANG": "C.UTF-8"]
        for name in Self.passedVariables + connection.secretVariables { variables[name] = environment[name] }
        return Dictionary(
            uniqueKeysWithValues: variables.map { (Subprocess.Environment.Key(stringLiteral: $0.key), $0.value) })
    }

    private func answer(_ bytes: [UInt8], _ complaint: String, _ ending: String) throws -> Order.Answer {
        guard let reply = try? Canonical.decode(NetworkReply<Order.Answer>.self, from: Data(bytes)) else {
            let said = complaint.isEmpty ? "" : " and said: \(Redaction.redact(complaint))"
            throw Order.errand.failure(
                "process",
                "The process that should \(Order.errand.rawValue) ended (\(ending)) without an answer\(said).")
        }
        switch reply {
        case .answer(let answer): return answer
        case .failure(let failure): throw failure
        }
    }
}
