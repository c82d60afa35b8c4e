// Reads and writes the encoding of RFC 4251 §5: big-endian numbers and strings with their length before them.
import Foundation

/// A walk over untrusted bytes; every step may fail, none can crash.
struct WireReader {
    private var rest: ArraySlice<UInt8>
    /// What is being read, for messages: `the signature`.
    private let what: String

    init(_ bytes: some Sequence<UInt8>, of what: String) {
        rest = ArraySlice(bytes)
        self.what = what
    }

    mutating func take(_ count: Int, _ part: String) throws(SignatureFailure) -> [UInt8] {
        guard count >= 0, count <= rest.count else {
            throw .signature("\(what) ends within its \(part)")
        }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func byte(_ part: String) throws(SignatureFailure) -> UInt8 {
        try take(1, part)[0]
    }

    mutating func number(_ part: String) throws(SignatureFailure) -> UInt32 {
        try take(4, part).reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func string(_ part: String) throws(SignatureFailure) -> [UInt8] {
        let count = try number("length of its \(part)")
        return try take(Int(count), part)
    }

    /// Visible ASCII, or nothing.
    mutating func name(_ part: String) throws(SignatureFailure) -> String {
        let bytes = try string(part)
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .signature("the \(part) of \(what) is not plain text")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A positive `mpint` in its one shortest form, without the zero that keeps it positive.
    mutating func magnitude(_ part: String) throws(SignatureFailure) -> [UInt8] {
        let bytes = try string(part)
        guard let first = bytes.first, first < 0x80, first != 0 || bytes.count > 1 && bytes[1] >= 0x80 else {
            throw .signature("the \(part) of \(what) is not a positive number in its shortest form")
        }
        return first == 0 ? Array(bytes.dropFirst()) : bytes
    }

    func finish() throws(SignatureFailure) {
        guard rest.isEmpty else { throw .signature("\(what) has \(rest.count) bytes after its end") }
    }
}

/// Builds what ``WireReader`` reads.
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    mutating func raw(_ more: some Sequence<UInt8>) { bytes += more }

    mutating func number(_ value: UInt32) {
        withUnsafeBytes(of: value.bigEndian) { bytes += $0 }
    }

    mutating func string(_ more: some Collection<UInt8>) {
        number(UInt32(more.count))
        bytes += more
    }

    mutating func string(_ text: String) { string(Array(text.utf8)) }

    static func build(_ body: (inout WireWriter) -> Void) -> [UInt8] {
        var writer = WireWriter()
        body(&writer)
        return writer.bytes
    }
}
