// RFC 8259, one object at a time, without building a tree.

/// Why a line is not one JSON object.
struct JSONDefect: Error, Hashable {
    enum Reason: Hashable {
        case expected(String)
        case controlCharacter
        case escape
        case loneSurrogate
        case duplicateKey(String)
        case tooDeep(limit: Int)
        case tooManyKeys(limit: Int)
    }

    var reason: Reason
    /// Counted from 1.
    var byte: Int

    var message: String {
        switch reason {
        case .expected(let what): "expected \(what) at byte \(byte) of the line"
        case .controlCharacter: "found a control character in a string at byte \(byte) of the line; escape it"
        case .escape: "found an unknown escape at byte \(byte) of the line"
        case .loneSurrogate: "found half of a surrogate pair at byte \(byte) of the line"
        case .duplicateKey(let key): "found the key “\(key)” twice in one object, at byte \(byte) of the line"
        case .tooDeep(let limit): "found more than \(limit) levels of nesting at byte \(byte) of the line"
        case .tooManyKeys(let limit): "found more than \(limit) keys at byte \(byte) of the line"
        }
    }
}

/// Reads one object and remembers the members at its top; what lies deeper is checked and passed over.
struct JSONScanner: ~Copyable {
    private let limits: DataLimits
    /// Strings that had escapes, unescaped. Never longer than the line.
    private let scratch: UnsafeMutablePointer<UInt8>
    private var scratchLength = 0
    private var line = ByteSlice(start: nil, count: 0)
    private var index = 0
    /// Keys of all objects that are open, outermost first.
    private var keys: [(key: ByteSlice, hash: UInt64)] = []
    private(set) var members: [JSONMember] = []

    init(limits: DataLimits) {
        self.limits = limits
        scratch = .allocate(capacity: limits.rowBytes)
    }

    deinit { scratch.deallocate() }

    /// Reads a line of at most `rowBytes` bytes, already known to be UTF-8. `members` point into the line and into
    /// the scanner until the next scan.
    mutating func scan(_ line: ByteSlice) -> JSONDefect? {
        self.line = line
        index = 0
        scratchLength = 0
        keys.removeAll(keepingCapacity: true)
        members.removeAll(keepingCapacity: true)
        do throws(JSONDefect) {
            skipSpace()
            guard next == UInt8(ascii: "{") else { throw defect(.expected("an object")) }
            try object(depth: 1)
            skipSpace()
            guard index == line.count else { throw defect(.expected("the end of the line")) }
            return nil
        } catch {
            return error
        }
    }

    /// The byte at the cursor; 0, which no rule expects, at the end.
    private var next: UInt8 { index < line.count ? line[index] : 0 }

    private func defect(_ reason: JSONDefect.Reason) -> JSONDefect { JSONDefect(reason: reason, byte: index + 1) }

    private mutating func skipSpace() {
        while index < line.count {
            switch line[index] {
            case 0x20, 0x09, 0x0D: index += 1
            default: return
            }
        }
    }

    private mutating func object(depth: Int) throws(JSONDefect) {
        if depth > limits.jsonDepth { throw defect(.tooDeep(limit: limits.jsonDepth)) }
        index += 1
        let firstKey = keys.count
        skipSpace()
        if next == UInt8(ascii: "}") {
            index += 1
            return
        }
        while true {
            let key = try key(after: firstKey)
            skipSpace()
            guard next == UInt8(ascii: ":") else { throw defect(.expected("a colon")) }
            index += 1
            let value = try value(depth: depth)
            if depth == 1 { members.append(JSONMember(key: key.key, keyHash: key.hash, value: value)) }
            skipSpace()
            if next == UInt8(ascii: "}") { break }
            guard next == UInt8(ascii: ",") else { throw defect(.expected("a comma or a closing brace")) }
            index += 1
            skipSpace()
        }
        index += 1
        keys.removeLast(keys.count - firstKey)
    }

    /// Reads a key and refuses one that the open object has already.
    private mutating func key(after firstKey: Int) throws(JSONDefect) -> (key: ByteSlice, hash: UInt64) {
        guard next == UInt8(ascii: "\"") else { throw defect(.expected("a key in quotes")) }
        let start = index
        let key = try string()
        let hash = ValueHash(key).first
        let isRepeated = keys[firstKey...].contains { $0.hash == hash && SliceComparison.equal($0.key, key) }
        guard !isRepeated, keys.count - firstKey < limits.fields else {
            index = start
            throw defect(
                isRepeated
                    ? .duplicateKey(UTF8Text.shown(key, limit: limits.shownCharacters))
                    : .tooManyKeys(limit: limits.fields))
        }
        keys.append((key, hash))
        return (key, hash)
    }

