// Lines of a plan of a change, under each other.
import WritVocabulary

/// One line: a glyph, cells that stand in columns with those of its neighbours, and text that runs free.
struct ChangeLine {
    enum Indent { case head, detail, row }

    var indent = Indent.head
    var glyph = ""
    var cells: [String] = []
    var tail = ""

    static func head(_ glyph: String, _ cells: [String], _ tail: String = "") -> ChangeLine {
        ChangeLine(indent: .head, glyph: glyph, cells: cells, tail: tail)
    }

    static func detail(_ text: String, glyph: String = "") -> ChangeLine {
        ChangeLine(indent: .detail, glyph: glyph, tail: text)
    }

    /// A line of a table among the details.
    static func row(_ cells: [String], _ tail: String = "", glyph: String = " ") -> ChangeLine {
        ChangeLine(indent: .row, glyph: glyph, cells: cells, tail: tail)
    }
}

struct ChangeLines {
    private let lines: [ChangeLine]

    init(_ lines: [ChangeLine]) {
        self.lines = lines.map { line in
            var line = line
            line.cells = line.cells.map { VisibleText.line($0) }
            line.tail = VisibleText.line(line.tail)
            return line
        }
    }

    func text(_ colour: Bool) -> String {
        let heads = widths(lines.filter { $0.indent == .head })
        var text = ""
        var index = 0
        while index < lines.count {
            guard lines[index].indent == .row else {
                text += rendered(lines[index], heads, colour)
                index += 1
                continue
            }
            // A table is as wide as its own rows need.
            let rows = lines[index...].prefix { $0.indent == .row }
            let widths = widths(Array(rows))
            text += rows.map { rendered($0, widths, colour) }.joined()
            index += rows.count
        }
        return text
    }

    private func widths(_ lines: [ChangeLine]) -> [Int] {
        let count = lines.map(\.cells.count).max() ?? 0
        return (0..<count).map { column in lines.compactMap { $0.cells.dropFirst(column).first?.count }.max() ?? 0 }
    }

    private func rendered(_ line: ChangeLine, _ widths: [Int], _ colour: Bool) -> String {
        let padded = zip(line.cells, widths).map { $0 + String(repeating: " ", count: max(0, $1 - $0.count)) }
        let body = (padded + (line.tail.isEmpty ? [] : [line.tail])).joined(separator: "  ")
        let glyph = colour ? painted(line.glyph) : line.glyph
        let space = line.indent == .head ? "  " : "      "
        var text = space + glyph + (line.glyph.isEmpty ? "" : " ") + body
        while text.last == " " { text.removeLast() }
        return text + "\n"
    }

    private func painted(_ glyph: String) -> String {
        let code =
            switch glyph {
            case "+", "✓": "32"
            case "~", "→", "±": "33"
            case "-", "!", "✗": "31"
            default: "2"
            }
        return glyph.isEmpty || glyph == " " ? glyph : "\u{1B}[\(code)m\(glyph)\u{1B}[0m"
    }
}
