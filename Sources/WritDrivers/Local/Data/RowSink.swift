// What a reader of rows hands on, and to whom: slices of its own buffer, never a String per field.

/// Bytes that stay where they are only during the call that passes them.
typealias ByteSlice = UnsafeBufferPointer<UInt8>

/// Turns bytes that arrive in pieces of any size into rows. Where the pieces are cut makes no difference.
protocol RowReader: ~Copyable {
    mutating func consume(_ chunk: ByteSlice, into sink: inout some RowSink)
    /// There are no more bytes.
    mutating func finish(into sink: inout some RowSink)
}

/// Receives rows in the order of the file.
protocol RowSink {
    /// The first row of a CSV file.
    mutating func header(_ names: FieldList)
    /// The header cannot be read, or there is none.
    mutating func refusedHeader(_ defect: RowDefect)
    /// A data row of a CSV file.
    mutating func row(_ fields: FieldList)
    /// A data row of a JSON Lines file.
    mutating func object(_ members: UnsafeBufferPointer<JSONMember>)
    /// A data row that cannot be read. It counts as a row.
    mutating func refusedRow(_ defect: RowDefect)
}

/// The fields of one CSV row, unquoted, one after the other with one byte between them.
struct FieldList {
    let bytes: UnsafePointer<UInt8>
    let ends: UnsafePointer<Int>
    let count: Int

    subscript(_ index: Int) -> ByteSlice {
        let start = index == 0 ? 0 : ends[index - 1] + 1
        return ByteSlice(start: bytes + start, count: ends[index] - start)
    }
}

/// One key and its value at the top of a JSON object.
struct JSONMember {
    /// Without quotes and escapes.
    let key: ByteSlice
    let keyHash: UInt64
    let value: Cell
}

/// One value of one row.
struct Cell {
    enum Kind: UInt8 {
        /// CSV knows only text; an empty field is no value.
        case untyped
        case text, number, boolean, null, list, object
    }

    let kind: Kind
    /// Text without quotes and escapes, everything else as written.
    let bytes: ByteSlice

    var isMissing: Bool { kind == .null || (kind == .untyped && bytes.isEmpty) }
}

/// Why a row cannot be read.
enum RowDefect: Hashable {
    case noHeader
    case strayQuote
    case textAfterQuote
    case openQuote
    case loneCarriageReturn
    case notUTF8
    case rowTooLarge(limitBytes: Int)
    case fieldTooLarge(limitBytes: Int)
    case tooManyFields(limit: Int)
    case json(JSONDefect)

    var message: String {
        switch self {
        case .noHeader: "the file is empty, expected a header row"
        case .strayQuote:
            "found a quote inside a field that does not begin with one; quote the field and double the quote"
        case .textAfterQuote: "found text after a closing quote, expected a comma or the end of the row"
        case .openQuote: "a quoted field is still open at the end of the file"
        case .loneCarriageReturn: "found a carriage return without a line feed; end rows with LF or CRLF"
        case .notUTF8: "found bytes that are not UTF-8; convert the file to UTF-8"
        case .rowTooLarge(let limit): "the row is larger than \(limit) bytes, the most a row may have"
        case .fieldTooLarge(let limit): "a field is larger than \(limit) bytes, the most a field may have"
        case .tooManyFields(let limit): "the row has more than \(limit) fields, the most a row may have"
        case .json(let defect): defect.message
        }
    }
}
