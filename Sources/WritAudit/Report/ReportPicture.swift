// Boxes and lines as a drawing that stands in the page itself.

/// A layered drawing: each column's boxes are ordered by where their causes stand, so that lines cross little.
struct ReportPicture {
    private typealias Box = AuditReport.Picture.Box

    private static let boxWidth = 118
    private static let boxHeight = 34
    private static let columnWidth = 160
    private static let rowHeight = 44
    private static let labelCharacters = 19

    private let picture: AuditReport.Picture
    private let boxes: [Box]
    /// Column and row of each box.
    private let places: [(column: Int, row: Int)]
    private let height: Int

    init(_ picture: AuditReport.Picture) {
        self.picture = picture
        boxes = Array(picture.boxes.prefix(ReportLimits.pictureBoxesMax))
        places = ReportPicture.arranged(boxes, picture.lines)
        height = ((places.map(\.row).max() ?? 0) + 1) * Self.rowHeight
    }

    var html: String {
        guard !boxes.isEmpty else { return "" }
        let columns = (places.map(\.column).max() ?? 0) + 1
        let width = (columns - 1) * Self.columnWidth + Self.boxWidth + 4
        let lines = picture.lines.prefix(ReportLimits.pictureLinesMax).compactMap(line)
        return """
            <figure>
            <div class="wide"><svg class="picture" viewBox="0 0 \(max(width, 640)) \(height)" role="img" \
            aria-label="\(shown(picture.title))">
            \(lines.joined(separator: "\n"))
            \(boxes.indices.map(box).joined(separator: "\n"))
            </svg></div>
            </figure>

            """
    }

    private func shown(_ text: String) -> String { HarmlessText.escaped(HarmlessText.shown(text)) }

    // MARK: Places

    private static func arranged(_ boxes: [Box], _ lines: [AuditReport.Picture.Line]) -> [(column: Int, row: Int)] {
        let used = Set(boxes.map(\.column)).sorted()
        var places = Array(repeating: (column: 0, row: 0), count: boxes.count)
        let causes = Dictionary(grouping: lines, by: \.to).mapValues { $0.map(\.from) }
        for (column, name) in used.enumerated() {
            let members = boxes.indices.filter { boxes[$0].column == name }
            let heights = members.map { index -> (Double, Int) in
                let rows = (causes[index] ?? []).filter { boxes.indices.contains($0) && boxes[$0].column < name }
                    .map { Double(places[$0].row) }
                return (rows.isEmpty ? .infinity : rows.reduce(0, +) / Double(rows.count), index)
            }
            for (row, found) in heights.sorted(by: { $0 < $1 }).enumerated() { places[found.1] = (column, row) }
        }
        return places
    }

    private func corner(_ index: Int) -> (x: Int, y: Int) {
        let column = places.filter { $0.column == places[index].column }.count
        // Short columns stand in the middle of the drawing.
        let above = (height - column * Self.rowHeight) / 2
        return (places[index].column * Self.columnWidth + 2, above + places[index].row * Self.rowHeight + 4)
    }

    // MARK: Drawing

    private func line(_ line: AuditReport.Picture.Line) -> String? {
        guard boxes.indices.contains(line.from), boxes.indices.contains(line.to) else { return nil }
        let (from, to) = (corner(line.from), corner(line.to))
        let (x1, y1) = (from.x + Self.boxWidth, from.y + Self.boxHeight / 2)
        let (x2, y2) = (to.x, to.y + Self.boxHeight / 2)
        let bend = max(20, abs(x2 - x1) / 2)
        return "<path class=\"line\" d=\"M\(x1) \(y1)C\(x1 + bend) \(y1) \(x2 - bend) \(y2) \(x2) \(y2)\"/>"
    }

    private func box(_ index: Int) -> String {
        let box = boxes[index]
        let at = corner(index)
        let look = (box.isGap ? "box gapBox" : "box") + (box.isSubject ? " subject" : "")
        return """
            <rect class="\(look)" x="\(at.x)" y="\(at.y)" width="\(Self.boxWidth)" height="\(Self.boxHeight)" rx="4"/>\
            <text class="kindName" x="\(at.x + 7)" y="\(at.y + 12)">\(shown(box.kind))</text>\
            <text x="\(at.x + 7)" y="\(at.y + 26)">\(label(box.label))<title>\(shown(box.label))</title></text>
            """
    }

    private func label(_ text: String) -> String {
        let line = HarmlessText.line(text)
        let isLong = line.count > Self.labelCharacters
        return HarmlessText.escaped(isLong ? line.prefix(Self.labelCharacters - 1) + "…" : line)
    }
}
