// Bytes to the arena: by the fast reader where it is certain, else from the events of libyaml.

/// Parses a file's bytes. Never fails: what is wrong is among the tree's problems, what is sound in its documents.
enum YAMLParser {
    /// `fast` may be turned off to see libyaml's own answer, which is the same.
    static func parse(_ source: [UInt8], fast: Bool = true) -> YAMLTree {
        guard source.count <= Limits.fileBytes else {
            return refused(
                source, "too-large", at: 0,
                "the file has \(source.count) bytes; a manifest may have \(Limits.fileBytes)",
                hint: "split it into several files")
        }
        return source.withUnsafeBufferPointer { bytes in
            let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            let check = SourceCheck(bytes, from: mark)
            if let (fault, offset) = check.fault {
                return refused(source, fault.code, at: offset, fault.message, hint: fault.hint)
            }
            if fast, mark == 0, check.isPlain, let tree = FastReader.tree(of: source, isASCII: check.isASCII) {
                return tree
            }
            var builder = TreeBuilder(bytes: bytes, offsets: CharacterOffsets(isASCII: check.isASCII, base: mark))
            builder.run(from: mark)
            return builder.tree(source: source)
        }
    }

    /// A file that is not read at all.
    private static func refused(
        _ source: [UInt8], _ code: String, at offset: Int, _ message: String, hint: String
    ) -> YAMLTree {
        var line = 0
        var lineStart = 0
        for index in 0..<offset where source[index] == 0x0A {
            line += 1
            lineStart = index + 1
        }
        // Continuation bytes are no characters, and a byte order mark is none for an editor.
        let mark = lineStart == 0 && offset >= 3 && source.starts(with: [0xEF, 0xBB, 0xBF]) ? 1 : 0
        let column = source[lineStart..<offset].count { $0 & 0xC0 != 0x80 } - mark
        let place = Place(start: offset, end: offset, line: line, column: column)
        let problem = Problem(code: code, place: place, message: message, hint: hint)
        return YAMLTree(source: source, problems: [problem], isTruncated: true)
    }
}
