// Text on its way to a forge and from it.
import WritVocabulary

enum ForgeText {
    /// RFC 3986 §2.3.
    static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        case _: false
        }
    }

    /// Percent-encoded, so that it is one segment of a path or one value of a query.
    static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes += Hex.encode([byte]).uppercased().utf8
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// At most so many characters, as forges count them: Unicode scalars. What is cut ends with `…`.
    static func cut(_ text: String, to maximum: Int) -> String {
        let scalars = text.unicodeScalars
        guard scalars.count > maximum else { return text }
        return String(String.UnicodeScalarView(scalars.prefix(maximum - 1))) + "…"
    }

    /// A forge's words on one line, without characters that steer a terminal, and not too many.
    static func visible(_ text: String, limit: Int = ForgeLimits.wordCharacters) -> String {
        VisibleText.line(text, limit: limit)
    }

    /// One line, as a title or a status must be.
    static func line(_ text: String, to maximum: Int) -> String {
        cut(text.split(whereSeparator: \.isNewline).joined(separator: " "), to: maximum)
    }
}
