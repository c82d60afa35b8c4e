// The head of a request: its first line, checked, and what decides how its body and connection are read.

/// What a request's head says, as positions in its bytes.
struct RequestHead: Sendable {
    var method: Method
    var methodRange: Range<Int>
    /// Path and query; scheme and authority of an absolute target are left out.
    var target: Range<Int>
    var isHTTP11: Bool
    var body: BodyFraming
    var keepAlive: Bool
    var expectsContinue: Bool
    /// Whether sending it twice does what sending it once does: by its method, or by an idempotency key.
    var isIdempotent: Bool

    /// Only as much of the method as the gateway acts on.
    enum Method: Sendable {
        case get, head, otherIdempotent, other
    }
}

/// How the end of a body is known.
enum BodyFraming: Sendable, Equatable {
    case none
    case length(Int64)
    case chunked
    /// Responses only.
    case untilClose
}

extension RequestHead {
    /// Scans a whole head of `end` bytes, fields included, into `section`.
    static func scan(
        _ bytes: borrowing Span<UInt8>, end: Int, limits: GatewayLimits, into section: inout FieldSection
    ) throws(Refusal) -> RequestHead {
        let line = try requestLine(bytes, limits: limits)
        try section.scan(bytes, from: line.end, end: end, fieldCountMax: limits.fieldCountMax)
        if section.chunked, !line.isHTTP11 { throw .codingInvalid }
        if section.host == nil, line.isHTTP11 { throw .hostMissing }
        if let authority = line.authority, let host = section.host, !ListElement.equal(authority, host, bytes) {
            throw .hostInvalid
        }
        return RequestHead(
            method: line.method, methodRange: line.methodRange, target: line.target, isHTTP11: line.isHTTP11,
            body: section.chunked ? .chunked : section.contentLength.map { $0 == 0 ? .none : .length($0) } ?? .none,
            keepAlive: !section.saysClose && (line.isHTTP11 || section.saysKeepAlive),
            expectsContinue: section.expectsContinue && line.isHTTP11,
            isIdempotent: line.method != .other || section.hasIdempotencyKey)
    }

    private struct Line {
        var method: Method
        var methodRange: Range<Int>
        /// Of an absolute target; it must agree with Host, or two servers could see two hosts.
        var authority: Range<Int>?
        var target: Range<Int>
        var isHTTP11: Bool
        var end: Int
    }

    private static func requestLine(_ bytes: borrowing Span<UInt8>, limits: GatewayLimits) throws(Refusal) -> Line {
        let token = ByteSet.token
        var index = 0
        while token.contains(bytes[index]), index < limits.methodBytesMax { index += 1 }
        guard index > 0, bytes[index] == Byte.space else { throw .invalidRequestLine }
        let methodRange = 0..<index
        index += 1
        let targetStart = index
        let allowed = ByteSet.target
        while allowed.contains(bytes[index]) { index += 1 }
        guard index <= limits.requestLineBytesMax else { throw .targetTooLong }
        let target = targetStart..<index
        // Anything but one space after the target is a character that may not stand in it.
        guard bytes[index] == Byte.space else { throw target.isEmpty ? .invalidRequestLine : .invalidTarget }
        let (isHTTP11, end) = try version(bytes, from: index + 1)
        if FieldName.equal(bytes, methodRange, "connect") { throw .methodUnsupported }
        let path = try path(bytes, target)
        return Line(
            method: method(bytes, methodRange), methodRange: methodRange,
            authority: path == target ? nil : (target.lowerBound + 7)..<path.lowerBound, target: path,
            isHTTP11: isHTTP11, end: end)
    }

    /// `HTTP/1.0` or `HTTP/1.1` and the line end; other versions are told apart from noise.
    private static func version(_ bytes: borrowing Span<UInt8>, from start: Int) throws(Refusal) -> (Bool, Int) {
        let prefix: StaticString = "HTTP/"
        guard start + 10 <= bytes.count else { throw .invalidRequestLine }
        for offset in 0..<5 where bytes[start + offset] != prefix.utf8Start[offset] { throw .invalidRequestLine }
        let major = bytes[start + 5]
        let minor = bytes[start + 7]
        guard Byte.isDigit(major), bytes[start + 6] == UInt8(ascii: "."), Byte.isDigit(minor),
            bytes[start + 8] == Byte.carriageReturn, bytes[start + 9] == Byte.lineFeed
        else { throw .invalidRequestLine }
        guard major == UInt8(ascii: "1"), minor <= UInt8(ascii: "1") else { throw .versionUnsupported }
        return (minor == UInt8(ascii: "1"), start + 10)
    }

    private static func method(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> Method {
        // Methods are case-sensitive: `get` is a method nobody knows.
        func named(_ text: StaticString) -> Bool {
            guard range.count == text.utf8CodeUnitCount else { return false }
            for offset in 0..<range.count where bytes[offset] != text.utf8Start[offset] { return false }
            return true
        }
        if named("GET") { return .get }
        if named("HEAD") { return .head }
        return named("PUT") || named("DELETE") || named("OPTIONS") || named("TRACE") ? .otherIdempotent : .other
    }

    /// A target is a path, or `http://authority/path`, which every server must accept (RFC 9112 §3.2.2).
    private static func path(_ bytes: borrowing Span<UInt8>, _ target: Range<Int>) throws(Refusal) -> Range<Int> {
        if bytes[target.lowerBound] == Byte.slash { return target }
        let scheme = target.lowerBound..<min(target.lowerBound + 7, target.upperBound)
        guard FieldName.equal(bytes, scheme, "http://") else { throw .invalidTarget }
        var index = scheme.upperBound
        while index < target.upperBound, bytes[index] != Byte.slash { index += 1 }
        guard index > scheme.upperBound, index < target.upperBound else { throw .invalidTarget }
        return index..<target.upperBound
    }
}
