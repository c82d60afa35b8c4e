// Text for terminals: what is shown of hostile strings, how wide it is, and what is suggested.
import Testing
import WritVocabulary

@testable import WritServer

struct TextTests {
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

    @Test("columns are aligned by what is seen, and nothing trails")
    func table() {
        var table = TextTable("NAME", "VALUE", "NOTE")
        table.add("大きさ", "1", "x")
        table.add("n", "", "a\nb")
        #expect(
            table.text(TextStyle(colour: false, now: Story.start)) == """
                NAME    VALUE  NOTE
                大きさ  1      x
                n       -      a b

                """)
    }

    @Test("colour surrounds cells without moving columns")
    func colour() {
        var table = TextTable("A", "B")
        table.add(TextTable.Cell("Ready", .good), "x")
        #expect(
            table.text(TextStyle(colour: true, now: Story.start))
                == "\u{1B}[1mA\u{1B}[0m      \u{1B}[1mB\u{1B}[0m\n\u{1B}[32mReady\u{1B}[0m  x\n")
    }

    @Test(
        "an age is told in its largest telling unit",
        arguments: [
            (0, "0s"), (119, "119s"), (120, "2m"), (7199, "119m"), (7200, "2h"), (172_799, "47h"), (172_800, "2d"),
            (-5, "0s"),
        ])
    func age(seconds: Int64, text: String) {
        let style = TextStyle(colour: false, now: Story.start + .seconds(seconds))
        #expect(style.age(Story.start) == text)
    }

    @Test(
        "a slip of the finger is recognised and a different word is not",
        arguments: [
            ("flihgts", "flights"), ("flight", "flights"), ("flights", "flights"), ("churn", nil), ("", nil),
            ("x", nil),
        ])
    func suggestion(typed: String, expected: String?) {
        #expect(NearestName.suggestion(for: typed, among: ["flights", "fraud-score"]) == expected)
    }
}
