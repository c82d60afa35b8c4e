// Takes secrets and terminal tricks out of text before a person or a log sees it.
import WritVocabulary

/// Makes text from outside fit to be shown.
enum Redaction {
    /// Removes what stands before `@` in addresses and every given secret, flattens control characters, and bounds the
    /// length.
    static func redact(_ text: String, secrets: [String] = []) -> String {
        var shown = text
        for secret in secrets where !secret.isEmpty { shown.replace(secret, with: "…") }
        return printable(withoutUserInfo(shown))
    }

    /// One line without control characters, at most `SourceLimits.messageCharactersMaximum` long.
    static func printable(_ text: String) -> String {
        VisibleText.line(text, limit: SourceLimits.messageCharactersMaximum)
    }

    /// Bytes that may not be UTF-8: what is not is shown as `\xNN`.
    static func printable(_ bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) {
            return VisibleText.spelled(text, first: SourceLimits.messageCharactersMaximum)
        }
        return bytes.prefix(SourceLimits.messageCharactersMaximum).map { byte in
            (0x20...0x7E).contains(byte)
                ? String(UnicodeScalar(byte)) : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    /// `https://user:secret@host/x` becomes `https://…@host/x`.
    private static func withoutUserInfo(_ text: String) -> String {
        var shown = ""
        var rest = text[...]
        while let scheme = rest.firstRange(of: "://") {
            shown += rest[..<scheme.upperBound]
            rest = rest[scheme.upperBound...]
            let authority = rest.prefix { !$0.isWhitespace && $0 != "/" && $0 != "'" && $0 != "\"" }
            guard let at = authority.lastIndex(of: "@") else { continue }
            shown += "…"
            rest = rest[at...]
        }
        return shown + rest
    }
}
