// The response head as the client gets it.
import NIOCore

/// How a response is framed towards the client, and whether its connection goes on.
struct ClientFraming: Sendable, Equatable {
    enum Body: Sendable, Equatable {
        /// No body, and nothing about one.
        case none
        /// No body, but the length it would have: answers to HEAD, and 304.
        case described(Int64)
        /// An empty body, or one of known length.
        case length(Int64)
        case chunked
        case untilClose
    }

    var body: Body
    var keepAlive: Bool

    /// - Parameter keepAlive: whether the client and the gateway want to go on.
    init(_ response: ResponseHead, answering method: RequestHead.Method, isHTTP11: Bool, keepAlive: Bool) {
        self.keepAlive = keepAlive
        switch response.body(answering: method) {
        case .none:
            let mayDescribe = method == .head || response.code == 304
            body =
                response.code == 204
                ? .none
                : mayDescribe ? response.contentLength.map { .described($0) } ?? .none : .length(0)
        case .length(let count): body = .length(count)
        case .chunked, .untilClose:
            body = isHTTP11 ? .chunked : .untilClose
            if !isHTTP11 { self.keepAlive = false }
        }
    }
}

extension HeadWriter {
    func writeResponse(
        _ head: ResponseHead, _ section: borrowing FieldSection, framing: ClientFraming, isHTTP11: Bool,
        versionLine: [UInt8], requestLine: [UInt8], into out: inout ByteBuffer
    ) {
        // A proxy answers with its own version, which the client's does not change (RFC 9110 §2.5).
        out.writeStaticString("HTTP/1.1 ")
        copy(head.statusText, into: &out)
        if head.statusText.count == 3 { out.writeStaticString(" ") }
        out.writeStaticString("\r\n")
        copyFields(of: section, into: &out) { kind in
            switch kind {
            case .other, .host, .expect, .idempotencyKey, .forwarded, .forwardedFor, .forwardedProto, .forwardedHost,
                .forwardedPrefix:
                true
            case .connection, .contentLength, .transferEncoding, .hopByHop, .writOwn: false
            }
        }
        switch framing.body {
        case .none, .untilClose: break
        case .described(let count), .length(let count):
            out.writeStaticString("content-length: ")
            out.writeDecimal(count)
            out.writeStaticString("\r\n")
        case .chunked: out.writeStaticString("transfer-encoding: chunked\r\n")
        }
        if !framing.keepAlive {
            out.writeStaticString("connection: close\r\n")
        } else if !isHTTP11 {
            out.writeStaticString("connection: keep-alive\r\n")
        }
        out.writeBytes(versionLine)
        out.writeBytes(requestLine)
        out.writeStaticString("via: 1.1 writ\r\n\r\n")
    }

    /// An interim response other than 100 and 101: passed on without touching the exchange.
    func writeInformational(_ head: ResponseHead, _ section: borrowing FieldSection, into out: inout ByteBuffer) {
        out.writeStaticString("HTTP/1.1 ")
        copy(head.statusText, into: &out)
        out.writeStaticString("\r\n")
        copyFields(of: section, into: &out) { $0 == .other }
        out.writeStaticString("\r\n")
    }
}
