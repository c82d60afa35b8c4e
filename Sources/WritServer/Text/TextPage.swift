// A page about one thing: labelled fields, sections, lists and tables.
import WritVocabulary

/// Collects the parts of a page; everything added is cleaned.
struct TextPage {
    private let style: TextStyle
    private(set) var text = ""
    private var pending: [(label: String, value: String, tone: TextStyle.Tone)] = []

    init(_ style: TextStyle) { self.style = style }

    mutating func field(_ label: String, _ value: String?, _ tone: TextStyle.Tone = .plain) {
        guard let value, !value.isEmpty else { return }
        pending.append((label, VisibleText.line(value), tone))
    }

    mutating func section(_ title: String) {
        flush()
        if !text.isEmpty { text += "\n" }
        text += style.paint(title, .strong) + "\n"
    }

    mutating func line(_ line: String, indent: Int = 2, _ tone: TextStyle.Tone = .plain) {
        flush()
        text += String(repeating: " ", count: indent) + style.paint(VisibleText.line(line), tone) + "\n"
    }

    mutating func table(_ table: TextTable, indent: Int = 2) {
        flush()
        text += table.text(style, indent: indent)
    }

    mutating func finish() -> String {
        flush()
        return text
    }

    /// Fields in a row are aligned with each other.
    private mutating func flush() {
        let width = pending.map { VisibleText.width($0.label) }.max() ?? 0
        for (label, value, tone) in pending {
            let space = String(repeating: " ", count: width - VisibleText.width(label) + 2)
            text += "\(style.paint(label, .faint))\(space)\(style.paint(value, tone))\n"
        }
        pending = []
    }
}
