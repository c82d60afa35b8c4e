// The fields after a chunked body: passed on when they say nothing about framing or routing.
import NIOCore

enum TrailerSection {
    /// Appends the fields that may pass and the empty line. A malformed section is refused.
    static func copy(_ trailers: ByteBuffer?, fieldCountMax: Int, into out: inout ByteBuffer) throws(Refusal) {
        if let trailers {
            var section = FieldSection()
            try section.scan(
                trailers.readableBytesUInt8Span, from: 0, end: trailers.readableBytes, fieldCountMax: fieldCountMax)
            HeadWriter(source: trailers).copyFields(of: section, into: &out) { $0 == .other }
        }
        out.writeStaticString("\r\n")
    }
}
