// What is shown of hostile text, and how wide it is.
import Testing
import WritVocabulary

struct VisibleTextTests {
    @Test(
        "what a terminal would obey is not printed",
        arguments: [
            ("plain text", "plain text"),
            ("\u{1B}[31mred\u{1B}[0m", "[31mred[0m"),
            ("first\nsecond\tthird\r", "first second third "),
            ("abc\u{202E}fdp.exe", "abcfdp.exe"),
            ("\u{2066}isolated\u{2069} zero\u{200B}width", "isolated zerowidth"),
            ("nul\u{0}bell\u{7}", "nulbell"),
            ("C1 \u{9B}31m", "C1 31m"),
            ("größe 大きさ", "größe 大きさ"),
        ])
    func hostile(text: String, shown: String) {
        #expect(VisibleText.line(text) == shown)
    }

    @Test("a log keeps its lines and loses its escapes")
    func logLines() {
        #expect(VisibleText.lines("a\n\tb\u{1B}]0;title\u{7}\r\nc") == "a\n\tb]0;title\nc")
    }

    @Test(
        "width counts columns, not characters",
        arguments: [("abc", 3), ("größe", 5), ("大きさ", 6), ("e\u{301}", 1), ("🚀", 2), ("", 0)])
    func width(text: String, columns: Int) {
        #expect(VisibleText.width(text) == columns)
    }

    @Test(
        "what is cut says so, and is as long as allowed",
        arguments: [
            ("12345", "12345"), ("123456", "1234…"), ("1\u{202E}2\u{200B}3\n4", "123 4"), ("größer!", "größ…"),
        ])
    func cut(text: String, shown: String) {
        #expect(VisibleText.line(text, limit: 5) == shown)
    }

    @Test(
        "what must be told apart is spelled, not left out",
        arguments: [
            ("plain ü", "plain ü"), ("a\u{202E}b", "a\\u{202E}b"), ("\u{0}\n", "\\u{0}\\u{A}"),
            ("abcdefghi", "abcdefgh…"),
        ])
    func spelled(text: String, shown: String) {
        #expect(VisibleText.spelled(text, first: 8) == shown)
    }

    @Test("no character that steers, hides or turns comes through in any form")
    func everyScalar() {
        let forms: [@Sendable (String) -> String] = [
            { VisibleText.line($0) }, { VisibleText.lines($0) }, { VisibleText.spelled($0) },
        ]
        let hidden = (UInt32(0)...0xFFFF).compactMap(Unicode.Scalar.init).filter { !VisibleText.shows($0) }
        #expect(hidden.count > 7_000)
        for form in forms {
            let through = hidden.filter { form("a\($0)b").unicodeScalars.contains($0) }
            #expect(Set(through).isSubset(of: ["\n", "\t"]))
        }
    }
}
