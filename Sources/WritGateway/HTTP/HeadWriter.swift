// Writes a head for the next hop: kept lines are copied in runs, everything about this hop is written anew.
import NIOCore

/// Copies field lines of a scanned head into a buffer, leaving out some.
struct HeadWriter {
    /// The bytes the positions of fields and lines refer to.
    let source: ByteBuffer

    /// Appends a range of the source.
    func copy(_ range: Range<Int>, into out: inout ByteBuffer) {
        guard !range.isEmpty else { return }
        source.withUnsafeReadableBytes { bytes in
            _ = out.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[range]))
        }
    }

    /// Appends the lines `keep` accepts; neighbours go in one copy.
    func copyFields(of section: borrowing FieldSection, into out: inout ByteBuffer, keep: (FieldName) -> Bool) {
        let span = source.readableBytesUInt8Span
        var run = 0..<0
        for field in section.fields {
            guard keep(field.kind), !mayEndHere(field.kind) || !section.isNominated(field, span) else { continue }
            if field.line.lowerBound != run.upperBound {
                copy(run, into: &out)
                run = field.line
            } else {
                run = run.lowerBound..<field.line.upperBound
            }
        }
        copy(run, into: &out)
    }

    /// Fields a sender may declare to be for this connection only. Framing and host are never among them.
    private func mayEndHere(_ kind: FieldName) -> Bool {
        switch kind {
        case .other, .idempotencyKey, .forwarded, .forwardedFor, .forwardedProto, .forwardedHost, .forwardedPrefix: true
        case .connection, .contentLength, .transferEncoding, .host, .expect, .hopByHop, .writOwn: false
        }
    }
}

extension HeadWriter {
    /// The request line and fields as the replica gets them, the empty line included.
    func writeRequest(
        _ head: RequestHead, _ section: borrowing FieldSection, path: PathSplit, forwarding: Forwarding,
        defaultHost: [UInt8], requestLine: [UInt8], into out: inout ByteBuffer
    ) {
        let trusted = forwarding.trustsForwarded
        copy(head.methodRange, into: &out)
        out.writeStaticString(" ")
        let restBegins = source.getInteger(at: source.readerIndex + path.rest.lowerBound, as: UInt8.self)
        if path.rest.isEmpty || restBegins != Byte.slash { out.writeStaticString("/") }
        copy(path.rest, into: &out)
        out.writeStaticString(" HTTP/1.1\r\n")
        if section.host == nil {
            out.writeStaticString("host: ")
            out.writeBytes(defaultHost)
            out.writeStaticString("\r\n")
        }
        copyFields(of: section, into: &out) { kind in
            switch kind {
            case .other, .host, .idempotencyKey: true
            case .forwarded, .forwardedProto, .forwardedHost: trusted
            case .connection, .contentLength, .transferEncoding, .expect, .hopByHop, .forwardedFor, .forwardedPrefix,
                .writOwn:
                false
            }
        }
        writeFraming(head, saysLength: section.contentLength != nil, into: &out)
        writeForwarding(section, path: path, forwarding, into: &out)
        out.writeBytes(requestLine)
        out.writeStaticString("via: 1.1 writ\r\n\r\n")
    }

    private func writeForwarding(
        _ section: borrowing FieldSection, path: PathSplit, _ forwarding: Forwarding, into out: inout ByteBuffer
    ) {
        out.writeStaticString("x-forwarded-for: ")
        var saysProto = false
        var saysHost = false
        if forwarding.trustsForwarded {
            for field in section.fields {
                switch field.kind {
                case .forwardedFor where !field.value.isEmpty:
                    copy(field.value, into: &out)
                    out.writeStaticString(", ")
                case .forwardedProto: saysProto = true
                case .forwardedHost: saysHost = true
                case .other, .connection, .contentLength, .transferEncoding, .host, .expect, .hopByHop, .forwardedFor,
                    .forwardedPrefix, .forwarded, .writOwn, .idempotencyKey:
                    continue
                }
            }
        }
        out.writeBytes(forwarding.clientAddress)
        if !saysProto { out.writeStaticString("\r\nx-forwarded-proto: http") }
        if let host = section.host, !saysHost {
            out.writeStaticString("\r\nx-forwarded-host: ")
            copy(host, into: &out)
        }
        out.writeStaticString("\r\nx-forwarded-prefix: /")
        copy(path.endpoint, into: &out)
        out.writeStaticString("\r\n")
    }

    private func writeFraming(_ head: RequestHead, saysLength: Bool, into out: inout ByteBuffer) {
        switch head.body {
        // A POST without a body says so, or servers wait for one; a GET needs no word.
        case .none:
            if saysLength || head.method == .other || head.method == .otherIdempotent {
                out.writeStaticString("content-length: 0\r\n")
            }
        case .length(let count):
            out.writeStaticString("content-length: ")
            out.writeDecimal(count)
            out.writeStaticString("\r\n")
        case .chunked: out.writeStaticString("transfer-encoding: chunked\r\n")
        case .untilClose: break
        }
    }
}

extension ByteBuffer {
    mutating func writeDecimal(_ value: Int64) {
        var text = String(value)
        text.withUTF8 { _ = writeBytes($0) }
    }

    /// The line before a chunk's bytes.
    mutating func writeChunkSize(_ count: Int) {
        var text = String(count, radix: 16)
        text.withUTF8 { _ = writeBytes($0) }
        writeStaticString("\r\n")
    }
}
