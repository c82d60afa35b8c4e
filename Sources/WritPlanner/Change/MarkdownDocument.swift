// Markdown in parts that can be shortened, for forges that take only so much.

/// One part: lines that stay, and items of which the last can be left out.
struct MarkdownPart {
    /// What the part is called where something of it was left out.
    var name: String
    var opening: [String] = []
    /// An item may be several lines.
    var items: [String]
    var closing: [String] = []
    /// Says how many items were left out; nil where that has no place, as in a table.
    var rest: (@Sendable (Int) -> String)? = { "- and \($0) more" }

    func lines(keeping count: Int) -> [String] {
        guard count < items.count else { return opening + items + closing }
        guard count > 0 else { return [] }
        let left = items.count - count
        return opening + items.prefix(count) + (rest.map { [$0(left)] } ?? []) + closing
    }

    /// Folded away under a title.
    static func details(_ name: String, title: String, _ items: [String]) -> MarkdownPart {
        MarkdownPart(
            name: name, opening: ["<details><summary>\(title)</summary>", ""], items: items,
            closing: ["", "</details>"])
    }
}

struct MarkdownDocument {
    /// What always stands at the top; a title and a sentence or two.
    var head: [String]
    /// In the order they are read.
    var parts: [MarkdownPart]
    /// Names of parts, those that are shortened first in front.
    var shortening: [String]
    /// How to see all of it; a sentence.
    var whole: String

    /// At most `limit` bytes of UTF-8, each line ended.
    func text(limit: Int) -> String {
        var kept = parts.map { $0.items.count }
        var sizes = zip(parts, kept).map { MarkdownDocument.size($0.lines(keeping: $1)) }
        var left: Set<String> = []
        var total = sizes.reduce(0, +)
        for name in shortening {
            for count in [100, 20, 5, 0] where total + MarkdownDocument.size(head) + note(left).size > limit {
                for (index, part) in parts.enumerated() where part.name == name && kept[index] > count {
                    kept[index] = count
                    left.insert(name)
                    let size = MarkdownDocument.size(part.lines(keeping: count))
                    total += size - sizes[index]
                    sizes[index] = size
                }
            }
        }
        let blocks = [head, note(left).lines] + zip(parts, kept).map { $0.lines(keeping: $1) }
        let text = blocks.filter { !$0.isEmpty }.map { $0.map { $0 + "\n" }.joined() }.joined(separator: "\n")
        return MarkdownDocument.cut(text, limit)
    }

    private func note(_ left: Set<String>) -> (lines: [String], size: Int) {
        guard !left.isEmpty else { return ([], 0) }
        let names = shortening.filter(left.contains).joined(separator: ", ")
        let lines = ["_Shortened to fit here: \(names)._ \(whole)"]
        return (lines, MarkdownDocument.size(lines))
    }

    /// With the empty line before it; one more than needed for the first.
    private static func size(_ lines: [String]) -> Int {
        lines.isEmpty ? 0 : lines.reduce(1) { $0 + $1.utf8.count + 1 }
    }

    /// The last resort, for a limit no document fits in: whole lines from the top.
    private static func cut(_ text: String, _ limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var kept = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard kept.utf8.count + line.utf8.count + 1 <= limit else { break }
            kept += line + "\n"
        }
        return kept
    }
}
