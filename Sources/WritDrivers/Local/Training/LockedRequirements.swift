// Whether a requirements file names every package by version and hash. Pure.
import WritBackends
import WritVocabulary

/// A hash-locked requirements file, as `uv pip compile --generate-hashes` writes it.
struct LockedRequirements: Hashable {
    let bytes: [UInt8]

    /// Refuses what would make the same file give another environment tomorrow.
    init(_ bytes: [UInt8], limit: Int) throws {
        guard bytes.count <= limit else { throw Self.refusal("is larger than \(limit) bytes") }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw Self.refusal("is not UTF-8 text")
        }
        for line in Self.logicalLines(text) {
            if let defect = Self.defect(line.words) { throw Self.refusal("line \(line.number): \(defect)") }
        }
        self.bytes = bytes
    }

    private static func refusal(_ what: String) -> BackendFailure {
        BackendFailure(
            code: "requirements-not-locked",
            message: "The requirements file is refused: \(what). Make it with "
                + "`uv pip compile --generate-hashes requirements.in -o requirements.lock` and commit the result.",
            retry: .terminal)
    }

    /// Lines as pip reads them: joined at a final backslash, without comments.
    private static func logicalLines(_ text: String) -> [(number: Int, words: [Substring])] {
        var lines: [(Int, [Substring])] = []
        var words: [Substring] = []
        var start = 1
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            if words.isEmpty { start = index + 1 }
            var content = line[...]
            let goesOn = content.hasSuffix("\\")
            if goesOn { content = content.dropLast() }
            words += withoutComment(content).split(whereSeparator: \.isWhitespace)
            if !goesOn && !words.isEmpty {
                lines.append((start, words))
                words = []
            }
        }
        if !words.isEmpty { lines.append((start, words)) }
        return lines
    }

    /// A comment begins at the start of a line or after white space.
    private static func withoutComment(_ line: Substring) -> Substring {
        var previous: Character = " "
        for index in line.indices {
            if line[index] == "#" && previous.isWhitespace { return line[..<index] }
            previous = line[index]
        }
        return line
    }

    private static func defect(_ words: [Substring]) -> String? {
        let options = words.filter { $0.hasPrefix("-") }
        if let option = options.first(where: { !$0.hasPrefix("--hash=") }) {
            return "the option \(shown(option)) is not allowed here; package indexes are the operator's to name"
        }
        let requirement = words.prefix { !$0.hasPrefix("--hash=") && $0 != ";" }.joined()
        let name = requirement.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "._-[],".contains($0)) }
        let rest = requirement.dropFirst(name.count)
        guard let first = name.first, first.isLetter || first.isNumber, rest.hasPrefix("=="), rest.count > 2,
            !rest.contains("*"),
            !rest.prefix(while: { $0 != ";" }).contains(",")
        else { return "\(shown(requirement[...])) is not pinned as NAME==VERSION" }
        let hashes = options.filter {
            $0.hasPrefix("--hash=sha256:") || $0.hasPrefix("--hash=sha384:") || $0.hasPrefix("--hash=sha512:")
        }
        return hashes.isEmpty ? "\(shown(name)) has no hash" : nil
    }

    private static func shown(_ text: Substring) -> String { "“\(text.prefix(64))”" }
}
