// What a piece of text may look like: one rule for the check, the JSON Schema pattern and the words people read.

/// A set of ASCII characters, written as in a pattern: `a-z0-9_`.
struct CharacterSet: Sendable {
    let pattern: String
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init(_ pattern: String) {
        self.pattern = pattern
        let bytes = Array(pattern.utf8)
        var index = 0
        while index < bytes.count {
            let isRange = index + 2 < bytes.count && bytes[index + 1] == UInt8(ascii: "-")
            let last = isRange ? bytes[index + 2] : bytes[index]
            for byte in bytes[index]...last { insert(byte) }
            index += isRange ? 3 : 1
        }
    }

    private mutating func insert(_ byte: UInt8) {
        if byte < 64 { low |= 1 << UInt64(byte) } else if byte < 128 { high |= 1 << UInt64(byte - 64) }
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        byte < 64 ? low >> UInt64(byte) & 1 == 1 : byte < 128 && high >> UInt64(byte - 64) & 1 == 1
    }
}

/// A rule for text, in bytes of UTF-8. An object, so that handing it around copies nothing.
final class TextRule: Sendable {
    /// What to call it: "a name of `a-z`, `0-9` and `-`".
    let words: String
    let bytes: ClosedRange<Int>
    let characters: Characters

    enum Characters: Sendable {
        /// Anything; line ends only where `lines` is set.
        case any(lines: Bool)
        /// The first, the middle and the last character.
        case ascii(first: CharacterSet, middle: CharacterSet, last: CharacterSet)
        /// A prefix, then anything.
        case prefix(String)
        /// Nothing but these, and as many as one of the lengths.
        case digits(CharacterSet, lengths: [Int])
    }

    init(words: String, bytes: ClosedRange<Int>, characters: Characters) {
        self.words = words
        self.bytes = bytes
        self.characters = characters
    }

    func allows(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.contains(value.count) else { return false }
        switch characters {
        case .any(let lines): return lines || !value.contains(0x0A)
        case .prefix(let prefix): return value.starts(with: prefix.utf8) && !value.contains(0x0A)
        case .digits(let digits, let lengths):
            return lengths.contains(value.count) && value.allSatisfy(digits.contains)
        case .ascii(let first, let middle, let last):
            guard value.count > 0 else { return true }
            guard first.contains(value[0]) else { return false }
            guard value.count > 1 else { return true }
            return last.contains(value[value.count - 1]) && value[1..<(value.count - 1)].allSatisfy(middle.contains)
        }
    }

    /// The pattern of the JSON Schema; nil where any text of the right length will do.
    var pattern: String? {
        switch characters {
        case .any(let lines): return lines ? nil : #"^[^\n]*$"#
        case .prefix(let prefix): return #"^\#(prefix)[^\n]*$"#
        case .digits(let digits, let lengths):
            return "^(" + lengths.map { "[\(digits.pattern)]{\($0)}" }.joined(separator: "|") + ")$"
        case .ascii(let first, let middle, let last):
            let most = bytes.upperBound
            if middle.pattern == last.pattern { return "^[\(first.pattern)][\(middle.pattern)]{0,\(most - 1)}$" }
            return "^[\(first.pattern)]([\(middle.pattern)]{0,\(most - 2)}[\(last.pattern)])?$"
        }
    }
}

extension TextRule {
    private static func ascii(_ words: String, _ most: Int, _ first: String, _ middle: String, _ last: String? = nil)
        -> TextRule
    {
        TextRule(
            words: words, bytes: 1...most,
            characters: .ascii(
                first: CharacterSet(first), middle: CharacterSet(middle), last: CharacterSet(last ?? middle)))
    }

    static let line = TextRule(
        words: "one line of text", bytes: 1...Limits.shortTextBytes, characters: .any(lines: false))
    static let lines = TextRule(words: "text", bytes: 1...Limits.longTextBytes, characters: .any(lines: true))
    static let possiblyEmpty = TextRule(words: "text", bytes: 0...Limits.longTextBytes, characters: .any(lines: true))
    static let argument = TextRule(words: "text", bytes: 0...Limits.argumentBytes, characters: .any(lines: true))
    static let labelValue = TextRule(
        words: "one line of text", bytes: 0...Limits.shortTextBytes, characters: .any(lines: false))
    static let httpPath = TextRule(
        words: "a path that begins with `/`, of printable ASCII without spaces", bytes: 1...Limits.shortTextBytes,
        characters: .ascii(first: CharacterSet("/"), middle: CharacterSet("!-~"), last: CharacterSet("!-~")))
    static let name = ascii("a name of `a-z`, `0-9` and `-`, at most 63 characters", 63, "a-z0-9", "a-z0-9-", "a-z0-9")
    static let labelKey = ascii(
        "a label of letters, digits, `.`, `_`, `/` and `-`, at most 63 characters", 63, "A-Za-z0-9", "A-Za-z0-9._/-",
        "A-Za-z0-9")
    static let input = ascii(
        "an input name of `a-z`, `0-9` and `_` that begins with a letter, at most 63 characters", 63, "a-z", "a-z0-9_")
    static let parameter = ascii(
        "a parameter name of letters, digits, `_`, `.` and `-` that begins with a letter or `_`, "
            + "at most 128 characters", 128, "A-Za-z_", "A-Za-z0-9_.-")
    static let metric = ascii(
        "a metric name of letters, digits, `_`, `.`, `/`, `@` and `-` that begins with a letter, "
            + "at most 128 characters", 128, "A-Za-z", "A-Za-z0-9_./@-")
    static let implementation = ascii(
        "a dotted Python name such as `mlserver_sklearn.SKLearnModel`", 256, "A-Za-z_", "A-Za-z0-9_.", "A-Za-z0-9_")
}
