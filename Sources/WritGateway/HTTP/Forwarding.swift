// What is said about the client to the replica, and what a client may say about itself.

/// The gateway's own fields on a forwarded request.
struct Forwarding: Sendable {
    /// The peer's IP address as text.
    var clientAddress: [UInt8]
    /// Whether a proxy in front is trusted: then its `Forwarded` and `X-Forwarded-*` fields are kept and added to,
    /// otherwise they are replaced, since anybody can write them.
    var trustsForwarded: Bool
}

/// Where a request's path begins for the replica.
struct PathSplit: Sendable, Equatable {
    var endpoint: Range<Int>
    /// From the slash or question mark after the endpoint; may be empty.
    var rest: Range<Int>

    /// Splits `/<endpoint>/<rest>`; `target` begins with a slash.
    init(_ bytes: borrowing Span<UInt8>, target: Range<Int>) {
        var index = target.lowerBound + 1
        while index < target.upperBound, bytes[index] != Byte.slash, bytes[index] != Byte.question { index += 1 }
        endpoint = (target.lowerBound + 1)..<index
        rest = index..<target.upperBound
    }
}
