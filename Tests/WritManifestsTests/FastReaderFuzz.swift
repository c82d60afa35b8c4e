// Text for the comparison of the fast reader with libyaml: manifests, broken manifests, and YAML's alphabet at random.
import Glibc

@testable import WritManifests

/// One seeded row of texts.
struct FastReaderFuzz {
    private var random: SplitMix
    private(set) var counts = Counts()

    /// How often each answer came, so that a comparison that compares nothing is seen.
    struct Counts: Equatable {
        var fast = 0
        var left = 0
    }

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    /// The first text the two readers disagree about. Each text is followed by some that differ from it in one place.
    mutating func disagreement(in cases: Int) -> [UInt8]? {
        var text: [UInt8] = []
        for number in 0..<cases {
            let isNew = number.isMultiple(of: 8)
            if isNew { text = self.text() }
            var variant = text
            if !isNew { edit(&variant) }
            if !isAgreed(variant) { return variant }
        }
        return nil
    }

    /// Cases of a kind for a quick run; `WRIT_FUZZ_CASES` asks for more.
    static func cases(quick: Int) -> Int { getenv("WRIT_FUZZ_CASES").flatMap { Int(String(cString: $0)) } ?? quick }

    private mutating func isAgreed(_ text: [UInt8]) -> Bool {
        let check = text.withUnsafeBufferPointer { SourceCheck($0) }
        guard check.fault == nil, check.isPlain, let fast = FastReader.tree(of: text, isASCII: check.isASCII) else {
            counts.left += 1
            return true
        }
        counts.fast += 1
        return YAMLParser.parse(text, fast: false).isEqual(to: fast)
    }

    private mutating func text() -> [UInt8] {
        switch random.below(8) {
        case 0: manifest()
        case 1...3: mutated()
        case 4: shuffled()
        case 5: composed()
        default: noise()
        }
    }
}

extension YAMLTree {
    /// Whether decoding could tell the two apart in any way.
    func isEqual(to other: YAMLTree) -> Bool {
        guard nodes.count == other.nodes.count, documents == other.documents, side == other.side else { return false }
        guard problems.isEmpty, other.problems.isEmpty, isTruncated == other.isTruncated else { return false }
        return zip(nodes, other.nodes).allSatisfy { a, b in
            a.start == b.start && a.end == b.end && a.next == b.next && a.firstChild == b.firstChild
                && a.line == b.line && a.column == b.column && a.kind == b.kind && a.style == b.style
                && a.valueStart == b.valueStart && a.valueLength == b.valueLength
        }
    }
}

// MARK: - Texts

extension FastReaderFuzz {
    private static let sources = [
        Fixtures.dataset, Fixtures.model, Fixtures.endpoint, Fixtures.holdout,
        Fixtures.holdout + "---\n" + Fixtures.endpoint, Fixtures.model.replacing("flight", with: "flüg"),
        "# ünï\n---\na: [é, {ö: \"ä\", ü: 'x'}] # ß\nb:\n- ü\n-\n- - é\n",
    ].map { Array($0.utf8) }

    private static let alphabet = [
        "a", "b", "1", "-", ".", " ", " ", " ", "\n", "\n", ":", ":", ": ", ",", "[", "]", "{", "}", "#", " #", "\"",
        "'",
        "- ", "- ", "? ", "?", "&", "*", "!", "|", ">", "%", "@", "`", "\\", "~", "=", "<", "---", "...", "\n  ", "\n ",
        "é", "😀", "\t", "\r\n", "<<", "a: ", "a:\n", "b: [", "c: {", "\n- ", "\n  - ", "\"x\"", "'y'", "\u{A0}",
    ].map { Array($0.utf8) }

    /// The beginning of a fixture: whole files say little more and cost much more.
    private mutating func excerpt() -> [UInt8] {
        let source = Self.sources[random.below(Self.sources.count)]
        let end = random.below(min(source.count, 500))
        return Array(source[..<end]) + source[end...].prefix { $0 != 0x0A } + [0x0A]
    }

    /// A file of lines that are mostly well made.
    private mutating func manifest() -> [UInt8] {
        var text: [UInt8] = []
        if random.below(3) == 0 { text += Array("---\n".utf8) }
        block(depth: 0, column: random.below(12) == 0 ? 1 : 0, into: &text)
        for _ in 0..<random.below(3) {
            text += Array("--- # next\n".utf8)
            block(depth: 0, column: 0, into: &text)
        }
        if random.below(6) == 0 { text.removeLast() }
        return text
    }

