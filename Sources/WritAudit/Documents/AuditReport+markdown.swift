// An answer as Markdown: headings, tables, and the entries behind each line.
import WritVocabulary

extension AuditReport {
    /// CommonMark with GitHub's tables. Text from outside cannot end a cell, begin a heading, link or tag.
    public func markdown() -> String {
        var text = "# \(Markdown.line(title))\n\n"
        text += "`\(Markdown.code(question))`\n\n"
        let last = basis.lastTime.map { ", the last of \($0)" } ?? ""
        text += "From the ledger \(Markdown.line(basis.origin)), \(basis.size) entries\(last)."
        if let root = basis.root { text += " Root `\(Markdown.code(root))`." }
        text += " `#n` is the entry that proves a line; **!** marks what should be there and is not.\n"
        for section in sections {
            text += "\n## \(Markdown.line(section.heading))\n"
            for block in section.blocks { text += "\n" + Markdown.block(block) }
        }
        return text
    }
}

private enum Markdown {
    static func block(_ block: AuditReport.Block) -> String {
        switch block {
        case .paragraph(let cited):
            let text = line(cited.text)
            return (cited.entries.isEmpty ? text : "\(text) (\(citation(cited.entries)))") + "\n"
        case .facts(let facts):
            return table(
                ["what", "on record", "entries"],
                facts.map { AuditReport.Table.Row([$0.name, $0.value], $0.entries, isGap: $0.isGap) })
        case .table(let table): return self.table(table.columns + ["entries"], table.rows)
        case .chart(let chart):
            let rows = chart.bars.map {
                AuditReport.Table.Row(
                    [$0.label, $0.value.text, $0.limit?.text ?? "none"], $0.entries, isGap: $0.isGap)
            }
            return line(chart.title) + "\n\n" + table(["what", "value", "limit", "entries"], rows)
        }
    }

    private static func table(_ columns: [String], _ rows: [AuditReport.Table.Row]) -> String {
        guard !rows.isEmpty else { return "None on record.\n" }
        var text = row(columns.map(line))
        text += row(columns.map { _ in "---" })
        for item in rows.prefix(DocumentLimits.rows) {
            var cells = (0..<columns.count - 1).map { $0 < item.cells.count ? cell(item.cells[$0]) : "" }
            if item.isGap { cells[0] = "**!** " + cells[0] }
            text += row(cells + [citation(item.entries)])
        }
        if rows.count > DocumentLimits.rows { text += "\nand \(rows.count - DocumentLimits.rows) more\n" }
        return text
    }

    private static func row(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |\n" }

    static func citation(_ entries: [Int64]) -> String { entries.map { "#\($0)" }.joined(separator: " ") }

    private static func cell(_ text: String) -> String {
        text.count > DocumentLimits.cellCharacters
            ? line(String(text.prefix(DocumentLimits.cellCharacters)) + "…") : line(text)
    }

    /// One line on which nothing is markup.
    static func line(_ text: String) -> String {
        var out = ""
        for character in HarmlessText.line(text) {
            if "\\`*_[]<>|#~&!".contains(character) { out.append("\\") }
            out.append(character)
        }
        return out
    }

    /// Within a code span: what would end it is left out.
    static func code(_ text: String) -> String { HarmlessText.line(text).filter { $0 != "`" && $0 != "|" } }
}
