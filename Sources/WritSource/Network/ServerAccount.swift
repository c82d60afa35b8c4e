// What a server says of a push, reference by reference. Pure.
import WritVocabulary

/// Collects a server's answers, and knows what each reference was expected to be.
struct ServerAccount {
    /// What each reference has before the push; zeros stand for none.
    private let expected: [String: ObjectID]
    private var complaints: [String: String] = [:]
    private(set) var answered: Set<String> = []
    private var words: [UInt8] = []

    init(expected: [String: ObjectID] = [:]) { self.expected = expected }

    /// Whether the server still has what was expected there.
    func agrees(_ reference: String, _ present: ObjectID) -> Bool { expected[reference] == present }

    /// Text of the server's hooks, as much of it as is shown.
    mutating func hear(_ bytes: UnsafeRawBufferPointer) {
        words += bytes.prefix(max(0, SourceLimits.serverWordsBytesMaximum - words.count))
    }

    /// The server's verdict on one reference; no complaint is success.
    mutating func note(_ reference: String, _ complaint: String?) {
        answered.insert(reference)
        if let complaint { complaints[reference] = complaint }
    }

    /// What the hooks said, in one line.
    var said: String {
        String(decoding: words, as: UTF8.self)
            .split(whereSeparator: \.isNewline).map { String($0.trimmed) }.filter { !$0.isEmpty }
            .joined(separator: " / ")
    }

    func refusals(secrets: [String]) -> [String: String] {
        let said = said
        return complaints.mapValues { complaint in
            Redaction.redact(said.isEmpty ? complaint : "\(complaint): \(said)", secrets: secrets)
        }
    }
}

extension Substring {
    /// Without white space at either end.
    var trimmed: Substring {
        drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed().reduce(into: "") { $0.append($1) }
    }
}
