// The header fields the gateway treats in its own way; it passes all others through.

enum FieldName: UInt8, Sendable {
    case other
    case connection
    case contentLength
    case transferEncoding
    case host
    case expect
    /// Meant for one connection only (RFC 9110 §7.6.1), or a look-alike of a managed name that some servers take for
    /// it.
    case hopByHop
    case forwardedFor
    case forwardedProto
    case forwardedHost
    case forwardedPrefix
    case forwarded
    /// Said by the gateway alone: who answered, and the request's id.
    case writOwn
    case idempotencyKey

    /// Names by length, so that most fields are decided by one comparison.
    static func classify(_ bytes: borrowing Span<UInt8>, _ name: Range<Int>) -> FieldName {
        let found = byLength(bytes, name)
        guard found != .other else { return .other }
        // `Content_Length` is `Content-Length` to servers that turn names into variables: never let it pass.
        for index in name where bytes[index] == Byte.underscore { return .hopByHop }
        return found
    }

    private static func byLength(_ bytes: borrowing Span<UInt8>, _ name: Range<Int>) -> FieldName {
        func named(_ text: StaticString) -> Bool { equal(bytes, name, text) }
        switch name.count {
        case 2: return named("te") ? .hopByHop : .other
        case 4: return named("host") ? .host : .other
        case 6: return named("expect") ? .expect : .other
        case 7: return named("upgrade") ? .hopByHop : .other
        case 9: return named("forwarded") ? .forwarded : .other
        case 10: return named("connection") ? .connection : named("keep-alive") ? .hopByHop : .other
        case 14:
            return named("content-length")
                ? .contentLength
                : named("x-writ-version") ? .writOwn : named("http2-settings") ? .hopByHop : .other
        case 15: return named("x-forwarded-for") ? .forwardedFor : named("idempotency-key") ? .idempotencyKey : .other
        case 16: return named("x-forwarded-host") ? .forwardedHost : named("proxy-connection") ? .hopByHop : .other
        case 17:
            return named("transfer-encoding")
                ? .transferEncoding
                : named("x-forwarded-proto") ? .forwardedProto : named("x-writ-request-id") ? .writOwn : .other
        case 18:
            return named("x-forwarded-prefix") ? .forwardedPrefix : named("proxy-authenticate") ? .hopByHop : .other
        case 19: return named("proxy-authorization") ? .hopByHop : .other
        default: return .other
        }
    }

    /// Compares without regard to case, and takes `_` for `-`. `text` is lower case.
    static func equal(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        let expected = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        var position = 0
        for index in range {
            let byte = bytes[index] == Byte.underscore ? Byte.hyphen : bytes[index] | 0x20
            if byte != expected[position] { return false }
            position += 1
        }
        return true
    }
}

/// One header line of a head, by position. The line includes its line end.
struct Field: Sendable {
    var kind: FieldName
    var line: Range<Int>
    var name: Range<Int>
    /// Without the blanks around it.
    var value: Range<Int>
}