    private mutating func value(depth: Int) throws(JSONDefect) -> Cell {
        skipSpace()
        let start = index
        switch next {
        case UInt8(ascii: "\""): return Cell(kind: .text, bytes: try string())
        case UInt8(ascii: "{"):
            try object(depth: depth + 1)
            return cell(.object, from: start)
        case UInt8(ascii: "["):
            try list(depth: depth + 1)
            return cell(.list, from: start)
        case UInt8(ascii: "t"):
            try word("true")
            return cell(.boolean, from: start)
        case UInt8(ascii: "f"):
            try word("false")
            return cell(.boolean, from: start)
        case UInt8(ascii: "n"):
            try word("null")
            return cell(.null, from: start)
        default:
            try number()
            return cell(.number, from: start)
        }
    }

    private func cell(_ kind: Cell.Kind, from start: Int) -> Cell {
        Cell(kind: kind, bytes: ByteSlice(rebasing: line[start..<index]))
    }

    private mutating func list(depth: Int) throws(JSONDefect) {
        if depth > limits.jsonDepth { throw defect(.tooDeep(limit: limits.jsonDepth)) }
        index += 1
        skipSpace()
        if next == UInt8(ascii: "]") {
            index += 1
            return
        }
        while true {
            _ = try value(depth: depth)
            skipSpace()
            if next == UInt8(ascii: "]") { break }
            guard next == UInt8(ascii: ",") else { throw defect(.expected("a comma or a closing bracket")) }
            index += 1
        }
        index += 1
    }

    private mutating func word(_ text: StaticString) throws(JSONDefect) {
        for offset in 0..<text.utf8CodeUnitCount {
            guard next == text.utf8Start[offset] else { throw defect(.expected("a value")) }
            index += 1
        }
    }

    private mutating func number() throws(JSONDefect) {
        let start = index
        if next == UInt8(ascii: "-") { index += 1 }
        if next == UInt8(ascii: "0") {
            index += 1
        } else {
            try digits(or: start == index ? "a value" : "a digit")
        }
        if next == UInt8(ascii: ".") {
            index += 1
            try digits(or: "a digit")
        }
        guard next | 0x20 == UInt8(ascii: "e") else { return }
        index += 1
        if next == UInt8(ascii: "-") || next == UInt8(ascii: "+") { index += 1 }
        try digits(or: "a digit")
    }

    private mutating func digits(or expected: String) throws(JSONDefect) {
        let start = index
        while ValueSyntax.digit(next) != nil { index += 1 }
        if index == start { throw defect(.expected(expected)) }
    }

    /// Reads a string; the result lies in the line, or in `scratch` when it had escapes.
    private mutating func string() throws(JSONDefect) -> ByteSlice {
        index += 1
        let start = index
        try plainRun()
        if next == UInt8(ascii: "\"") {
            index += 1
            return ByteSlice(rebasing: line[start..<index - 1])
        }
        let unescaped = scratchLength
        keep(from: start)
        while next != UInt8(ascii: "\"") {
            try escape()
            let run = index
            try plainRun()
            keep(from: run)
        }
        index += 1
        return ByteSlice(start: scratch + unescaped, count: scratchLength - unescaped)
    }

    /// Moves on to a quote or a backslash.
    private mutating func plainRun() throws(JSONDefect) {
        while index < line.count {
            let byte = line[index]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
            if byte < 0x20 { throw defect(.controlCharacter) }
            index += 1
        }
        throw defect(.expected("a closing quote"))
    }

    private mutating func keep(from start: Int) {
        for byte in line[start..<index] { keep(byte) }
    }

    private mutating func keep(_ byte: UInt8) {
        scratch[scratchLength] = byte
        scratchLength += 1
    }

    private mutating func escape() throws(JSONDefect) {
        index += 1
        switch next {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): keep(next)
        case UInt8(ascii: "b"): keep(0x08)
        case UInt8(ascii: "f"): keep(0x0C)
        case UInt8(ascii: "n"): keep(0x0A)
        case UInt8(ascii: "r"): keep(0x0D)
        case UInt8(ascii: "t"): keep(0x09)
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw defect(.escape)
        }
        index += 1
    }

    /// At the `u`. Writes the character in UTF-8: three bytes at most for six read, four for twelve.
    private mutating func unicodeEscape() throws(JSONDefect) {
        index += 1
        var code = try fourHexDigits()
        if (0xD800..<0xDC00).contains(code) {
            guard next == UInt8(ascii: "\\") else { throw defect(.loneSurrogate) }
            index += 1
            guard next == UInt8(ascii: "u") else { throw defect(.loneSurrogate) }
            index += 1
            let low = try fourHexDigits()
            guard (0xDC00..<0xE000).contains(low) else { throw defect(.loneSurrogate) }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw defect(.loneSurrogate) }
        for byte in String(Character(scalar)).utf8 { keep(byte) }
    }

    private mutating func fourHexDigits() throws(JSONDefect) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard index < line.count, let digit = Character(Unicode.Scalar(line[index])).hexDigitValue else {
                throw defect(.escape)
            }
            code = code << 4 | UInt32(digit)
            index += 1
        }
        return code
    }
}
