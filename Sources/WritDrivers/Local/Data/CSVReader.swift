// RFC 4180 as a push parser: bytes in, rows out, one row in memory.

/// Reads comma-separated values with a header row.
///
/// Rows end with LF or CRLF; quoted fields may hold commas, doubled quotes and line ends; lines without a byte are
/// skipped. A row that breaks the rules is reported and reading goes on behind it.
struct CSVReader: RowReader, ~Copyable {
    /// Where the next byte falls.
    private enum Place { case rowStart, fieldStart, plain, quoted, quoteInQuoted, carriageReturn, emptyLineReturn }

    private static let comma = UInt8(ascii: ",")
    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    private let limits: DataLimits
    /// The row so far; each field is followed by one comma.
    private let bytes: UnsafeMutablePointer<UInt8>
    private let ends: UnsafeMutablePointer<Int>
    private var length = 0
    private var fieldStart = 0
    private var fieldCount = 0
    private var place = Place.rowStart
    /// All bytes of the row or-ed: below 0x80 the row is ASCII.
    private var bits: UInt8 = 0
    private var defect: RowDefect?
    private var headerSeen = false

    init(limits: DataLimits) {
        self.limits = limits
        bytes = .allocate(capacity: limits.rowBytes + 1)
        ends = .allocate(capacity: limits.fields)
    }

    deinit {
        bytes.deallocate()
        ends.deallocate()
    }

    mutating func consume(_ chunk: ByteSlice, into sink: inout some RowSink) {
        var index = 0
        while index < chunk.count {
            switch place {
            case .plain, .rowStart, .fieldStart:
                index = readPlain(chunk, from: index, into: &sink)
            case .quoted:
                index = readQuoted(chunk, from: index)
            case .quoteInQuoted:
                index = readAfterQuote(chunk, from: index, into: &sink)
            case .carriageReturn, .emptyLineReturn:
                index = readAfterReturn(chunk, from: index, into: &sink)
            }
        }
    }

    mutating func finish(into sink: inout some RowSink) {
        switch place {
        case .rowStart: break
        case .quoted:
            note(.openQuote)
            endRow(into: &sink)
        case .carriageReturn, .emptyLineReturn:
            note(.loneCarriageReturn)
            endRow(into: &sink)
        case .fieldStart, .plain, .quoteInQuoted: endRow(into: &sink)
        }
        if !headerSeen { sink.refusedHeader(.noHeader) }
    }

    private mutating func readPlain(_ chunk: ByteSlice, from start: Int, into sink: inout some RowSink) -> Int {
        let index = copy(chunk, from: start) { byte in
            // Letters, digits and most signs lie above the comma: one comparison settles them.
            byte <= Self.comma
                && (byte == Self.comma || byte == Self.lineFeed || byte == Self.quote || byte == Self.carriageReturn)
        }
        if index > start { place = .plain }
        guard index < chunk.count else { return index }
        switch chunk[index] {
        case Self.comma: endField(next: .fieldStart)
        case Self.lineFeed where place == .rowStart: break
        case Self.lineFeed: endRow(into: &sink)
        case Self.carriageReturn: place = place == .rowStart ? .emptyLineReturn : .carriageReturn
        case Self.quote where place != .plain: place = .quoted
        default:
            note(.strayQuote)
            place = .plain
        }
        return index + 1
    }

    private mutating func readQuoted(_ chunk: ByteSlice, from start: Int) -> Int {
        let index = copy(chunk, from: start) { $0 == Self.quote }
        guard index < chunk.count else { return index }
        place = .quoteInQuoted
        return index + 1
    }

    private mutating func readAfterQuote(_ chunk: ByteSlice, from index: Int, into sink: inout some RowSink) -> Int {
        switch chunk[index] {
        case Self.quote:
            append(Self.quote)
            place = .quoted
        case Self.comma: endField(next: .fieldStart)
        case Self.lineFeed: endRow(into: &sink)
        case Self.carriageReturn: place = .carriageReturn
        default:
            note(.textAfterQuote)
            place = .plain
        }
        return index + 1
    }

    private mutating func readAfterReturn(_ chunk: ByteSlice, from index: Int, into sink: inout some RowSink) -> Int {
        guard chunk[index] == Self.lineFeed else {
            note(.loneCarriageReturn)
            place = .plain
            return index
        }
        if place == .carriageReturn { endRow(into: &sink) }
        place = .rowStart
        return index + 1
    }

    /// Copies bytes into the row up to one that stops; returns where it stopped.
    @inline(__always)
    private mutating func copy(_ chunk: ByteSlice, from start: Int, until stops: (UInt8) -> Bool) -> Int {
        var index = start
        while true {
            let end = min(chunk.count, index + limits.rowBytes - length)
            var target = bytes + length
            var seen = bits
            let first = index
            while index < end {
                let byte = chunk[index]
                if stops(byte) { break }
                target.pointee = byte
                target += 1
                seen |= byte
                index += 1
            }
            bits = seen
            length += index - first
            guard length >= limits.rowBytes, index < chunk.count, !stops(chunk[index]) else { return index }
            discard(.rowTooLarge(limitBytes: limits.rowBytes))
        }
    }

    private mutating func append(_ byte: UInt8) {
        if length >= limits.rowBytes { discard(.rowTooLarge(limitBytes: limits.rowBytes)) }
        bytes[length] = byte
        length += 1
    }

    private mutating func endField(next: Place) {
        if length - fieldStart > limits.fieldBytes { note(.fieldTooLarge(limitBytes: limits.fieldBytes)) }
        if fieldCount == limits.fields { discard(.tooManyFields(limit: limits.fields)) }
        if length > limits.rowBytes { discard(.rowTooLarge(limitBytes: limits.rowBytes)) }
        ends[fieldCount] = length
        fieldCount += 1
        bytes[length] = Self.comma
        length += 1
        fieldStart = length
        place = next
    }

    private mutating func endRow(into sink: inout some RowSink) {
        endField(next: .rowStart)
        if bits >= 0x80, !UTF8Text.isValid(ByteSlice(start: bytes, count: length)) { note(.notUTF8) }
        emit(into: &sink)
        length = 0
        fieldStart = 0
        fieldCount = 0
        bits = 0
        defect = nil
    }

    private mutating func emit(into sink: inout some RowSink) {
        let fields = FieldList(bytes: bytes, ends: ends, count: fieldCount)
        switch (headerSeen, defect) {
        case (true, nil): sink.row(fields)
        case (true, let defect?): sink.refusedRow(defect)
        case (false, nil): sink.header(fields)
        case (false, let defect?): sink.refusedHeader(defect)
        }
        headerSeen = true
    }

    /// The first defect of a row is the one that is told.
    private mutating func note(_ found: RowDefect) {
        if defect == nil { defect = found }
    }

    /// Forgets the row's bytes, keeping its place in the file.
    private mutating func discard(_ found: RowDefect) {
        note(found)
        length = 0
        fieldStart = 0
        fieldCount = 0
    }
}
