// Everything that can be asked over the control socket, and how it is written as HTTP.
import Foundation
import WritVocabulary

/// One request. Both ends use this type, so that an address is spelled in one place.
public enum ControlRequest: Hashable, Sendable {
    case answer(AnswerRequest)
    case live
    case standing
    case health
    case metrics
    /// The log of an execution from a byte offset.
    case log(ExecutionID, from: Int64)
    /// The signed statements about a version, as an in-toto bundle.
    case statements(VersionID)
    case reconcile
    case suspend(SuspendOrder)
    case resume(ResumeOrder)
    case acceptTip(AcceptTipOrder)
    case hold(HoldOrder)
    case release(ReleaseOrder)
    case expunge(ExpungeOrder)
    case issue(IssueOrder)

    public struct SuspendOrder: Codable, Hashable, Sendable {
        public var resource: ResourceID
        public var span: TimeSpan
        public var reason: String
        public init(resource: ResourceID, span: TimeSpan, reason: String) {
            self.resource = resource
            self.span = span
            self.reason = reason
        }
    }

    public struct ResumeOrder: Codable, Hashable, Sendable {
        public var resource: ResourceID
        public init(resource: ResourceID) { self.resource = resource }
    }

    public struct AcceptTipOrder: Codable, Hashable, Sendable {
        public var revision: RevisionID
        public var reason: String
        public init(revision: RevisionID, reason: String) {
            self.revision = revision
            self.reason = reason
        }
    }

    public struct HoldOrder: Codable, Hashable, Sendable {
        public var name: String
        public var scope: ResourceID?
        public var reason: String
        public init(name: String, scope: ResourceID?, reason: String) {
            self.name = name
            self.scope = scope
            self.reason = reason
        }
    }

    public struct ReleaseOrder: Codable, Hashable, Sendable {
        public var name: String
        public var reason: String
        public init(name: String, reason: String) {
            self.name = name
            self.reason = reason
        }
    }

    public struct ExpungeOrder: Codable, Hashable, Sendable {
        public var blobs: [Digest]
        public var reason: String
        public init(blobs: [Digest], reason: String) {
            self.blobs = blobs
            self.reason = reason
        }
    }

    /// As the record will have it; who asks is told by the kernel.
    public struct IssueOrder: Codable, Hashable, Sendable {
        public var kind: IssuedDocument.Kind
        public var about: String
        public var digest: Digest
        public var size: Int64
        public var entries: Int64
        public init(kind: IssuedDocument.Kind, about: String, digest: Digest, size: Int64, entries: Int64) {
            self.kind = kind
            self.about = about
            self.digest = digest
            self.size = size
            self.entries = entries
        }
    }

    /// Whether it changes something; such requests need to know who asks.
    public var isAct: Bool {
        switch self {
        case .answer, .live, .standing, .health, .metrics, .log, .statements: false
        case .reconcile, .suspend, .resume, .acceptTip, .hold, .release, .expunge, .issue: true
        }
    }

    /// Path and query.
    public var address: String {
        switch self {
        case .answer(let request): request.address
        case .live: "/v1/live"
        case .standing: "/v1/standing"
        case .health: "/healthz"
        case .metrics: "/metrics"
        case .log(let id, let offset): "/v1/logs/\(id)?from=\(offset)"
        case .statements(let id): "/v1/statements/\(id.model)/\(id.number)"
        case .reconcile: "/v1/reconcile"
        case .suspend: "/v1/suspend"
        case .resume: "/v1/resume"
        case .acceptTip: "/v1/accept-tip"
        case .hold: "/v1/hold"
        case .release: "/v1/release"
        case .expunge: "/v1/expunge"
        case .issue: "/v1/issue"
        }
    }

    /// The JSON body of an act; empty otherwise.
    public func body() throws -> Data {
        switch self {
        case .answer, .live, .standing, .health, .metrics, .log, .statements, .reconcile: Data()
        case .suspend(let order): try Canonical.encode(order)
        case .resume(let order): try Canonical.encode(order)
        case .acceptTip(let order): try Canonical.encode(order)
        case .hold(let order): try Canonical.encode(order)
        case .release(let order): try Canonical.encode(order)
        case .expunge(let order): try Canonical.encode(order)
        case .issue(let order): try Canonical.encode(order)
        }
    }
}

