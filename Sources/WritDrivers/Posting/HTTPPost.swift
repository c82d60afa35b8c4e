// One POST with a deadline and bounds: for witnesses and for whoever is sent the records.
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import WritBackends
import WritVocabulary

/// Sends bytes to one address and reads a short answer. Follows no redirect and keeps no cookie.
public struct HTTPPost: Sendable {
    public struct Answer: Hashable, Sendable {
        public var status: Int
        public var contentType: String?
        public var retryAfter: String?
        public var body: [UInt8]
    }

    private let deadline: TimeSpan
    private let answerBytes: Int
    private let headers: [(String, String)]

    /// `deadline` bounds one request from its first byte to the last of the answer; `answerBytes` the answer's body.
    public init(deadline: TimeSpan, answerBytes: Int = 64 << 10, headers: [(String, String)] = []) {
        self.deadline = deadline
        self.answerBytes = answerBytes
        self.headers = headers
    }

    /// Throws when no whole answer came; the words hold neither the address nor what was sent.
    public func send(_ body: [UInt8], contentType: String, to url: String) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "content-type", value: contentType)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(ByteBuffer(bytes: body))
        do {
            return try await withDeadline { [request] in try await exchange(request) }
        } catch let error as CancellationError {
            throw error
        } catch {
            throw BackendFailure(
                code: "not-delivered", message: "the other side cannot be reached, or did not answer whole in time",
                retry: .transient)
        }
    }

    /// Asks for the address with GET and nothing else: the code of whatever answers.
    public func knock(at url: String) async throws -> Int {
        do {
            let response = try await HTTPPost.client.execute(
                HTTPClientRequest(url: url), timeout: .milliseconds(deadline.milliseconds))
            return Int(response.status.code)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw BackendFailure(
                code: "not-reached", message: "it cannot be reached, or did not answer within \(deadline)",
                retry: .transient)
        }
    }

    private func exchange(_ request: HTTPClientRequest) async throws -> Answer {
        let response = try await HTTPPost.client.execute(request, timeout: .milliseconds(deadline.milliseconds))
        let bytes = try await response.body.collect(upTo: answerBytes)
        return Answer(
            status: Int(response.status.code), contentType: response.headers.first(name: "content-type"),
            retryAfter: response.headers.first(name: "retry-after"), body: Array(bytes.readableBytesView))
    }

    private struct Late: Error {}

    /// The client's own deadline ends with the head of the answer: one that never ends would hold us for good.
    private func withDeadline(_ body: @escaping @Sendable () async throws -> Answer) async throws -> Answer {
        try await withThrowingTaskGroup { group in
            group.addTask { try await body() }
            group.addTask { [deadline] in
                try await Task.sleep(for: .milliseconds(deadline.milliseconds))
                throw Late()
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw Late() }
            return first
        }
    }

    /// A host that drops what is sent to it is known as unreachable after so long.
    private static let connecting = TimeAmount.seconds(5)

    // The shared client follows redirects; what is sent here must not go where another host points.
    private static let client = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: HTTPClient.Configuration.Timeout(connect: connecting)))
}
