// Lines that fit and columns that share a page's width.
import WritVocabulary

enum TextWrap {
    /// Breaks at spaces; a word longer than a line is cut where the line ends.
    static func lines(_ text: String, _ width: Int) -> [String] {
        guard VisibleText.width(text) > width else { return [text] }
        var lines: [String] = []
        var line = ""
        var lineWidth = 0
        for word in text.split(separator: " ").flatMap({ pieces(String($0), width) }) {
            let wordWidth = VisibleText.width(word)
            if lineWidth > 0, lineWidth + 1 + wordWidth > width {
                lines.append(line)
                (line, lineWidth) = (word, wordWidth)
            } else {
                line += lineWidth == 0 ? word : " " + word
                lineWidth += wordWidth + (lineWidth == 0 ? 0 : 1)
            }
        }
        if lineWidth > 0 { lines.append(line) }
        return lines.isEmpty ? [""] : lines
    }

    private static func pieces(_ word: String, _ width: Int) -> [String] {
        guard VisibleText.width(word) > width else { return [word] }
        var pieces: [String] = []
        var rest = word[...]
        while !rest.isEmpty {
            pieces.append(String(rest.prefix(width)))
            rest = rest.dropFirst(width)
        }
        return pieces
    }

    static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - VisibleText.width(text)))
    }

    static func trimmed(_ text: String) -> String {
        guard let last = text.lastIndex(where: { $0 != " " }) else { return "" }
        return String(text[...last])
    }

    /// As wide as needed while there is room; otherwise the widest columns give way first, down to their longest word.
    /// nil where even that is too wide.
    static func widths(_ rows: [[String]], room: Int) -> [Int]? {
        var widths = (0..<(rows.first?.count ?? 0)).map { column in
            rows.map { VisibleText.width($0[column]) }.max() ?? 0
        }
        let least = widths.indices.map { column in
            rows.flatMap { $0[column].split(separator: " ") }.map { VisibleText.width(String($0)) }
                .max().map { min($0, ReportLimits.wordColumnsMax) } ?? 0
        }
        var excess = widths.reduce(0, +) + max(0, widths.count - 1) * 2 - room
        while excess > 0 {
            let able = widths.indices.filter { widths[$0] > max(least[$0], ReportLimits.cellColumnsMin) }
            guard let widest = able.max(by: { (widths[$0], -$0) < (widths[$1], -$1) }) else { return nil }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }
}
