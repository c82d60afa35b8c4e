// A table for terminals: columns aligned by what is seen, not by bytes.
import WritVocabulary

/// Rows under headings. Cells are cleaned of everything a terminal would obey.
public struct TextTable: Sendable {
    public struct Cell: Sendable, ExpressibleByStringInterpolation {
        var text: String
        var tone: TextStyle.Tone

        public init(_ text: String, _ tone: TextStyle.Tone = .plain) {
            self.text = VisibleText.line(text)
            self.tone = tone
        }

        public init(stringLiteral text: String) { self.init(text) }
    }

    private let headings: [String]
    private var rows: [[Cell]] = []

    public init(_ headings: String...) { self.headings = headings }

    public var isEmpty: Bool { rows.isEmpty }

    /// Adds a row; a missing cell is shown as `-`.
    public mutating func add(_ cells: Cell...) {
        var row = cells.map { $0.text.isEmpty ? Cell("-", .faint) : $0 }
        while row.count < headings.count { row.append(Cell("-", .faint)) }
        rows.append(row)
    }

    /// The table with a line end after each row. Two spaces part the columns; nothing trails.
    public func text(_ style: TextStyle, indent: Int = 0) -> String {
        let head = headings.map { Cell($0, .strong) }
        let widths = headings.indices.map { column in
            ([head] + rows).map { VisibleText.width($0[column].text) }.max() ?? 0
        }
        let margin = String(repeating: " ", count: indent)
        return ([head] + rows).map { margin + TextTable.row($0, widths, style) + "\n" }.joined()
    }

    private static func row(_ cells: [Cell], _ widths: [Int], _ style: TextStyle) -> String {
        var line = ""
        for (column, cell) in cells.enumerated() {
            line += style.paint(cell.text, cell.tone)
            guard column < cells.count - 1 else { break }
            line += String(repeating: " ", count: widths[column] - VisibleText.width(cell.text) + 2)
        }
        return line
    }
}
