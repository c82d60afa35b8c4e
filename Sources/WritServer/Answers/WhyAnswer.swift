// `writ why`: the blocking chain down to its first cause, the facts behind it, and what to do.
import WritVocabulary

/// Why a resource is in its condition.
public struct WhyAnswer: Codable, Hashable, Sendable {
    /// From the resource asked about to the first cause; each is blocked by the next.
    public var chain: [Link]
    public var evidence: [Evidence]
    /// What a person can do now; empty when nothing is needed.
    public var next: [String]
    /// The ledger entry that recorded the cause's condition.
    public var entry: Int64?

    public struct Link: Codable, Hashable, Sendable {
        public var resource: ResourceID
        public var condition: ConditionWord
        public var because: ConditionDetail?
    }

    /// Facts under one heading, each a line.
    public struct Evidence: Codable, Hashable, Sendable {
        public var title: String
        public var lines: [String]
    }

    init(_ chain: BlockingChain, _ recorded: RecordedState, lastFailure: LedgerEntry?, changedBy: LedgerEntry?) {
        self.chain = chain.links.map { link in
            let since = link.resource == chain.cause ? changedBy?.time : nil
            return Link(
                resource: link.resource, condition: ConditionWord(link.resource, recorded),
                because: ConditionDetail(link.resource, recorded, since: since))
        }
        let cause = chain.cause
        evidence = EvidenceRules.evidence(for: cause, chain.causeConditions?.reason.code, recorded, lastFailure)
        next = NextSteps.steps(for: cause, chain.causeConditions?.reason.code, recorded)
        entry = changedBy?.sequence
    }
}

extension WhyAnswer {
    func text(_ style: TextStyle) -> String {
        var page = TextPage(style)
        for (depth, link) in chain.enumerated() {
            page.link(link, depth: depth, style)
        }
        for part in evidence {
            page.section(part.title)
            for line in part.lines.prefix(Limits.evidenceLines) { page.line(line) }
            if part.lines.count > Limits.evidenceLines {
                page.line("… and \(part.lines.count - Limits.evidenceLines) more", .faint)
            }
        }
        if !next.isEmpty {
            page.section("Next")
            next.forEach { page.line($0) }
        }
        if let entry { page.line("recorded: writ audit show \(entry)", indent: next.isEmpty ? 0 : 2, .faint) }
        return page.finish()
    }
}

extension TextPage {
    /// `Endpoint/flights  Stalled: sentence`, deeper links further to the right.
    fileprivate mutating func link(_ link: WhyAnswer.Link, depth: Int, _ style: TextStyle) {
        let arrow = depth == 0 ? "" : "└─ "
        let until = link.because?.until.map { " (until \($0.toSecond))" } ?? ""
        let message = link.because.map { "\($0.reason): \($0.message)\(until)" } ?? link.condition.silence
        let text = "\(arrow)\(link.resource)  \(link.condition.rawValue)  \(message)"
        line(text, indent: max(0, depth - 1) * 3, link.condition.tone)
    }
}

extension ConditionWord {
    /// What is said of a resource without conditions.
    fileprivate var silence: String {
        self == .undeclared ? "no manifest names it; what it left is kept" : "no pass has looked at it yet"
    }
}
