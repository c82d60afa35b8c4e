// Text for terminals: how columns are aligned, coloured and dated, and what is suggested.
import Testing
import WritVocabulary

@testable import WritServer

struct TextTests {
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
