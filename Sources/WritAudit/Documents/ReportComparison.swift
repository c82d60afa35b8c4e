// Two answers to one question at two moments: what was said, what is said, and what proves it.
import WritVocabulary

/// Compares facts by name and rows by what they are about, section by section.
struct ReportComparison {
    /// nil where there was nothing to tell yet.
    let before: AuditReport?
    let after: AuditReport

    func report(title: String) -> AuditReport {
        let headings = after.sections.map(\.heading)
        let gone = (before?.sections ?? []).map(\.heading).filter { !headings.contains($0) }
        var sections: [AuditReport.Section] = []
        for heading in headings + gone {
            let rows = changes(in: heading)
            guard !rows.isEmpty else { continue }
            let table = AuditReport.Table(columns: ["what", "before", "after"], rows: rows)
            sections.append(AuditReport.Section(heading, [.table(table)]))
        }
        if sections.isEmpty {
            sections = [AuditReport.Section("Nothing changed", [.paragraph(AuditReport.Cited("Both say the same."))])]
        }
        return AuditReport(title: title, question: after.question, basis: after.basis, sections: sections)
    }

    private func changes(in heading: String) -> [AuditReport.Table.Row] {
        let old = lines(before, heading)
        let new = lines(after, heading)
        let newKeys = Set(new.map(\.key))
        let oldByKey = Dictionary(old.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let changed = new.compactMap { line -> AuditReport.Table.Row? in
            let earlier = oldByKey[line.key]
            guard earlier?.value != line.value else { return nil }
            return AuditReport.Table.Row(
                [line.key, earlier?.value ?? "", line.value], ((earlier?.entries ?? []) + line.entries).uniqueSorted,
                isGap: line.isGap)
        }
        let removed = old.filter { !newKeys.contains($0.key) }.map {
            AuditReport.Table.Row([$0.key, $0.value, ""], $0.entries)
        }
        return changed + removed
    }

    private struct Line {
        var key: String
        var value: String
        var entries: [Int64]
        var isGap: Bool
    }

    private func lines(_ report: AuditReport?, _ heading: String) -> [Line] {
        let blocks = report?.sections.first { $0.heading == heading }?.blocks ?? []
        var lines: [Line] = []
        for block in blocks {
            switch block {
            case .paragraph: continue
            case .facts(let facts):
                lines += facts.map { Line(key: $0.name, value: $0.value, entries: $0.entries, isGap: $0.isGap) }
            case .table(let table): lines += self.lines(table)
            // A picture shows what a table beside it says.
            case .chart: continue
            }
        }
        return numbered(lines)
    }

    /// What stands several times under one name is told apart by its place: `gate mae`, `gate mae (2)`.
    private func numbered(_ lines: [Line]) -> [Line] {
        var seen: [String: Int] = [:]
        return lines.map { line in
            var line = line
            seen[line.key, default: 0] += 1
            if let count = seen[line.key], count > 1 { line.key += " (\(count))" }
            return line
        }
    }

    /// A row is known by its first two cells, of two columns by the first; the rest is what it says.
    private func lines(_ table: AuditReport.Table) -> [Line] {
        table.rows.map { row in
            let width = table.columns.count > 2 ? 2 : 1
            let key = row.cells.prefix(width).joined(separator: ", ")
            let told = zip(table.columns, row.cells).dropFirst(width).filter { !$0.1.isEmpty }
            return Line(
                key: key, value: told.isEmpty ? "on record" : told.map { "\($0.0) \($0.1)" }.joined(separator: ", "),
                entries: row.entries, isGap: row.isGap)
        }
    }
}

extension [Int64] {
    var uniqueSorted: [Int64] { Set(self).sorted() }

    /// At most ``DocumentLimits/citations``: the first and the last ones.
    var bounded: [Int64] {
        let all = uniqueSorted
        guard all.count > DocumentLimits.citations else { return all }
        let half = DocumentLimits.citations / 2
        return Array(all.prefix(half) + all.suffix(half))
    }
}
