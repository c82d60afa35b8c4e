// The header fields of one head: checked line by line, and what they say about framing and the connection.

/// A scanned field section. Kept by its connection and scanned into again, so that a request costs no allocation.
struct FieldSection: Sendable {
    private(set) var fields: [Field] = []
    private(set) var contentLength: Int64?
    private(set) var chunked = false
    private(set) var saysClose = false
    private(set) var saysKeepAlive = false
    /// How many other fields `Connection` names; they end at this hop.
    private(set) var nominatedCount = 0
    private(set) var host: Range<Int>?
    private(set) var expectsContinue = false
    private(set) var hasIdempotencyKey = false

    static let nominatedCountMax = 16

    private mutating func reset() {
        fields.removeAll(keepingCapacity: true)
        contentLength = nil
        chunked = false
        saysClose = false
        saysKeepAlive = false
        nominatedCount = 0
        host = nil
        expectsContinue = false
        hasIdempotencyKey = false
    }

    /// Reads the lines from `start` up to the empty line that ends at `end`.
    mutating func scan(
        _ bytes: borrowing Span<UInt8>, from start: Int, end: Int, fieldCountMax: Int
    ) throws(Refusal) {
        reset()
        var position = start
        while position < end - 2 {
            guard fields.count < fieldCountMax else { throw .tooManyFields }
            let field = try FieldSection.line(bytes, from: position, end: end)
            fields.append(field)
            position = field.line.upperBound
            try note(field, bytes)
        }
        if chunked, contentLength != nil { throw .lengthAndCoding }
    }

    /// `name: value CR LF`, with nothing between name and colon.
    private static func line(_ bytes: borrowing Span<UInt8>, from start: Int, end: Int) throws(Refusal) -> Field {
        if Byte.isBlank(bytes[start]) { throw .foldedField }
        let token = ByteSet.token
        var index = start
        while index < end, token.contains(bytes[index]) { index += 1 }
        guard index > start, index < end, bytes[index] == Byte.colon else { throw .invalidField }
        let name = start..<index
        index += 1
        while Byte.isBlank(bytes[index]) { index += 1 }
        let valueStart = index
        while Byte.isFieldValue(bytes[index]) { index += 1 }
        guard index + 1 < end, bytes[index] == Byte.carriageReturn, bytes[index + 1] == Byte.lineFeed else {
            throw .invalidField
        }
        var valueEnd = index
        while valueEnd > valueStart, Byte.isBlank(bytes[valueEnd - 1]) { valueEnd -= 1 }
        return Field(
            kind: FieldName.classify(bytes, name), line: start..<(index + 2), name: name, value: valueStart..<valueEnd)
    }

    private mutating func note(_ field: Field, _ bytes: borrowing Span<UInt8>) throws(Refusal) {
        switch field.kind {
        case .other, .hopByHop, .forwardedFor, .forwardedProto, .forwardedHost, .forwardedPrefix, .forwarded,
            .writOwn:
            return
        case .connection: try noteConnection(field.value, bytes)
        case .contentLength:
            guard contentLength == nil else { throw .lengthRepeated }
            contentLength = try FieldSection.length(field.value, bytes)
        case .transferEncoding:
            guard !chunked else { throw .codingInvalid }
            guard FieldName.equal(bytes, field.value, "chunked") else { throw .codingUnsupported }
            chunked = true
        case .host:
            guard host == nil, FieldSection.isHost(field.value, bytes) else { throw .hostInvalid }
            host = field.value
        case .expect:
            guard FieldName.equal(bytes, field.value, "100-continue") else { throw .expectationUnsupported }
            expectsContinue = true
        case .idempotencyKey: hasIdempotencyKey = true
        }
    }

    /// At most 18 digits: no sign, no list, nothing that overflows.
    private static func length(_ range: Range<Int>, _ bytes: borrowing Span<UInt8>) throws(Refusal) -> Int64 {
        guard (1...18).contains(range.count) else { throw .lengthInvalid }
        var value: Int64 = 0
        for index in range {
            guard Byte.isDigit(bytes[index]) else { throw .lengthInvalid }
            value = value * 10 + Int64(bytes[index] - 0x30)
        }
        return value
    }

    private static func isHost(_ range: Range<Int>, _ bytes: borrowing Span<UInt8>) -> Bool {
        for index in range where !ByteSet.host.contains(bytes[index]) { return false }
        return true
    }

    private mutating func noteConnection(_ range: Range<Int>, _ bytes: borrowing Span<UInt8>) throws(Refusal) {
        var rest = range
        while let option = ListElement.next(&rest, bytes) {
            if FieldName.equal(bytes, option, "close") {
                saysClose = true
            } else if FieldName.equal(bytes, option, "keep-alive") {
                saysKeepAlive = true
            } else {
                nominatedCount += 1
                guard nominatedCount <= FieldSection.nominatedCountMax else { throw .tooManyFields }
            }
        }
    }

    /// Whether `Connection` names this field, which then ends here. Only for fields that carry no framing.
    func isNominated(_ field: Field, _ bytes: borrowing Span<UInt8>) -> Bool {
        guard nominatedCount > 0 else { return false }
        for connection in fields where connection.kind == .connection {
            var rest = connection.value
            while let option = ListElement.next(&rest, bytes) {
                if ListElement.equal(option, field.name, bytes) { return true }
            }
        }
        return false
    }
}

/// One element of a comma-separated field value.
enum ListElement {
    static func next(_ rest: inout Range<Int>, _ bytes: borrowing Span<UInt8>) -> Range<Int>? {
        while !rest.isEmpty {
            var end = rest.lowerBound
            while end < rest.upperBound, bytes[end] != Byte.comma { end += 1 }
            var element = rest.lowerBound..<end
            rest = min(end + 1, rest.upperBound)..<rest.upperBound
            while !element.isEmpty, Byte.isBlank(bytes[element.lowerBound]) { element = element.dropFirst() }
            while !element.isEmpty, Byte.isBlank(bytes[element.upperBound - 1]) { element = element.dropLast() }
            if !element.isEmpty { return element }
        }
        return nil
    }

    /// Compares two ranges without regard to ASCII case.
    static func equal(_ a: Range<Int>, _ b: Range<Int>, _ bytes: borrowing Span<UInt8>) -> Bool {
        guard a.count == b.count else { return false }
        for offset in 0..<a.count where lower(bytes[a.lowerBound + offset]) != lower(bytes[b.lowerBound + offset]) {
            return false
        }
        return true
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
}
