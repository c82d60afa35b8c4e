// The HTTP exchange with a forge that all drivers need: bounded, in time, with the token on this host only.
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import WritBackends
import WritVocabulary

/// One question to a forge.
struct ForgeRequest: Sendable {
    var method: HTTPMethod
    /// Below the base address, percent-encoded: `/repos/o/r/pulls`.
    var path: String
    var query: [(name: String, value: String)]
    var body: [UInt8]?
    /// For messages: `opening a pull request from a into b`.
    var what: String

    init(_ method: HTTPMethod, _ path: String, query: [(String, String)] = [], what: String) {
        self.method = method
        self.path = path
        self.query = query.map { (name: $0.0, value: $0.1) }
        self.what = what
    }

    init(_ method: HTTPMethod, _ path: String, body: some Encodable, what: String) throws {
        self.init(method, path, what: what)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.body = Array(try encoder.encode(body))
    }
}

struct ForgeConnection: Sendable {
    let address: ForgeAddress
    private let client: HTTPClient
    private let deadline: TimeSpan
    private let headers: HTTPHeaders
    private let token: ForgeToken
    private let pause = ForgePause()
    private let now: @Sendable () -> Timestamp

    /// The client is its own: one that follows redirects by itself would carry GitLab's token to another host.
    init(
        _ configuration: ForgeConfiguration, suffix: String, headers: HTTPHeaders, token: ForgeToken,
        now: @escaping @Sendable () -> Timestamp
    ) throws {
        address = try ForgeAddress(configuration, suffix: suffix)
        deadline = configuration.deadline
        self.headers = headers
        self.token = token
        self.now = now
        var settings = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(ForgeLimits.connectSeconds)))
        settings.httpVersion = .http1Only
        settings.connectionPool.retryConnectionEstablishment = false
        settings.tlsConfiguration = try ForgeConnection.tls(configuration.certificateAuthorities)
        client = HTTPClient(
            eventLoopGroupProvider: .shared(.singletonMultiThreadedEventLoopGroup), configuration: settings)
    }

    func shutdown() async throws { try await client.shutdown() }

    private static func tls(_ file: String?) throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        guard let file else { return tls }
        guard let certificates = try? NIOSSLCertificate.fromPEMFile(file), !certificates.isEmpty else {
            throw ForgeAddress.refused("\(file) holds no certificate authorities in PEM that can be read")
        }
        tls.additionalTrustRoots = [.certificates(certificates)]
        return tls
    }

    /// Whatever the forge answers, once it is no redirect and no rate limit.
    func ask(_ request: ForgeRequest) async throws -> ForgeAnswer {
        if let left = pause.left(at: now()) {
            throw ForgeRateLimit.failure(host: address.host, until: left.until, seconds: left.seconds)
        }
        let secret = try token.read(host: address.host)
        let answer = try await exchange(request, secret)
        let words = token.hide(secret, in: answer.words)
        let seconds = ForgeRateLimit.pause(code: answer.code, headers: answer.headers, words: words, now: now())
        if let seconds {
            let until = now() + .seconds(seconds)
            pause.begin(until: until)
            throw ForgeRateLimit.failure(host: address.host, until: until, seconds: seconds)
        }
        return answer
    }

    /// An answer of success; any other is thrown.
    @discardableResult
    func send(_ request: ForgeRequest) async throws -> ForgeAnswer {
        let answer = try await ask(request)
        guard answer.isSuccess else { throw failure(answer) }
        return answer
    }

    /// Another number for another token; tells nothing about it, and lasts as long as the process.
    func tokenMark() throws -> Int { try token.read(host: address.host).hashValue }

    func failure(_ answer: ForgeAnswer) -> BackendFailure {
        let words = (try? token.read(host: address.host)).map { token.hide($0, in: answer.words) } ?? ""
        return ForgeTrouble.failure(answer, words: words)
    }

    private func exchange(_ request: ForgeRequest, _ secret: String) async throws -> ForgeAnswer {
        do {
            return try await inTime { try await follow(request, secret) }
        } catch {
            try Task.checkCancellation()
            throw ForgeTrouble.failure(error, host: address.host, what: request.what, deadline: deadline)
        }
    }

    private func inTime(_ body: @escaping @Sendable () async throws -> ForgeAnswer) async throws -> ForgeAnswer {
        try await withThrowingTaskGroup(of: ForgeAnswer.self) { group in
            group.addTask(operation: body)
            group.addTask { [deadline] in
                try await Task.sleep(for: .milliseconds(deadline.milliseconds))
                throw ForgeTrouble.DeadlinePassed()
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    /// Follows redirects of this host alone, and keeps the method: a renamed repository is redirected so.
    private func follow(_ request: ForgeRequest, _ secret: String) async throws -> ForgeAnswer {
        var url = address.base + request.path
        if !request.query.isEmpty {
            url += "?" + request.query.map { "\($0.name)=\(ForgeText.encoded($0.value))" }.joined(separator: "&")
        }
        for _ in 0...ForgeLimits.redirects {
            let answer = try await once(request, url: url, secret)
            guard (300..<400).contains(answer.code), answer.code != 304 else { return answer }
            guard let next = redirect(answer, from: url, method: request.method) else {
                throw ForgeTrouble.moved(answer)
            }
            url = next
        }
        throw BackendFailure(
            code: "forge-moved", message: "\(address.host) redirects \(request.what) in a circle", retry: .stalled)
    }

    private func redirect(_ answer: ForgeAnswer, from url: String, method: HTTPMethod) -> String? {
        guard [301, 302, 307, 308].contains(answer.code), answer.code >= 307 || method == .GET,
            let location = answer.headers.first(name: "location"),
            let old = URL(string: url), let new = URL(string: location, relativeTo: old)?.absoluteURL,
            new.scheme?.lowercased() == old.scheme?.lowercased(), new.host?.lowercased() == old.host?.lowercased(),
            new.port == old.port, new.user == nil, new.password == nil
        else { return nil }
        return new.absoluteString
    }

    private func once(_ request: ForgeRequest, url: String, _ secret: String) async throws -> ForgeAnswer {
        var message = HTTPClientRequest(url: url)
        message.method = request.method
        message.headers = headers
        message.headers.replaceOrAdd(name: "user-agent", value: "writ")
        let (name, value) = token.header(secret)
        message.headers.replaceOrAdd(name: name, value: value)
        if let body = request.body {
            message.headers.replaceOrAdd(name: "content-type", value: "application/json")
            message.body = .bytes(ByteBuffer(bytes: body))
        }
        let response = try await client.execute(message, timeout: .milliseconds(deadline.milliseconds))
        var answer = ForgeAnswer(
            host: address.host, what: request.what, code: Int(response.status.code), headers: response.headers, body: []
        )
        for try await chunk in response.body {
            guard answer.body.count + chunk.readableBytes <= ForgeLimits.answerBytes else {
                throw answer.malformed("sent more than \(ForgeLimits.answerBytes >> 20) MiB")
            }
            answer.body += chunk.readableBytesView
        }
        return answer
    }
}
