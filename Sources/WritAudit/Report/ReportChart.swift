// Bars as a drawing that stands in the page itself.
import Foundation
import WritVocabulary

/// Horizontal bars on one scale from 0; a limit is a line across its bar.
struct ReportChart {
    let chart: AuditReport.Chart
    let links: ([Int64]) -> String

    private static let width = 720.0
    private static let labelWidth = 210.0
    private static let valueWidth = 130.0
    private static let rowHeight = 30.0

    private var bars: ArraySlice<AuditReport.Chart.Bar> { chart.bars.prefix(ReportLimits.barsMax) }

    var html: String {
        let cited = Set(bars.flatMap(\.entries)).sorted()
        return """
            <figure>
            <figcaption>\(shown(chart.title))\(links(cited))</figcaption>
            \(drawing)
            </figure>
            """
    }

    private func shown(_ text: String) -> String { HarmlessText.escaped(HarmlessText.shown(text)) }

    private var drawing: String {
        let height = Double(bars.count) * Self.rowHeight + 6
        let summary = bars.map { "\($0.label): \($0.value)" }.joined(separator: "; ")
        return """
            <svg viewBox="0 0 \(Int(Self.width)) \(Int(height))" role="img" aria-label="\(shown(summary))">
            \(bars.enumerated().map(row).joined(separator: "\n"))
            </svg>
            """
    }

    private func row(_ index: Int, _ bar: AuditReport.Chart.Bar) -> String {
        let top = Double(index) * Self.rowHeight
        let base = top + 20
        let end = x(bar.value.value)
        let zero = x(0)
        let limit = bar.limit.map { limit in
            let at = number(x(limit.value))
            let bottom = number(top + 28)
            return "<line class=\"limit\" x1=\"\(at)\" x2=\"\(at)\" y1=\"\(number(top + 3))\" y2=\"\(bottom)\"/>"
        }
        let note = bar.limit.map { " / \($0)" } ?? ""
        return """
            <text class="label" x="\(number(Self.labelWidth - 10))" y="\(number(base))">\(label(bar.label))</text>
            <rect class="\(bar.isGap ? "bar bad" : "bar")" x="\(number(min(zero, end)))" y="\(number(top + 7))" \
            width="\(number(max(1, abs(end - zero))))" height="17" rx="2"/>\(limit ?? "")
            <text class="value" x="\(number(Self.width))" y="\(number(base))">\(shown(bar.value.text))\
            <tspan class="faint">\(shown(note))</tspan></text>
            """
    }

    private func label(_ text: String) -> String {
        let line = HarmlessText.line(text)
        return HarmlessText.escaped(line.count > 30 ? line.prefix(29) + "…" : line)
    }

    /// From the smallest to the largest of 0, all values and all limits.
    private func x(_ value: Double) -> Double {
        let all: [Double] = [0] + bars.map(\.value.value) + bars.compactMap { $0.limit?.value }
        let (low, high) = (all.min() ?? 0, all.max() ?? 0)
        let room = Self.width - Self.labelWidth - Self.valueWidth
        guard high > low, (high - low).isFinite else { return Self.labelWidth }
        return Self.labelWidth + (value - low) / (high - low) * room
    }

    private func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
    }
}
