// Policy engines of the operator's: a command that reads the plan, or a service that is sent it.
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Subprocess
import SystemPackage
import WritBackends
import WritVocabulary

/// Asks the engines the operator set up, by name. Whatever goes wrong is a verdict that does not allow.
public struct OperatorEngines: PolicyEngines {
    /// How one engine is asked.
    public enum Way: Sendable, Hashable {
        /// argv: gets the JSON of the plan on its standard input and answers on its standard output.
        case command([String])
        /// Is sent `{"input": plan}` by POST, as Open Policy Agent's data interface expects it.
        case url(String)
    }

    public struct Engine: Sendable, Hashable {
        public var way: Way
        public var deadline: TimeSpan

        public init(way: Way, deadline: TimeSpan) {
            self.way = way
            self.deadline = deadline
        }
    }

    /// Where a command that is no path is looked for.
    public static let searchPath = "/usr/local/bin:/usr/bin:/bin"

    /// The most an engine may answer.
    static let answerBytes = 1 << 20

    private let engines: [String: Engine]

    public init(_ engines: [String: Engine]) { self.engines = engines }

    public func decide(_ engine: String, input: [UInt8]) async -> EngineVerdict {
        guard let known = engines[engine] else { return await NoPolicyEngines().decide(engine, input: input) }
        do {
            let answer = try await inTime(known.deadline) {
                switch known.way {
                case .command(let argv): try await run(argv, input)
                case .url(let url): try await post(url, input, known.deadline)
                }
            }
            return EngineAnswer(answer).verdict
        } catch let trouble as EngineTrouble {
            return EngineVerdict(allowed: false, reasons: [trouble.reason])
        } catch {
            return EngineVerdict(allowed: false, reasons: ["it could not be asked"])
        }
    }

    private func inTime(
        _ deadline: TimeSpan, _ body: @escaping @Sendable () async throws -> [UInt8]
    ) async throws -> [UInt8] {
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask(operation: body)
            group.addTask {
                try await Task.sleep(for: .milliseconds(deadline.milliseconds))
                throw EngineTrouble(reason: "it did not answer within \(deadline)")
            }
            // Leaving the group ends a command that still runs.
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }

    private func run(_ argv: [String], _ input: [UInt8]) async throws -> [UInt8] {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)]
        let result = try await Subprocess.run(
            argv[0].contains("/") ? .path(FilePath(argv[0])) : .name(argv[0]),
            arguments: Arguments(Array(argv.dropFirst())),
            environment: .custom(["LC_ALL": "C", "PATH": OperatorEngines.searchPath]), platformOptions: options,
            input: .array(input), output: .bytes(limit: OperatorEngines.answerBytes), error: .discarded)
        guard case .exited(0) = result.terminationStatus else {
            throw EngineTrouble(reason: "its command ended with \(result.terminationStatus)")
        }
        return result.standardOutput
    }

    private func post(_ url: String, _ input: [UInt8], _ deadline: TimeSpan) async throws -> [UInt8] {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: Array("{\"input\":".utf8) + input + Array("}".utf8)))
        do {
            let response = try await HTTPClient.shared.execute(
                request, timeout: .milliseconds(deadline.milliseconds))
            guard response.status.code == 200 else {
                throw EngineTrouble(reason: "it answered \(response.status.code)")
            }
            return Array(try await response.body.collect(upTo: OperatorEngines.answerBytes).readableBytesView)
        } catch let trouble as EngineTrouble {
            throw trouble
        } catch {
            throw EngineTrouble(reason: "it cannot be reached or did not answer whole")
        }
    }
}

/// Why an engine gave no verdict.
struct EngineTrouble: Error {
    var reason: String
}
