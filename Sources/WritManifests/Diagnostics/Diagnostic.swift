// What is wrong in a manifest, where, and what to do about it.
import WritVocabulary

/// One problem of one file. Lines and columns count from 1, columns in characters.
public struct Diagnostic: Codable, Hashable, Sendable {
    /// The manifest's path, as far as it can be shown.
    public var path: String
    public var line: Int
    public var column: Int
    /// Stable, for machines: `unknown-field`.
    public var code: String
    /// One sentence without an end: what is wrong.
    public var message: String
    /// What to do: ``did you mean `replicas`?``
    public var hint: String?
    /// The offending line. Absent where only the place is known; see ``adding(source:)``.
    public var excerpt: Excerpt?

    public init(
        path: String, line: Int, column: Int, code: String, message: String, hint: String? = nil,
        excerpt: Excerpt? = nil
    ) {
        self.path = path
        self.line = line
        self.column = column
        self.code = code
        self.message = message
        self.hint = hint
        self.excerpt = excerpt
    }

    init(_ problem: Problem, path: RepositoryPath, source: [UInt8]) {
        self.init(
            path: path.text, line: problem.place.line + 1, column: problem.place.column + 1, code: problem.code,
            message: problem.message, hint: problem.hint,
            excerpt: Excerpt(source: source, start: problem.place.start, end: problem.place.end))
    }

    /// The offending line's text, for those who only want that.
    public var sourceLine: String? { excerpt?.text }
}

extension Diagnostic: Comparable {
    public static func < (a: Diagnostic, b: Diagnostic) -> Bool {
        (a.path, a.line, a.column, a.code, a.message) < (b.path, b.line, b.column, b.code, b.message)
    }
}

extension Diagnostic {
    /// The same with the offending line taken from the file's bytes. What has its line stays as it is.
    public func adding(source: [UInt8]) -> Diagnostic {
        guard excerpt == nil, line >= 1, column >= 1 else { return self }
        var start = source.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        for _ in 1..<max(1, line) {
            guard let end = source[start...].firstIndex(of: 0x0A) else { return self }
            start = end + 1
        }
        for _ in 1..<max(1, column) where start < source.count && source[start] != 0x0A {
            start += 1
            while start < source.count, source[start] & 0xC0 == 0x80 { start += 1 }
        }
        let separators: Set<UInt8> = [0x0A, 0x0D, 0x20, 0x2C, 0x5D, 0x7D]
        let end = source[start...].firstIndex { separators.contains($0) } ?? source.count
        var filled = self
        filled.excerpt = Excerpt(source: source, start: start, end: end)
        return filled
    }
}
