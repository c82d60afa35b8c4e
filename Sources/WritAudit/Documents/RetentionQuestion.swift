// Whether everything is still there that has to be, what may go, and what a hold keeps.
import WritVocabulary

public struct RetentionQuestion: Sendable {
    public var rules: RetentionRules
    public var now: Timestamp

    public init(_ rules: RetentionRules, now: Timestamp) {
        self.rules = rules
        self.now = now
    }

    public var command: String { "writ audit retention --check" }

    /// Facts that are gaps say what is missing; with none, everything the rules keep is there.
    ///
    /// - Parameters:
    ///   - files: the files of an artefact manifest, by its digest; nil where the blob is not to be had.
    ///   - hasBlob: whether a blob is in the store; asked once for each digest and class.
    public func answer(
        _ trail: AuditTrail, _ material: AuditMaterial, files: (Digest) -> ArtefactManifest? = { _ in nil },
        hasBlob: (Digest) -> Bool
    ) -> AuditReport {
        let inventory = RetentionInventory(trail, files: files)
        let classes = rules.classes.map { rule in
            section(inventory.standing(of: rule, now: now, hasBlob: hasBlob), inventory)
        }
        return AuditReport(
            title: "What is kept, for how long", question: command, basis: material.basis(trail),
            sections: [coverage] + classes + [holds(trail), expunctions(trail)])
    }

    private var coverage: AuditReport.Section {
        AuditReport.Section(
            "Coverage",
            [
                .facts(
                    EvidenceClass.allCases.map { evidence in
                        guard let rule = rules.longest(for: evidence) else {
                            return AuditReport.Fact(
                                evidence.rawValue, "no class says how long: add it to one", isGap: true)
                        }
                        return AuditReport.Fact(evidence.rawValue, "\(rule.keep) by class \(rule.name)")
                    })
            ])
    }

    private func section(_ standing: RetentionStanding, _ inventory: RetentionInventory) -> AuditReport.Section {
        let rule = standing.rule
        let recorded = standing.items.map(\.recorded)
        var facts = [
            AuditReport.Fact("kept for", rule.keep.text),
            AuditReport.Fact("covers", rule.covers.map(\.rawValue).joined(separator: ", ")),
            AuditReport.Fact("check", standing.sentence, standing.entries, isGap: !standing.missing.isEmpty),
        ]
        if rule.covers.contains(.decisions), let first = inventory.trail.firstTime {
            let size = inventory.trail.size
            facts.append(AuditReport.Fact("ledger", "\(size) entries since \(first), never taken out", [0, size - 1]))
        }
        if let first = recorded.min(), let last = recorded.max() {
            facts.append(AuditReport.Fact("first record", first.text))
            facts.append(AuditReport.Fact("last record", last.text))
        }
        let inUse = standing.items.filter(\.serves).count
        if inUse > 0 { facts.append(AuditReport.Fact("in use", "\(inUse): their time begins when they serve no more")) }
        if let end = standing.firstEnd { facts.append(AuditReport.Fact("first to be kept until", end.text)) }
        facts += [
            AuditReport.Fact("may go now", String(standing.due.count), standing.due.map(\.entry).bounded),
            AuditReport.Fact("kept by a hold", String(standing.held.count), standing.held.map(\.entry).bounded),
        ]
        if !standing.expungedEarly.isEmpty {
            let text = "\(standing.expungedEarly.count), each by a recorded act"
            facts.append(
                AuditReport.Fact("expunged before their time", text, standing.expungedEarly.map(\.entry).bounded))
        }
        return AuditReport.Section(
            "Class \(rule.name)",
            [.facts(facts)]
                + (standing.missing.isEmpty
                    ? []
                    : [
                        .table(missing(standing))
                    ]))
    }

    private func missing(_ standing: RetentionStanding) -> AuditReport.Table {
        AuditReport.Table(
            columns: ["missing", "blob", "keep until"],
            rows: standing.missing.map { item in
                let end = item.countsFrom.map { ($0 + standing.rule.keep).text } ?? "while it serves, and after"
                return AuditReport.Table.Row([item.what, item.digest.text, end], [item.entry], isGap: true)
            })
    }

    private func holds(_ trail: AuditTrail) -> AuditReport.Section {
        let standing = trail.state.holds
        let rows = trail.holds.map { hold in
            AuditReport.Table.Row(
                [
                    hold.value.name, hold.value.scope?.text ?? "everything", hold.value.actor, hold.value.reason,
                    standing[hold.value.name] == hold.value ? "stands" : "released",
                ], [hold.sequence])
        }
        return AuditReport.Section(
            "Legal holds", [.table(.init(columns: ["hold", "on", "placed by", "reason", "now"], rows: rows))])
    }

    private func expunctions(_ trail: AuditTrail) -> AuditReport.Section {
        let rows = trail.expunctions.map { act in
            AuditReport.Table.Row(
                [act.time.text, String(act.value.blobs.count), act.value.actor, act.value.reason], [act.sequence])
        }
        return AuditReport.Section(
            "Expunged", [.table(.init(columns: ["when", "blobs", "by", "reason"], rows: rows))])
    }
}
