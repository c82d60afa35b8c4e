// An answer as one page: no script, nothing loaded from anywhere, good to read in the dark and on paper.
import Crypto
import Foundation
import WritVocabulary

extension AuditReport {
    /// HTML. Every cited entry stands at the end with its bytes and its proof, where `proofs` has them.
    public func page(_ proofs: ReportProofs = .none) -> String {
        ReportPage(report: self, proofs: proofs).html
    }
}

struct ReportPage {
    let report: AuditReport
    let proofs: ReportProofs
    private let listed: [Int64]
    private let linked: Set<Int64>

    init(report: AuditReport, proofs: ReportProofs) {
        self.report = report
        self.proofs = proofs
        listed = Array(report.cited.filter { proofs.entries[$0] != nil }.prefix(ReportLimits.appendixEntriesMax))
        linked = Set(listed)
    }

    /// Only this style is allowed, by its digest: markup that found its way in could not even change a colour.
    private static let policy: String = {
        let digest = Data(SHA256.hash(data: Data(ReportPage.style.utf8))).base64EncodedString()
        return "default-src 'none'; style-src 'sha256-\(digest)'; base-uri 'none'; form-action 'none'"
    }()

    var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="\(ReportPage.policy)">
        <meta name="referrer" content="no-referrer">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(shown(report.title))</title>
        <style>\(ReportPage.style)</style>
        </head>
        <body>
        \(header)
        \(contents)<main>
        \(report.sections.enumerated().map(section).joined(separator: "\n"))
        \(appendix)</main>
        <footer>Writ reports what is on record. What follows from it is for its reader to judge.</footer>
        </body>
        </html>

        """
    }

    private func shown(_ text: String) -> String { HarmlessText.escaped(HarmlessText.shown(text)) }

    // MARK: Head

    private var header: String {
        let gaps = report.gapCount
        let what = gaps == 1 ? "One point is" : "\(gaps) points are"
        let notice =
            gaps == 0
            ? ""
            : "<p class=\"notice\">\(what) marked: missing, or not as usual. The reader decides what that means.</p>\n"
        return """
            <header>
            <p class="kind">Audit report</p>
            <h1>\(shown(report.title))</h1>
            <dl class="basis">
            <div><dt>Question</dt><dd><code>\(question)</code></dd></div>
            <div><dt>Ledger</dt><dd>\(shown(report.basis.sentence))</dd></div>
            \(report.basis.root.map { "<div><dt>Root</dt><dd><code>\(shown($0))</code></dd></div>\n" } ?? "")</dl>
            \(notice)</header>
            """
    }

    private var question: String { HarmlessText.escaped(HarmlessText.line(report.question)) }

    private var contents: String {
        guard report.sections.count > 3 else { return "" }
        let links = report.sections.enumerated().map { index, section in
            "<li><a href=\"#section-\(index + 1)\">\(shown(section.heading))</a></li>"
        }
        let last = listed.isEmpty ? "" : "<li><a href=\"#entries\">Entries cited</a></li>"
        return "<nav aria-label=\"Contents\"><ol>\(links.joined())\(last)</ol></nav>\n"
    }

    // MARK: Body

    private func section(_ index: Int, _ section: AuditReport.Section) -> String {
        """
        <section id="section-\(index + 1)">
        <h2>\(shown(section.heading))</h2>
        \(section.picture.map { ReportPicture($0).html } ?? "")\(section.blocks.map(block).joined(separator: "\n"))
        </section>
        """
    }

    private func block(_ block: AuditReport.Block) -> String {
        switch block {
        case .paragraph(let cited): "<p>\(shown(cited.text))\(links(cited.entries))</p>"
        case .facts(let facts): "<dl class=\"facts\">\n\(facts.map(fact).joined(separator: "\n"))\n</dl>"
        case .table(let table): self.table(table)
        case .chart(let chart): ReportChart(chart: chart, links: links).html
        }
    }

    private func fact(_ fact: AuditReport.Fact) -> String {
        let mark = fact.isGap ? " class=\"gap\"" : ""
        return "<div\(mark)><dt>\(shown(fact.name))</dt><dd>\(value(fact.value))\(links(fact.entries))</dd></div>"
    }

    /// Long names of things are set like code, so that digits can be compared.
    private func value(_ text: String) -> String {
        let isName = text.utf8.count > 24 && !text.contains(" ") || text.hasPrefix("sha256:")
        return isName ? "<code>\(shown(text))</code>" : shown(text)
    }

    private func table(_ table: AuditReport.Table) -> String {
        guard !table.rows.isEmpty else { return "<p class=\"none\">None.</p>" }
        let cites = table.rows.contains { !$0.entries.isEmpty }
        if table.columns.count == 1, !cites { return listing(table) }
        let shownRows = table.rows.prefix(ReportLimits.rowsMax)
        let heads = table.columns.map { "<th scope=\"col\">\(shown($0))</th>" }.joined()
        let rows = shownRows.map { row in
            let cells = (0..<table.columns.count).map { index in
                "<td>\(index < row.cells.count ? value(row.cells[index]) : "")</td>"
            }
            let cited = cites ? "<td class=\"cites\">\(links(row.entries))</td>" : ""
            return "<tr\(row.isGap ? " class=\"gap\"" : "")>\(cells.joined())\(cited)</tr>"
        }
        let rest = table.rows.count - shownRows.count
        let note = rest > 0 ? "\n<p class=\"none\">And \(rest) more rows, which the JSON form has.</p>" : ""
        return """
            <div class="wide"><table\(table.columns.count > 7 ? " class=\"many\"" : "")>
            <thead><tr>\(heads)\(cites ? "<th scope=\"col\">Entries</th>" : "")</tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody>
            </table></div>\(note)
            """
    }

    /// One column that cites nothing is a listing, such as a program: set as it is.
    private func listing(_ table: AuditReport.Table) -> String {
        let lines = table.rows.prefix(ReportLimits.rowsMax).map { HarmlessText.line($0.cells.first ?? "") }
        return "<figure><figcaption>\(shown(table.columns[0]))</figcaption>"
            + "<pre>\(HarmlessText.escaped(lines.joined(separator: "\n")))</pre></figure>"
    }

    /// Entry numbers, as links where the entry stands on this page.
    private func links(_ entries: [Int64]) -> String {
        guard !entries.isEmpty else { return "" }
        let shown = entries.prefix(ReportLimits.citationsMax).map { number in
            linked.contains(number) ? "<a href=\"#entry-\(number)\">#\(number)</a>" : "<span>#\(number)</span>"
        }
        let rest = entries.count - shown.count
        return " <span class=\"cite\">\(shown.joined(separator: " "))\(rest > 0 ? " and \(rest) more" : "")</span>"
    }
}

// MARK: - Appendix

extension ReportPage {
    fileprivate var appendix: String {
        guard !listed.isEmpty || proofs.checkpoint != nil else { return "" }
        return """
            <section id="entries" class="appendix">
            <h2>Entries cited</h2>
            <p>Each entry is given as it stands in the log, with the proof that it does. To check one, save its two
            files and run <code>writ audit check</code>, or any program that reads <code>.tlog-proof</code> files.
            Characters that would reorder or hide text are written as <code>\\u</code> and their number here; the
            saved files have them as they are.</p>
            \(keys)\(listed.map(entry).joined(separator: "\n"))
            </section>

