// Whether bytes are text, and how hostile text is shown to people.
import WritVocabulary

enum UTF8Text {
    static func isValid(_ bytes: ByteSlice) -> Bool {
        (try? UTF8Span(validating: bytes.span)) != nil
    }

    /// A value as it appears in a message: at most `limit` characters, nothing in it that moves a cursor, reorders
    /// the line or is invisible.
    static func shown(_ bytes: ByteSlice, limit: Int) -> String {
        // A character is at most four bytes; what lies behind the limit need not be decoded.
        let text = String(decoding: bytes.prefix(limit * 4 + 4), as: UTF8.self)
        return VisibleText.spelled(text, first: limit)
    }
}