    private mutating func block(depth: Int, column: Int, into text: inout [UInt8]) {
        let indent = [UInt8](repeating: 0x20, count: column)
        let isList = random.below(3) == 0
        for entry in 0...random.below(4) {
            if random.below(12) == 0 { text += Array("\n   # note\n".utf8) }
            text += indent
            if isList { text += Array("-".utf8) } else { text += key(entry) + Array(":".utf8) }
            if depth < 4, random.below(3) == 0 {
                let isCompact = isList && random.below(2) == 0
                text += Array((isCompact ? " " : random.below(4) == 0 ? " # why\n" : "\n").utf8)
                if isCompact { text += Array("a: b\n".utf8) }
                let deeper = isCompact || isList || random.below(3) > 0 ? 2 : 0
                if isCompact { text += indent + Array("  c:\n".utf8) }
                block(depth: depth + 1, column: column + deeper + (isCompact ? 2 : 0), into: &text)
            } else {
                text += [0x20] + value(depth: 0)
                text += Array([" # c\n", "  \n", "\n", "\n", "\n", " #\n"][random.below(6)].utf8)
            }
        }
    }

    private mutating func key(_ entry: Int) -> [UInt8] {
        let words = ["name", "kind", "\"q k\"", "'s'", "é", "a b", "x-y", "0", "path ", "a#b", "~"]
        let odd = ["-z", "a:b", "? a", "[a]", "-", "<<", "", "a\n", "{", "---", "\"a\" b"]
        let word = random.below(60) == 0 ? odd[random.below(odd.count)] : words[random.below(words.count)]
        guard random.below(40) > 0 else { return Array(word.utf8) }
        let quote = word.last == "'" || word.last == "\"" ? String(word.last ?? "'") : ""
        return Array("\(word.dropLast(quote.count))\(entry)\(quote)".utf8)
    }

    private static let words = [
        "a", "writ.dev/v1", "\"q: #\"", "'s, [x]'", "0.05", "-1", "a b  c", "http://x:1/y", "é ü", "\"\"", "''", "~",
        "=",
        "a#b", "😀", "<=1", "a-b",
    ]
    private static let oddWords = [
        "", "- x", "a: b", "\"e\\n\"", "'it''s'", "*a", "|", "a #b", "--- x", "<<", "x,y", "a]b", "a?b", "a:", ":a",
        "-",
        "--", "?a", "&a", "a\n     b", "\"a\n b\"", "!x", "%", "a:[", "a\tb", "{a", "]", "# c",
    ]

    private mutating func value(depth: Int) -> [UInt8] {
        let words = random.below(12) == 0 ? Self.oddWords : Self.words
        guard depth < 3 else { return Array(words[random.below(words.count)].utf8) }
        switch random.below(6) {
        case 0:
            let items = (0..<random.below(4)).map { _ in value(depth: depth + 1) }
            return Array("[".utf8) + Array(items.joined(separator: Array(", ".utf8))) + Array("]".utf8)
        case 1:
            let items = (0..<random.below(4)).map { entry in
                key(entry) + Array(": ".utf8) + value(depth: depth + 1)
            }
            return Array("{".utf8) + Array(items.joined(separator: Array(",".utf8))) + Array("}".utf8)
        default: return Array(words[random.below(words.count)].utf8)
        }
    }

    private mutating func mutated() -> [UInt8] {
        var text = random.below(2) == 0 ? manifest() : excerpt()
        for _ in 0...random.below(2) { random.mutate(&text, from: Self.sources) }
        return text
    }

    private mutating func edit(_ text: inout [UInt8]) {
        let at = text.isEmpty ? 0 : random.below(text.count)
        switch random.below(5) {
        case 0: text.insert(contentsOf: Self.alphabet[random.below(Self.alphabet.count)], at: at)
        case 1: text.replaceSubrange(at..<min(at + 1, text.count), with: Self.alphabet[random.below(30)])
        case 2: if !text.isEmpty { text.remove(at: at) }
        case 3: text.insert(contentsOf: [UInt8](repeating: 0x20, count: 1 + random.below(3)), at: at)
        default: if !text.isEmpty { text[at] = UInt8(0x20 + random.below(95)) }
        }
    }

    private mutating func shuffled() -> [UInt8] {
        var lines = (random.below(2) == 0 ? manifest() : excerpt())
            .split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
        for _ in 0...random.below(3) {
            let (from, to) = (random.below(lines.count), random.below(lines.count))
            switch random.below(4) {
            case 0: lines.swapAt(from, to)
            case 1: lines.insert(lines[from], at: to)
            case 2: if lines.count > 1 { lines.remove(at: from) }
            default: lines[from] = [UInt8](repeating: 0x20, count: random.below(5)) + lines[from].drop { $0 == 0x20 }
            }
        }
        return Array(lines.joined(separator: [0x0A]))
    }

    /// Short lines of chosen pieces: near what the fast reader takes.
    private mutating func composed() -> [UInt8] {
        var text: [UInt8] = []
        for _ in 0...random.below(6) {
            text += [UInt8](repeating: 0x20, count: random.below(4))
            for _ in 0..<random.below(3) { text += Array("- ".utf8) }
            if random.below(3) > 0 { text += key(random.below(3)) + Array(random.below(8) == 0 ? ":".utf8 : ": ".utf8) }
            if random.below(3) > 0 { text += value(depth: 1) }
            text.append(0x0A)
        }
        return text
    }

    private mutating func noise() -> [UInt8] {
        (0...random.below(24)).reduce(into: []) { text, _ in
            text += Self.alphabet[random.below(Self.alphabet.count)]
        }
    }
}
