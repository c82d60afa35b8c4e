// The head of a response from a replica, read as strictly as a request's.

struct ResponseHead: Sendable {
    /// 100 to 599.
    var code: Int
    /// Code and reason as they came: `200 OK`.
    var statusText: Range<Int>
    var isHTTP11: Bool
    var keepAlive: Bool
    var contentLength: Int64?
    var chunked: Bool

    static func scan(
        _ bytes: borrowing Span<UInt8>, end: Int, limits: GatewayLimits, into section: inout FieldSection
    ) throws(Refusal) -> ResponseHead {
        let line = try statusLine(bytes, end: end)
        try section.scan(bytes, from: line.end, end: end, fieldCountMax: limits.fieldCountMax)
        if section.chunked, !line.isHTTP11 { throw .codingInvalid }
        return ResponseHead(
            code: line.code, statusText: line.text, isHTTP11: line.isHTTP11,
            keepAlive: !section.saysClose && (line.isHTTP11 || section.saysKeepAlive),
            contentLength: section.contentLength, chunked: section.chunked)
    }

    /// How the body is framed when it answers this method (RFC 9112 §6.3).
    func body(answering method: RequestHead.Method) -> BodyFraming {
        if method == .head || code < 200 || code == 204 || code == 304 { return .none }
        if chunked { return .chunked }
        guard let contentLength else { return .untilClose }
        return contentLength == 0 ? .none : .length(contentLength)
    }

    private struct Line {
        var code: Int
        var text: Range<Int>
        var isHTTP11: Bool
        var end: Int
    }

    /// `HTTP/1.x SP 3DIGIT SP reason CR LF`; a missing reason and its space are tolerated, as everybody does.
    private static func statusLine(_ bytes: borrowing Span<UInt8>, end: Int) throws(Refusal) -> Line {
        let prefix: StaticString = "HTTP/1."
        guard end >= 14 else { throw .responseMalformed }
        for offset in 0..<7 where bytes[offset] != prefix.utf8Start[offset] { throw .responseMalformed }
        let minor = bytes[7]
        guard minor == UInt8(ascii: "0") || minor == UInt8(ascii: "1"), bytes[8] == Byte.space else {
            throw .responseMalformed
        }
        var code = 0
        for index in 9..<12 {
            guard Byte.isDigit(bytes[index]) else { throw .responseMalformed }
            code = code * 10 + Int(bytes[index] - 0x30)
        }
        guard (100...599).contains(code), bytes[12] == Byte.space || bytes[12] == Byte.carriageReturn else {
            throw .responseMalformed
        }
        var index = 12
        while index < end, Byte.isFieldValue(bytes[index]) { index += 1 }
        guard index + 1 < end, bytes[index] == Byte.carriageReturn, bytes[index + 1] == Byte.lineFeed else {
            throw .responseMalformed
        }
        return Line(code: code, text: 9..<index, isHTTP11: minor == UInt8(ascii: "1"), end: index + 2)
    }
}
