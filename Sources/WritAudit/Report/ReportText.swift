// An answer for a terminal: aligned, at most 100 columns, colour only where it is asked for.
import WritVocabulary

/// How text is painted.
public struct ReportStyle: Hashable, Sendable {
    /// Whether ANSI colours may be used: true only for a terminal whose user did not set `NO_COLOR`.
    public var colour: Bool
    public var columns: Int

    public init(colour: Bool = false, columns: Int = 100) {
        self.colour = colour
        self.columns = max(40, min(columns, 400))
    }

    enum Tone: String {
        case bad = "31"
        case strong = "1"
        case faint = "2"
    }

    func paint(_ text: String, _ tone: Tone?) -> String {
        guard colour, let tone, !text.isEmpty else { return text }
        return "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m"
    }
}

extension AuditReport {
    public func text(_ style: ReportStyle = ReportStyle()) -> String {
        var out = style.paint(HarmlessText.line(title), .strong) + "\n"
        let head = [
            Fact("question", question), Fact("ledger", basis.sentence),
            basis.root.map { Fact("root", $0) },
        ].compactMap(\.self)
        out += ReportText(style: style, shown: HarmlessText.line).facts(head)
        for section in sections {
            out += "\n" + style.paint(HarmlessText.line(section.heading), .strong) + "\n"
            let blocks = section.blocks.map { ReportText(style: style).block($0) }.filter { !$0.isEmpty }
            out += blocks.joined(separator: "\n")
        }
        return out
    }
}

extension AuditReport.Basis {
    /// `example.com/ledger, 91 entries, the last of 2026-03-02T22:00:00.000Z`.
    var sentence: String {
        let last = lastTime.map { ", the last of \($0)" } ?? ""
        return "\(origin), \(size) \(size == 1 ? "entry" : "entries")\(last)"
    }
}

extension [Int64] {
    /// `#12 #13`, at most so many as anybody reads.
    var citation: String {
        let shown = prefix(ReportLimits.citationsMax).map { "#\($0)" }.joined(separator: " ")
        return count > ReportLimits.citationsMax ? "\(shown) and \(count - ReportLimits.citationsMax) more" : shown
    }
}

struct ReportText {
    let style: ReportStyle
    var shown: (String) -> String = HarmlessText.shown

    func block(_ block: AuditReport.Block) -> String {
        switch block {
        case .paragraph(let cited): paragraph(cited)
        case .facts(let facts): self.facts(facts)
        case .table(let table): self.table(table)
        case .chart(let chart): self.chart(chart)
        }
    }

    private func paragraph(_ cited: AuditReport.Cited) -> String {
        let text = cited.entries.isEmpty ? cited.text : "\(cited.text) \(cited.entries.citation)"
        return TextWrap.lines(shown(text), style.columns - 2).map { "  \($0)\n" }.joined()
    }

    /// Names in one column, values in the next, what proves them behind.
    func facts(_ facts: [AuditReport.Fact]) -> String {
        let names = facts.map { HarmlessText.line($0.name) }
        let width = min(names.map(VisibleText.width).max() ?? 0, style.columns / 3)
        var out = ""
        for (fact, name) in zip(facts, names) {
            let room = max(ReportLimits.cellColumnsMin, style.columns - width - 4)
            let value = shown(fact.value)
            let cited = fact.entries.isEmpty ? value : "\(value)  \(fact.entries.citation)"
            for (index, line) in TextWrap.lines(cited, room).enumerated() {
                let label = index == 0 ? TextWrap.padded(name, width) : String(repeating: " ", count: width)
                let mark = index == 0 && fact.isGap ? style.paint("!", .bad) + " " : "  "
                out += mark + style.paint(label, .faint) + "  " + style.paint(line, fact.isGap ? .bad : nil)
                out += "\n"
            }
        }
        return out
    }

    func table(_ table: AuditReport.Table) -> String {
        guard !table.rows.isEmpty else { return "  none\n" }
        let cites = table.rows.contains { !$0.entries.isEmpty }
        let headings = table.columns.map { HarmlessText.line($0).uppercased() } + (cites ? ["ENTRIES"] : [])
        let listed = table.rows.prefix(ReportLimits.rowsMax)
        let rows = listed.map { row in
            let cells = (0..<table.columns.count).map { $0 < row.cells.count ? shown(row.cells[$0]) : "" }
            return cells.map { $0.isEmpty ? "-" : $0 } + (cites ? [row.entries.citation] : [])
        }
        guard let widths = TextWrap.widths([headings] + rows, room: style.columns - 2) else {
            return records(table, listed)
        }
        var out = line(headings, widths, mark: "  ", tone: .faint)
        for (row, cells) in zip(listed, rows) {
            let mark = row.isGap ? style.paint("!", .bad) + " " : "  "
            out += line(cells, widths, mark: mark, tone: row.isGap ? .bad : nil)
        }
        return out + rest(table, listed)
    }

    private func rest(_ table: AuditReport.Table, _ listed: ArraySlice<AuditReport.Table.Row>) -> String {
        table.rows.count > listed.count ? "  and \(table.rows.count - listed.count) more rows\n" : ""
    }

    /// A table too wide for a page, row by row.
    private func records(_ table: AuditReport.Table, _ listed: ArraySlice<AuditReport.Table.Row>) -> String {
        let rows = listed.map { row in
            facts(
                zip(table.columns, row.cells).enumerated().filter { $0.offset == 0 || !$0.element.1.isEmpty }.map {
                    AuditReport.Fact(
                        $0.element.0, $0.element.1, $0.offset == 0 ? row.entries : [],
                        isGap: $0.offset == 0 && row.isGap)
                })
        }
        return rows.joined(separator: "\n") + rest(table, listed)
    }

    private func line(_ cells: [String], _ widths: [Int], mark: String, tone: ReportStyle.Tone?) -> String {
        let wrapped = zip(cells, widths).map { TextWrap.lines($0, $1) }
        let height = wrapped.map(\.count).max() ?? 0
        return (0..<height).map { index in
            let parts = zip(wrapped, widths).map { lines, width in
                TextWrap.padded(index < lines.count ? lines[index] : "", width)
            }
            let text = TextWrap.trimmed(parts.joined(separator: "  "))
            return (index == 0 ? mark : "  ") + style.paint(text, tone) + "\n"
        }.joined()
    }

    /// Bars as numbers, with their limit.
    private func chart(_ chart: AuditReport.Chart) -> String {
        let rows = chart.bars.prefix(ReportLimits.barsMax).map { bar in
            AuditReport.Table.Row(
                [bar.label, bar.value.text, bar.limit?.text ?? ""], bar.entries, isGap: bar.isGap)
        }
        return "  " + HarmlessText.line(chart.title) + "\n"
            + table(AuditReport.Table(columns: ["what", "value", "limit"], rows: Array(rows)))
    }
}
