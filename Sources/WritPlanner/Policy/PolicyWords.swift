// How the judge words its sentences. What others wrote is cut, and stays one line without codes for a terminal.
import WritVocabulary

enum PolicyWords {
    /// One line of visible characters, cut. Marks that change the direction of writing could make a sentence read as
    /// another one.
    static func clean(_ text: String, _ maximum: Int = PolicyJudge.Limits.quoted) -> String {
        VisibleText.line(text, limit: maximum)
    }

    /// `a, b or c`; what is over the limit is counted.
    static func list(_ names: [String], _ conjunction: String, limit: Int = PolicyJudge.Limits.named) -> String {
        let over = names.count - limit
        let shown = names.prefix(limit) + (over > 0 ? ["\(over) more"] : [])
        guard let last = shown.last, shown.count > 1 else { return shown.first ?? "" }
        return "\(shown.dropLast().joined(separator: ", ")) \(conjunction) \(last)"
    }

    /// `2026-12-01T00:00:00Z`. Years of other than four digits, which a commit may claim, are cut to the nearest.
    static func time(_ time: Timestamp) -> String {
        let years: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_000
        let text = Timestamp(milliseconds: min(max(time.milliseconds, years.lowerBound), years.upperBound)).text
        return text.hasSuffix(".000Z") ? "\(text.dropLast(5))Z" : text
    }

    /// `commit 1a2b3c4d “move flights to 8”`.
    static func commit(_ commit: CommitFacts) -> String {
        "commit \(commit.revision.short) “\(clean(commit.subject))”"
    }

    static func path(_ path: RepositoryPath) -> String { clean(path.text, 200) }

    static func counted(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }

    /// Sorted, each once, and cut; what is over the limit is counted in `rest`.
    static func bounded(
        _ sentences: [String], limit: Int = PolicyJudge.Limits.sentences, rest: (Int) -> String
    ) -> [String] {
        let sorted = Set(sentences).sorted()
        guard sorted.count > limit else { return sorted }
        return sorted.prefix(limit) + [rest(sorted.count - limit)]
    }
}
