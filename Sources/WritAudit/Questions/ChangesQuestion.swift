// The whole population of changes to production in a period, and a sample anybody can draw again.
import Crypto
import Foundation
import WritVocabulary

/// `writ audit changes`.
public struct ChangesQuestion: Hashable, Sendable {
    /// The first moment that belongs to the period; nil is the beginning of the ledger.
    public var from: Timestamp?
    /// The first moment that no longer belongs to it; nil is the end of the trail.
    public var to: Timestamp?
    public var sample: Sample?
    public var completeness: Completeness?

    public init(
        from: Timestamp? = nil, to: Timestamp? = nil, sample: Sample? = nil, completeness: Completeness? = nil
    ) {
        self.from = from
        self.to = to
        self.sample = sample
        self.completeness = completeness
    }

    /// So many changes, drawn by a seed that is fixed before the population is known.
    public struct Sample: Hashable, Sendable {
        public var count: Int
        public var seed: String

        /// Throws for a count that is not 1 to 10,000 and a seed that is empty, long, or not printable ASCII.
        public init(count: Int, seed: String) throws(AuditFailure) {
            guard (1...QuestionLimits.sampleMax).contains(count) else {
                throw AuditFailure("A sample has 1 to \(QuestionLimits.sampleMax) changes, not \(count)")
            }
            guard (1...QuestionLimits.seedBytesMax).contains(seed.utf8.count),
                seed.utf8.allSatisfy({ (0x20..<0x7F).contains($0) && ![0x22, 0x5C].contains($0) })
            else {
                throw AuditFailure(
                    "A seed is 1 to \(QuestionLimits.seedBytesMax) printable ASCII characters, without `\"` and `\\`",
                    hint: "Agree on one with the auditor before the period ends.")
            }
            self.count = count
            self.seed = seed
        }

        /// What a change is ordered by: the hexadecimal SHA-256 of seed, line feed and revision.
        public func order(_ revision: RevisionID) -> String {
            Hex.encode(SHA256.hash(data: Data("\(seed)\n\(revision)".utf8)))
        }
    }

    /// What shows that no entry of the period is missing: the sizes between which all were read.
    public struct Completeness: Hashable, Sendable {
        /// The last checkpoint before the period and the one the trail was read to; nil where none is kept.
        public var first: Checkpoint?
        public var last: Checkpoint
        /// The consistency proof between them, hashes in Base64 as in RFC 6962.
        public var proof: [String]

        /// The signed head, where it is of more entries than `last`, and the proof that `last` is its beginning:
        /// nobody signed a root in the middle.
        public var signed: Checkpoint?
        public var onward: [String]

        public init(
            first: Checkpoint?, last: Checkpoint, proof: [String], signed: Checkpoint? = nil, onward: [String] = []
        ) {
            self.first = first
            self.last = last
            self.proof = proof
            self.signed = signed
            self.onward = onward
        }

        public struct Checkpoint: Hashable, Sendable {
            public var size: Int64
            /// Base64.
            public var root: String
            public init(size: Int64, root: String) {
                self.size = size
                self.root = root
            }
        }
    }

    /// The number of entries before the period and at its end: where checkpoints are wanted for ``completeness``.
    public func sizes(_ trail: AuditTrail) -> (first: Int64, last: Int64) {
        (from.map { trail.size(before: $0) } ?? 0, to.map { trail.size(before: $0) } ?? trail.size)
    }

    public func answer(_ trail: AuditTrail, _ material: AuditMaterial) throws(AuditFailure) -> AuditReport {
        let (first, last) = sizes(trail)
        guard first <= last else {
            throw AuditFailure("The period ends before it begins", hint: "Give `--from` the earlier time.")
        }
        let population = ChangePopulation(trail: trail, material: material, range: first..<last)
        let period = "\(from?.text ?? "the beginning") to \(to?.text ?? "the end of the record")"
        var sections = [population.count(period), population.changes, population.turnedAway]
        if let sample { sections.insert(population.drawn(sample), at: 2) }
        sections.append(completeness(first, last, trail.state.lastTime))
        return AuditReport(
            title: "Changes to production, \(period)", question: command, basis: material.basis(trail),
            sections: sections)
    }

    private var command: String {
        var words = ["writ audit changes"]
        if let from { words.append("--from \(from)") }
        if let to { words.append("--to \(to)") }
        if let sample { words.append("--sample \(sample.count) --seed \"\(sample.seed)\"") }
        return words.joined(separator: " ")
    }

    private func completeness(_ first: Int64, _ last: Int64, _ end: Timestamp?) -> AuditReport.Section {
        let heading = "That none is missing"
        var read = [AuditReport.Fact("entries of the period", "\(last - first): #\(first) to before #\(last)")]
        if let end, let latest = to ?? from, end < latest {
            read.append(.init("the record ends", "\(end), before the period does: later changes are not in it"))
        }
        let words = AuditReport.Cited(
            "The population was read from every entry between these two sizes. The log is append-only between them "
                + "if the hashes below lead from the first root to the second, and those onward from it to the root "
                + "that was signed (RFC 6962, consistency proof): then no entry was taken out, put in or changed.")
        guard let completeness else {
            return AuditReport.Section(
                heading,
                [
                    .paragraph(words),
                    .facts(read + [.init("consistency proof", "not given to this report", isGap: true)]),
                ])
        }
        let covers = (completeness.first?.size ?? 0) <= first && completeness.last.size >= last
        var facts = read
        if let start = completeness.first {
            facts.append(.init("first checkpoint", "size \(start.size), root \(start.root)"))
        } else {
            facts.append(.init("first checkpoint", "none: the period is taken from the first entry"))
        }
        facts.append(.init("second checkpoint", "size \(completeness.last.size), root \(completeness.last.root)"))
        facts.append(
            .init(
                "covers the period", covers ? "yes" : "no: it leaves out entries of the period", isGap: !covers))
        facts += completeness.proof.enumerated().map { .init("hash \($0.offset + 1)", $0.element) }
        if let signed = completeness.signed {
            facts.append(.init("signed head", "size \(signed.size), root \(signed.root)"))
            facts += completeness.onward.enumerated().map { .init("hash \($0.offset + 1) onward", $0.element) }
        }
        return AuditReport.Section(heading, [.paragraph(words), .facts(facts)])
    }
}