            """
    }

    private var keys: String {
        let checkpoint = proofs.checkpoint.map {
            "<h3>Checkpoint</h3>\n<pre>\(HarmlessText.escaped(HarmlessText.verbatim($0)))</pre>\n"
        }
        let vkey = proofs.vkey.map { "<h3>Key</h3>\n<pre>\(HarmlessText.escaped(HarmlessText.verbatim($0)))</pre>\n" }
        return (checkpoint ?? "") + (vkey ?? "")
    }

    private func entry(_ number: Int64) -> String {
        guard let found = proofs.entries[number] else { return "" }
        return """
            <article id="entry-\(number)">
            <h3>#\(number)</h3>
            <p class="files">\(file("entry-\(number).json", found.entry)) · \
            \(file("entry-\(number).tlog-proof", found.proof))</p>
            <pre>\(HarmlessText.escaped(HarmlessText.verbatim(found.entry)))</pre>
            <pre class="proof">\(HarmlessText.escaped(HarmlessText.verbatim(found.proof)))</pre>
            </article>
            """
    }

    private func file(_ name: String, _ text: String) -> String {
        let bytes = Data(text.utf8).base64EncodedString()
        return "<a download=\"\(name)\" href=\"data:application/octet-stream;base64,\(bytes)\">\(name)</a>"
    }
}

extension AuditReport {
    /// How many things are marked as missing or not as they should be.
    var gapCount: Int {
        sections.flatMap(\.blocks).reduce(0) { sum, block in
            switch block {
            case .paragraph: sum
            case .facts(let facts): sum + facts.count(where: \.isGap)
            case .table(let table): sum + table.rows.count(where: \.isGap)
            case .chart(let chart): sum + chart.bars.count(where: \.isGap)
            }
        }
    }
}
