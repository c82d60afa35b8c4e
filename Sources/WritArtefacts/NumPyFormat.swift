// NumPy's array files. The header is a Python literal; it is read by a grammar of its own, and nothing is evaluated.
import WritVocabulary

/// From `numpy/lib/format.py`: magic, version, header length, header, elements.
enum NumPyFormat {
    struct Header: Hashable {
        var holdsObjects: Bool
        /// Header and elements together.
        var totalBytes: UInt64
    }

    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    static func verdict(_ view: ByteView) throws -> Verdict {
        guard let header = try header(view) else {
            return Verdict(.unknown, "an array of NumPy whose header cannot be read")
        }
        if header.holdsObjects { return Verdict(.numpyObjects) }
        guard header.totalBytes == UInt64(view.size) else {
            return Verdict(.unknown, "an array of NumPy that is not as long as its header says")
        }
        return Verdict(.numpy)
    }

    /// nil where it is none.
    static func header(_ view: ByteView) throws -> Header? {
        let start = try view.bytes(at: 0, 12)
        guard start.count >= 10, Array(start[..<6]) == magic, (1...3).contains(start[6]), start[7] == 0 else {
            return nil
        }
        let width = start[6] == 1 ? 2 : 4
        guard start.count >= 8 + width else { return nil }
        let length = start.little(8, width)
        guard length <= UInt64(RecognitionLimits.numpyHeaderBytes) else { return nil }
        let text = try view.bytes(at: Int64(8 + width), Int(length))
        guard text.count == Int(length), text.last == 0x0A else { return nil }
        var parser = NumPyHeaderParser(text)
        guard let (elementBytes, count, holdsObjects) = parser.header() else { return nil }
        let (product, isTooMuch) = elementBytes.multipliedReportingOverflow(by: count)
        let (total, isMore) = product.addingReportingOverflow(UInt64(8 + width) + length)
        guard !isTooMuch, !isMore else { return nil }
        return Header(holdsObjects: holdsObjects, totalBytes: total)
    }
}

/// `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }` and nothing else.
struct NumPyHeaderParser {
    private let text: [UInt8]
    private var position = 0
    private var holdsObjects = false

    init(_ text: [UInt8]) { self.text = text }

    mutating func header() -> (elementBytes: UInt64, count: UInt64, holdsObjects: Bool)? {
        var elementBytes: UInt64?
        var count: UInt64?
        var order = false
        guard skip("{") else { return nil }
        while !skip("}") {
            guard let key = string(), skip(":") else { return nil }
            switch key {
            case "descr" where elementBytes == nil:
                guard let bytes = type(depth: 0) else { return nil }
                elementBytes = bytes
            case "fortran_order" where !order:
                guard word("True") || word("False") else { return nil }
                order = true
            case "shape" where count == nil:
                guard let product = tuple() else { return nil }
                count = product
            default: return nil
            }
            if !skip(",") {
                guard skip("}") else { return nil }
                break
            }
        }
        space()
        guard position == text.count, let elementBytes, let count, order else { return nil }
        return (elementBytes, count, holdsObjects)
    }

    private mutating func space() {
        while position < text.count, [0x20, 0x0A].contains(text[position]) { position += 1 }
    }

    private mutating func skip(_ character: Character) -> Bool {
        space()
        guard position < text.count, text[position] == character.asciiValue else { return false }
        position += 1
        return true
    }

    private mutating func word(_ word: String) -> Bool {
        space()
        guard text[position...].starts(with: word.utf8) else { return false }
        position += word.utf8.count
        return true
    }

    /// In single or double quotes; without escapes, which no name of a field needs.
    private mutating func string() -> String? {
        space()
        guard position < text.count, text[position] == 0x27 || text[position] == 0x22 else { return nil }
        let quote = text[position]
        guard let end = text[(position + 1)...].firstIndex(of: quote) else { return nil }
        let content = text[position + 1..<end]
        guard !content.contains(0x5C), !content.contains(0x0A) else { return nil }
        position = end + 1
        return String(validating: content, as: UTF8.self)
    }

    private mutating func number() -> UInt64? {
        space()
        let digits = text[position...].prefix { (0x30...0x39).contains($0) }
        position += digits.count
        return UInt64(String(decoding: digits, as: UTF8.self))
    }

    /// The product of a shape.
    private mutating func tuple() -> UInt64? {
        guard skip("(") else { return nil }
        var product: UInt64 = 1
        var dimensions = 0
        while !skip(")") {
            guard let size = number(), dimensions < RecognitionLimits.dimensions else { return nil }
            let (next, isTooMuch) = product.multipliedReportingOverflow(by: size)
            guard !isTooMuch else { return nil }
            product = next
            dimensions += 1
            if !skip(",") {
                guard skip(")"), dimensions > 1 else { return nil }
                break
            }
        }
        return product
    }

    /// Bytes of one element: a type, or a list of fields.
    private mutating func type(depth: Int) -> UInt64? {
        guard depth < RecognitionLimits.numpyDepth else { return nil }
        guard skip("[") else { return string().flatMap { simple($0) } }
        var sum: UInt64 = 0
        while !skip("]") {
            guard skip("("), string() != nil, skip(","), let bytes = type(depth: depth + 1) else { return nil }
            var count: UInt64 = 1
            if skip(",") {
                guard let repeated = tuple() else { return nil }
                count = repeated
            }
            let (product, isTooMuch) = bytes.multipliedReportingOverflow(by: count)
            let (next, isMore) = sum.addingReportingOverflow(product)
            guard skip(")"), !isTooMuch, !isMore else { return nil }
            sum = next
            if !skip(",") {
                guard skip("]") else { return nil }
                break
            }
        }
        return sum
    }

    /// `<f4`, `|b1`, `<U10`, `<M8[ns]`, `|O`.
    private mutating func simple(_ name: String) -> UInt64? {
        var rest = Array(name.utf8)[...]
        if let first = rest.first, "<>|=".utf8.contains(first) { rest = rest.dropFirst() }
        guard let kind = rest.popFirst() else { return nil }
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        let unit = rest.dropFirst(digits.count)
        if kind == UInt8(ascii: "O") {
            holdsObjects = true
            return 8
        }
        guard let size = UInt64(String(decoding: digits, as: UTF8.self)), size < 1 << 40 else { return nil }
        switch kind {
        case UInt8(ascii: "b"), UInt8(ascii: "i"), UInt8(ascii: "u"), UInt8(ascii: "f"), UInt8(ascii: "c"),
            UInt8(ascii: "S"), UInt8(ascii: "V"):
            return unit.isEmpty ? size : nil
        case UInt8(ascii: "U"): return unit.isEmpty ? size * 4 : nil
        case UInt8(ascii: "m"), UInt8(ascii: "M"):
            let isUnit = unit.isEmpty || unit.first == 0x5B && unit.last == 0x5D
            return isUnit ? size : nil
        default: return nil
        }
    }
}