extension ControlRequest {
    /// Reads a request that asks; nil when nothing has that address.
    public init?(get path: String, query: [String: String]) {
        switch path {
        case "/v1/live": self = .live
        case "/v1/standing": self = .standing
        case "/healthz": self = .health
        case "/metrics": self = .metrics
        case _ where path.hasPrefix("/v1/logs/"):
            guard let id = ExecutionID(String(path.dropFirst("/v1/logs/".count))) else { return nil }
            let offset = query["from"].flatMap { Int64($0) } ?? 0
            guard offset >= 0 else { return nil }
            self = .log(id, from: offset)
        case _ where path.hasPrefix("/v1/statements/"):
            let parts = path.dropFirst("/v1/statements/".count).split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, let id = VersionID(parts.joined(separator: ":")) else { return nil }
            self = .statements(id)
        case _:
            guard let request = AnswerRequest(path: path, query: query) else { return nil }
            self = .answer(request)
        }
    }

    /// Reads a request that acts; nil when nothing has that address.
    public init?(post path: String, body: Data) throws {
        switch path {
        case "/v1/reconcile": self = .reconcile
        case "/v1/suspend": self = .suspend(try ControlRequest.order(body))
        case "/v1/resume": self = .resume(try ControlRequest.order(body))
        case "/v1/accept-tip": self = .acceptTip(try ControlRequest.order(body))
        case "/v1/hold": self = .hold(try ControlRequest.order(body))
        case "/v1/release": self = .release(try ControlRequest.order(body))
        case "/v1/expunge": self = .expunge(try ControlRequest.order(body))
        case "/v1/issue": self = .issue(try ControlRequest.order(body))
        case _: return nil
        }
        try check()
    }

    private static func order<Order: Decodable>(_ body: Data) throws -> Order {
        do {
            return try Canonical.decode(Order.self, from: body)
        } catch {
            throw ServerFailure.badRequest("the request's body is not what this address expects")
        }
    }

    /// Limits that hold whoever asks.
    public func check() throws {
        switch self {
        case .answer, .live, .standing, .health, .metrics, .log, .statements, .reconcile, .resume: return
        case .suspend(let order):
            let longest = TimeSpan(milliseconds: Limits.suspensionDays * 86_400_000)
            guard order.span.milliseconds > 0, order.span <= longest else {
                throw ServerFailure.badRequest("a suspension lasts longer than nothing and at most \(longest)")
            }
            try ControlRequest.check(reason: order.reason)
        case .acceptTip(let order): try ControlRequest.check(reason: order.reason)
        case .hold(let order):
            guard ResourceName(order.name) != nil else {
                throw ServerFailure.badRequest("a hold's name has 1 to 63 characters of a-z, 0-9 and -")
            }
            try ControlRequest.check(reason: order.reason)
        case .release(let order): try ControlRequest.check(reason: order.reason)
        case .issue(let order):
            guard VersionID(order.about) != nil || ResourceName(order.about) != nil, order.size >= 0,
                order.entries >= 0
            else { throw ServerFailure.badRequest("a document is about MODEL:NUMBER or a model") }
        case .expunge(let order):
            guard (1...Expunction.maximumBlobs).contains(order.blobs.count) else {
                throw ServerFailure.badRequest("1 to \(Expunction.maximumBlobs) blobs are taken out at once")
            }
            try ControlRequest.check(reason: order.reason)
        }
    }

    private static func check(reason: String) throws {
        let blank = reason.allSatisfy(\.isWhitespace)
        guard !blank, reason.count <= Limits.reasonCharacters, VisibleText.line(reason) == reason else {
            throw ServerFailure.badRequest(
                "a reason is one line of 1 to \(Limits.reasonCharacters) characters without control characters")
        }
    }
}
