// The headers of a commit, in the only order Git writes them.
import WritVocabulary

/// Why bytes are no commit. Fits behind “cannot be read:”.
struct CommitFault: Error {
    let reason: String
}

/// `tree`, `parent`*, `author`, `committer`, then anything else up to the first empty line.
struct CommitHeaders {
    let tree: ContentID
    let parents: [RevisionID]
    let author: CommitObject.Signature
    let committer: CommitObject.Signature
    let messageStart: Int
    /// The header, `author` or `committer`, that is not as Git writes it; old imports have such.
    private let oddHeader: String?
    private let others: [Field]

    /// One header with its continuation lines, each of which begins with a space.
    private struct Field {
        let name: [UInt8]
        /// Of the whole header, its last line end included.
        var range: Range<Int>
        /// After the name and its space; without line ends.
        var lines: [Range<Int>]
    }

    init(_ raw: [UInt8]) throws(CommitFault) {
        var (fields, messageStart) = try CommitHeaders.fields(raw)
        self.messageStart = messageStart
        fields.reverse()
        tree = try CommitHeaders.next("tree", &fields, raw) { ContentID($0) }
        var parents: [RevisionID] = []
        while fields.last?.name == Array("parent".utf8) {
            parents.append(try CommitHeaders.next("parent", &fields, raw) { RevisionID($0) })
        }
        guard parents.count <= SignatureLimits.commitParentsMaximum else {
            throw CommitFault(reason: "it has more than \(SignatureLimits.commitParentsMaximum) parents")
        }
        self.parents = parents
        let author = try CommitHeaders.next("author", &fields, raw) { $0 }
        let committer = try CommitHeaders.next("committer", &fields, raw) { $0 }
        let read = (CommitObject.Signature(author), CommitObject.Signature(committer))
        self.author = read.0 ?? CommitObject.Signature(unreadable: author)
        self.committer = read.1 ?? CommitObject.Signature(unreadable: committer)
        oddHeader = read.0 == nil ? "author" : read.1 == nil ? "committer" : nil
        others = fields.reversed()
    }

    private static func next<Value>(
        _ name: String, _ fields: inout [Field], _ raw: [UInt8], _ read: (String) -> Value?
    ) throws(CommitFault) -> Value {
        guard let field = fields.popLast(), field.name == Array(name.utf8) else {
            throw CommitFault(reason: "the header “\(name)” is not where it must be")
        }
        guard field.lines.count == 1, let value = read(String(decoding: raw[field.lines[0]], as: UTF8.self)) else {
            throw CommitFault(reason: "the header “\(name)” is malformed")
        }
        return value
    }

    private static func fields(_ raw: [UInt8]) throws(CommitFault) -> (fields: [Field], messageStart: Int) {
        var fields: [Field] = []
        var (start, count) = (0, 0)
        while start < raw.count {
            guard let end = raw[start...].firstIndex(of: UInt8(ascii: "\n")) else { break }
            if end == start { return (fields, end + 1) }
            count += 1
            guard count <= SignatureLimits.commitHeaderLinesMaximum else {
                throw CommitFault(reason: "its header has more than \(SignatureLimits.commitHeaderLinesMaximum) lines")
            }
            try add(start..<end, of: raw, to: &fields)
            start = end + 1
        }
        throw CommitFault(reason: "no empty line ends its header")
    }

    private static func add(_ line: Range<Int>, of raw: [UInt8], to fields: inout [Field]) throws(CommitFault) {
        guard let space = raw[line].firstIndex(of: UInt8(ascii: " ")) else {
            throw CommitFault(reason: "a line of its header has no value")
        }
        if space > line.lowerBound {
            fields.append(
                Field(
                    name: Array(raw[line.lowerBound..<space]), range: line.lowerBound..<line.upperBound + 1,
                    lines: [space + 1..<line.upperBound]))
        } else if let last = fields.indices.last {
            fields[last].range = fields[last].range.lowerBound..<line.upperBound + 1
            fields[last].lines.append(line.lowerBound + 1..<line.upperBound)
        } else {
            throw CommitFault(reason: "its header begins with a continuation line")
        }
    }

    /// What is signed, unless another program might read it differently.
    func signing(of raw: [UInt8]) -> CommitObject.Signing {
        let signatures = others.filter { $0.name.starts(with: Array("gpgsig".utf8)) }
        if let reason = ambiguity(signatures, raw) { return .ambiguous(reason: reason) }
        guard let signature = signatures.first else { return .unsigned }
        var armored: [UInt8] = []
        for line in signature.lines {
            armored += raw[line]
            armored.append(UInt8(ascii: "\n"))
        }
        let payload = Array(raw[..<signature.range.lowerBound] + raw[signature.range.upperBound...])
        return .signed(armored: armored, payload: payload)
    }

    private func ambiguity(_ signatures: [Field], _ raw: [UInt8]) -> String? {
        // Some readers stop at NUL: what follows would be committed and signed by nobody.
        if raw.contains(0) { return "the commit contains a NUL byte" }
        if let other = signatures.first(where: { $0.name != Array("gpgsig".utf8) }) {
            return
                "the commit has a header \(String(decoding: other.name, as: UTF8.self).quoted(40)), which programs "
                + "read differently"
        }
        if signatures.count > 1 { return "the commit has \(signatures.count) signature headers" }
        // Old imports have such headers; where nothing is signed, nothing is claimed.
        if let oddHeader, !signatures.isEmpty {
            return "the header “\(oddHeader)” of the commit is not as Git writes it"
        }
        for name in ["tree", "parent", "author", "committer"]
        where others.contains(where: { $0.name == Array(name.utf8) }) {
            return "the commit has the header “\(name)” twice or out of place"
        }
        if others.filter({ $0.name == Array("encoding".utf8) }).count > 1 {
            return "the commit has the header “encoding” twice"
        }
        return nil
    }
}

extension CommitObject.Signature {
    /// `Name <email> seconds ±hhmm`. nil for anything Git itself would not write.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let open = bytes.firstIndex(of: UInt8(ascii: "<")), let close = bytes.firstIndex(of: UInt8(ascii: ">")),
            open < close, bytes.filter({ $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: ">") }).count == 2,
            open == 0 || bytes[open - 1] == UInt8(ascii: " ")
        else { return nil }
        let words = bytes[(close + 1)...].split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 3, words[0].isEmpty, (1...12).contains(words[1].count),
            words[1].allSatisfy(CommitObject.Signature.isDigit),
            let seconds = Int64(String(decoding: words[1], as: UTF8.self)),
            seconds <= CommitObject.Signature.lastSecond, CommitObject.Signature.isZone(words[2])
        else { return nil }
        name = String(decoding: bytes[..<max(0, open - 1)], as: UTF8.self)
        email = String(decoding: bytes[(open + 1)..<close], as: UTF8.self)
        date = Timestamp(milliseconds: seconds * 1000)
    }

    /// At the beginning of time, when no key is valid that has a first day.
    fileprivate init(unreadable text: String) {
        name = String(text.prefix(200))
        email = ""
        date = Timestamp(milliseconds: 0)
    }

    /// The last second of the year 9999.
    private static let lastSecond: Int64 = 253_402_300_799

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isZone(_ word: ArraySlice<UInt8>) -> Bool {
        guard let sign = word.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return false }
        return (4...6).contains(word.dropFirst().count) && word.dropFirst().allSatisfy(isDigit)
    }
}
