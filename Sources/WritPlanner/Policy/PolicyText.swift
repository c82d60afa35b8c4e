// A judgement as people read it: which rules apply, what is met, what is missing and whose approval it is.
import WritVocabulary

/// Renders a decision as plain text for a terminal, or as Markdown for a pull request. `✓` is met, `✗` is missing,
/// `·` says why something that was given does not count.
public struct PolicyText: Sendable {
    /// Whether to colour the glyphs, for a terminal.
    public var colour: Bool

    public init(colour: Bool = false) { self.colour = colour }

    /// One line without a line end, for a commit status or a list: `waiting: 2 things are missing`.
    public func summary(_ decision: PolicyDecision) -> String {
        let count = decision.missingCount
        let missing = count == 1 ? "1 thing is missing" : "\(count) things are missing"
        switch decision.verdict {
        case .allowed:
            if let emergency = decision.breakGlass {
                return "allowed by break-glass of \(emergency.person) until \(PolicyWords.time(emergency.until))"
            }
            guard !decision.rules.isEmpty else { return "allowed: no rule applies" }
            let rules = decision.rules.count == 1 ? "1 rule is" : "\(decision.rules.count) rules are"
            return "allowed: \(rules) met"
        case .waiting:
            return decision.until.map { "waiting: it will apply at \(PolicyWords.time($0))" } ?? "waiting: \(missing)"
        case .refused: return "refused: \(missing)"
        }
    }

    /// Plain text, each line ended.
    public func render(_ decision: PolicyDecision) -> String {
        var lines = [capitalised(summary(decision)) + "."]
        if let emergency = decision.breakGlass {
            lines.append("  \(glyph("!")) break-glass in \(emergency.revision.short): \(line(emergency.reason))")
        }
        lines += decision.general.map { "  \(glyph("✗")) \(line($0.message))" }
        let rules = shown(decision.rules)
        let width = rules.map { name($0).count }.max() ?? 0
        for rule in rules {
            let name = name(rule)
            let space = String(repeating: " ", count: width - name.count)
            let paths = rule.paths.map { PolicyWords.path($0) } + over(rule)
            lines.append("\(name)\(space)  \(paths.joined(separator: ", "))")
            lines += rule.missing.map { "  \(glyph(PolicyText.mark($0))) \(line($0.message))" }
            lines += rule.met.map { "  \(glyph("✓")) \(line($0))" }
            if rule.met.isEmpty, rule.missing.isEmpty { lines.append("  \(glyph("✓")) it demands nothing") }
        }
        let over = decision.rules.count - rules.count
        if over > 0 { lines.append("and \(PolicyWords.counted(over, "more rule"))") }
        return lines.map { $0 + "\n" }.joined()
    }

    /// In their order; where they are too many, those that are met give way.
    private func shown(_ rules: [PolicyDecision.RuleOutcome]) -> [PolicyDecision.RuleOutcome] {
        let limit = PolicyJudge.Limits.rules
        guard rules.count > limit else { return rules }
        return Array((rules.filter { !$0.missing.isEmpty } + rules.filter(\.missing.isEmpty)).prefix(limit))
    }

    private func name(_ rule: PolicyDecision.RuleOutcome) -> String {
        "\(rule.policy)/\(PolicyWords.clean(rule.rule))"
    }

    private func over(_ rule: PolicyDecision.RuleOutcome) -> [String] {
        rule.pathCount > rule.paths.count ? ["\(rule.pathCount - rule.paths.count) more"] : []
    }

    private func line(_ text: String) -> String { PolicyWords.clean(text, 2000) }

    private func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    private static func mark(_ lack: PolicyDecision.Lack) -> String { lack.isExplanation ? "·" : "✗" }

    private func glyph(_ glyph: String) -> String {
        guard colour, glyph != "·" else { return glyph }
        return "\u{1B}[\(glyph == "✓" ? "32" : "31")m\(glyph)\u{1B}[0m"
    }
}

extension PolicyText {
    /// Markdown: what is missing in the open, what is met folded away. Nothing others wrote becomes markup, a link or
    /// a mention.
    public func markdown(_ decision: PolicyDecision) -> String {
        var lines = ["**\(escaped(capitalised(summary(decision))))**", ""]
        if let emergency = decision.breakGlass {
            lines += ["> **Break-glass** in `\(emergency.revision.short)`: \(escaped(emergency.reason))", ""]
        }
        lines += decision.general.map { "- ✗ \(escaped($0.message))" }
        if !decision.general.isEmpty { lines.append("") }
        let rules = shown(decision.rules)
        for rule in rules where !rule.missing.isEmpty { lines += block(rule) + [""] }
        let over = decision.rules.count - rules.count
        if over > 0 { lines += ["and \(PolicyWords.counted(over, "more rule"))", ""] }
        let met = rules.filter(\.missing.isEmpty)
        guard !met.isEmpty else { return ended(lines) }
        let title = met.count == 1 ? "1 rule is met" : "\(met.count) rules are met"
        lines += ["<details><summary>\(title)</summary>", ""] + met.flatMap { block($0) + [""] } + ["</details>"]
        return ended(lines)
    }

    private func block(_ rule: PolicyDecision.RuleOutcome) -> [String] {
        let paths = rule.paths.map { code(PolicyWords.path($0)) } + over(rule)
        return ["- **\(escaped(name(rule)))** on \(paths.joined(separator: ", "))"]
            + rule.missing.map { "  - \(PolicyText.mark($0)) \(escaped($0.message))" }
            + rule.met.map { "  - ✓ \(escaped($0))" }
    }

    private func ended(_ lines: [String]) -> String {
        var lines = lines
        while lines.last == "" { lines.removeLast() }
        return lines.joined(separator: "\n") + "\n"
    }

    private static let marks = Set("\\`*_{}[]()#+!|~<>&$")

    private func escaped(_ text: String) -> String {
        var escaped = ""
        var last: Character = " "
        for character in line(text) {
            switch character {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            // Behind a letter it is an address, elsewhere it would call somebody.
            case "@" where !last.isLetter && !last.isNumber: escaped += "@\u{200B}"
            // A number behind it would be linked, and an address too.
            case "#": escaped += "\\#\u{200B}"
            case let mark where PolicyText.marks.contains(mark): escaped += "\\\(mark)"
            default: escaped.append(character)
            }
            last = character
        }
        return escaped.replacing("://", with: ":\u{200B}//").replacing("www.", with: "www\u{200B}.")
    }

    /// A code span, whatever the text holds.
    private func code(_ text: String) -> String {
        var (longest, run) = (0, 0)
        for character in text {
            run = character == "`" ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: longest + 1)
        return longest == 0 ? "\(fence)\(text)\(fence)" : "\(fence) \(text) \(fence)"
    }
}
