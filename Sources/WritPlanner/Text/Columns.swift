// Lines of text under each other.
import WritVocabulary

/// Pads each cell to the widest of its column; the last cell runs free.
struct Columns {
    struct Line {
        let glyph: String
        let cells: [String]
        let tail: String

        init(_ glyph: String, _ cells: [String], _ tail: String) {
            self.glyph = glyph
            self.cells = cells
            self.tail = tail
        }
    }

    let lines: [Line]

    init(_ lines: [Line]) { self.lines = lines }

    func text(_ colour: Bool) -> String {
        let count = lines.map(\.cells.count).max() ?? 0
        let widths = (0..<count).map { column in
            lines.compactMap { $0.cells.dropFirst(column).first.map(VisibleText.width) }.max() ?? 0
        }
        return lines.map { line in
            let padded = zip(line.cells, widths).map { $0 + String(repeating: " ", count: $1 - VisibleText.width($0)) }
            return
                (colour ? painted(line.glyph) : line.glyph) + " "
                + (padded + [VisibleText.line(line.tail)]).joined(separator: "  ") + "\n"
        }.joined()
    }

    private func painted(_ glyph: String) -> String {
        let code =
            switch glyph {
            case "+": "32"
            case "~": "33"
            case "-", "!": "31"
            case "→": "36"
            default: "2"
            }
        return "\u{1B}[\(code)m\(glyph)\u{1B}[0m"
    }
}
