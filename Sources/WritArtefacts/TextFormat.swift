// Text, and the texts that are programs.
import WritVocabulary

/// UTF-8 without control characters but line ends and tabs, all of it.
struct TextFormat {
    private var looksLikePython = false
    private var makesObjects = false
    private var lines = 0
    private var isFenced = false
    private var fencedPython = false
    private var hasQuotes = false
    private var first = ""

    /// nil where it is no text.
    static func verdict(_ view: ByteView) throws -> Verdict? {
        guard view.size <= RecognitionLimits.textBytes else { return nil }
        var format = TextFormat()
        var cursor = ByteCursor(view)
        var check = UTF8Check()
        var line: [UInt8] = []
        while let byte = try cursor.next() {
            guard check.accept(byte) else { return nil }
            if byte == 0x0A || byte == 0x0D {
                format.take(line)
                line.removeAll(keepingCapacity: true)
                continue
            }
            guard byte >= 0x20 || byte == 0x09 || byte == 0x0C, byte != 0x7F else { return nil }
            if line.count < RecognitionLimits.lineBytes { line.append(byte) }
        }
        guard check.isComplete else { return nil }
        format.take(line)
        return try format.verdict(view)
    }

    private func verdict(_ view: ByteView) throws -> Verdict {
        if makesObjects { return Verdict(.python, "YAML with tags that make Python objects") }
        if looksLikePython || isFenced && fencedPython { return Verdict(.python) }
        if first == "tree", try view.contains([Array("\nend of trees".utf8)])[0] { return Verdict(.lightgbm) }
        return Verdict(.text)
    }

    private mutating func take(_ line: [UInt8]) {
        lines += 1
        if lines == 1 { first = String(decoding: line, as: UTF8.self) }
        // Most lines of a table cannot be any of it.
        guard !looksLikePython, !makesObjects else { return }
        if line.contains(0x21) || line.contains(0x3A) {
            if line.occurs(Array("!!python/".utf8)) || line.occurs(Array("yaml.org,2002:python".utf8)) {
                makesObjects = true
            }
        }
        let code = line.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0C || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF }
        if code.starts(with: "```".utf8), !hasQuotes {
            // What a Markdown text shows is no program, if the fence ends; in a string, it is no fence.
            isFenced.toggle()
            if !isFenced { fencedPython = false }
            return
        }
        if line.occurs([0x22, 0x22, 0x22]) || line.occurs([0x27, 0x27, 0x27]) { hasQuotes = true }
        guard PythonLine.isStatement(Array(code), number: lines) else { return }
        if isFenced { fencedPython = true } else { looksLikePython = true }
    }
}

/// Lines that begin a program rather than a sentence.
enum PythonLine {
    static func isStatement(_ line: [UInt8], number: Int) -> Bool {
        guard let first = line.first else { return false }
        // Another encoding could hide anything.
        if number <= 2, first == 0x23 {
            return line.occurs(Array("coding:".utf8)) || line.occurs(Array("coding=".utf8))
        }
        if line.occurs(Array("__import__".utf8)) || line.occurs(Array(";import ".utf8))
            || line.occurs(Array("; import ".utf8))
        {
            return true
        }
        guard [0x69, 0x66, 0x64, 0x63, 0x61, 0x40, 0x65].contains(first) else { return false }
        let text = String(decoding: line, as: UTF8.self)
        let words = text.split(whereSeparator: { $0 == " " || $0 == "\t" })
        switch words[0] {
        case "import": return imports(words.dropFirst())
        case "from": return words.count >= 4 && words[2] == "import" && isName(words[1])
        case "def", "class":
            return words.count >= 2 && text.contains(":") && (text.contains("(") || words[0] == "class")
        case "async": return words.count >= 3 && words[1] == "def"
        case "if": return words.count >= 2 && words[1] == "__name__"
        default: break
        }
        if first == 0x40 { return words.count == 1 && isName(words[0].dropFirst().prefix { $0 != "(" }) }
        return text.hasPrefix("exec(") || text.hasPrefix("eval(")
    }

    private static func isName(_ word: some StringProtocol) -> Bool {
        !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
    }

    /// `import a.b`, `import a as b, c`, with a comment or a semicolon behind it.
    private static func imports(_ words: ArraySlice<Substring>) -> Bool {
        guard let first = words.first else { return false }
        let name = first.prefix { $0 != ";" && $0 != "," && $0 != "#" }
        guard isName(name) else { return false }
        if name.count < first.count || words.count == 1 { return true }
        let next = words[words.startIndex + 1]
        return next == "as" || next.hasPrefix(",") || next.hasPrefix(";") || next.hasPrefix("#") || next == "\\"
    }
}
