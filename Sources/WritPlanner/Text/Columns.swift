// Lines of text under each other.

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
        let widths = (0..<count).map { column in lines.compactMap { $0.cells.dropFirst(column).first?.count }.max() ?? 0
        }
        return lines.map { line in
            let padded = zip(line.cells, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            return
                (colour ? painted(line.glyph) : line.glyph) + " "
                + (padded + [oneLine(line.tail)]).joined(separator: "  ") + "\n"
        }.joined()
    }

    /// What a backend or a data file says may hold line ends and terminal codes; a line stays one line.
    private func oneLine(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
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
