// What the records show of each requirement of a regulation, and what they do not show.
import WritVocabulary

/// What a question about gaps is told beside the records.
public struct GapsContext: Sendable {
    /// What a check of the whole log found; nil where nobody looked.
    public var ledger: LedgerStanding?
    /// How long evidence is kept; nil where the operator gave no rules.
    public var retention: RetentionRules?
    /// Whether a blob is there.
    public var hasBlob: @Sendable (Digest) -> Bool
    public var now: Timestamp?

    public init(
        ledger: LedgerStanding? = nil, retention: RetentionRules? = nil, now: Timestamp? = nil,
        hasBlob: @escaping @Sendable (Digest) -> Bool = { _ in true }
    ) {
        self.ledger = ledger
        self.retention = retention
        self.now = now
        self.hasBlob = hasBlob
    }

    public struct LedgerStanding: Hashable, Sendable {
        public var intact: Bool
        /// One sentence of `writ audit verify`.
        public var sentence: String

        public init(intact: Bool, sentence: String) {
            self.intact = intact
            self.sentence = sentence
        }
    }
}

/// Holds a mapping against the records. It shows evidence and gaps; what a regulation makes of them is not for a
/// program to say, and it never says so.
public struct GapsQuestion: Sendable {
    public var mapping: RegulationMapping
    /// One model; nil is everything.
    public var scope: ResourceName?

    public init(_ mapping: RegulationMapping, scope: ResourceName? = nil) {
        self.mapping = mapping
        self.scope = scope
    }

    public var command: String { "writ audit gaps --mapping \(mapping.id)\(scope.map { " --model \($0)" } ?? "")" }

    /// - Throws: ``AuditFailure`` where the scope names a model without versions.
    public func answer(
        _ trail: AuditTrail, _ material: AuditMaterial, _ context: GapsContext = GapsContext()
    ) throws(AuditFailure) -> AuditReport {
        let index = RecordIndex(trail, material)
        if let scope, index.versions(of: scope).isEmpty {
            let known = index.models.prefix(DocumentLimits.listed).map(\.text).joined(separator: ", ")
            throw AuditFailure(
                "no version of \(scope) is on record", hint: known.isEmpty ? nil : "models with versions: \(known)")
        }
        let checks = RegulationChecks(index, scope: scope, context)
        let answers = mapping.requirements.map { requirement in
            Answer(
                requirement: requirement,
                rows: requirement.checks.flatMap { check in
                    checks.answer(check.subject, check.argument).map { (check.words, $0) }
                })
        }
        return AuditReport(
            title: "\(mapping.title): what is on record and what is not", question: command,
            basis: material.basis(trail),
            sections: [summary(answers)] + answers.map(\.section))
    }

    private struct Answer {
        var requirement: RegulationMapping.Requirement
        var rows: [(name: String, told: RegulationChecks.Told)]

        var hasGap: Bool { rows.contains(where: \.told.isGap) }

        var section: AuditReport.Section {
            let table = AuditReport.Table(
                columns: ["asked", "on record"],
                rows: rows.map {
                    AuditReport.Table.Row([$0.name, $0.told.text], $0.told.entries, isGap: $0.told.isGap)
                })
            var blocks: [AuditReport.Block] = [.paragraph(AuditReport.Cited(requirement.question)), .table(table)]
            if let note = requirement.note { blocks.append(.paragraph(AuditReport.Cited(note))) }
            blocks.append(.facts([AuditReport.Fact("in full", requirement.command)]))
            return AuditReport.Section(requirement.id, blocks)
        }
    }

    private func summary(_ answers: [Answer]) -> AuditReport.Section {
        let open = answers.filter(\.hasGap)
        var facts = [
            AuditReport.Fact("mapping", "\(mapping.id), version \(mapping.version), gone over on \(mapping.checked)"),
            AuditReport.Fact("source", mapping.source),
            AuditReport.Fact("reading", mapping.reading),
            AuditReport.Fact("about", scope.map { "model \($0)" } ?? "everything on record"),
            AuditReport.Fact("requirements", String(answers.count)),
            AuditReport.Fact(
                "with a gap",
                open.isEmpty ? "none" : "\(open.count): \(open.map(\.requirement.id).joined(separator: ", "))",
                isGap: !open.isEmpty),
        ]
        if let note = mapping.note { facts.append(AuditReport.Fact("note", note)) }
        let words =
            "This shows what is on record for each requirement and what is missing. Whether that is enough is for "
            + "people to judge, with the source beside it."
        return AuditReport.Section("Overview", [.paragraph(AuditReport.Cited(words)), .facts(facts)])
    }
}
