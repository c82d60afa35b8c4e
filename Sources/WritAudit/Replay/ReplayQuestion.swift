// `writ audit replay ENTRY`, or of every decision: the answer as a report.
import WritVocabulary

extension Replayer {
    /// Whether nothing that could be compared differs.
    public var isSound: Bool { !replays.contains(where: \.isDifferent) }

    /// The answer. `question` is the command as it was typed.
    public func report(question: String, origin: String, root: String? = nil) -> AuditReport {
        let basis = AuditReport.Basis(origin: origin, size: size, root: root, lastTime: lastTime)
        var sections = [AuditReport.Section("Verdict", [.facts(verdict)])]
        if replays.count == 1, let replay = replays.first { sections.append(inputs(of: replay)) }
        if replays.count > 1 { sections.append(AuditReport.Section("Decisions", [.table(table)])) }
        if let refused = reasons { sections.append(refused) }
        return AuditReport(title: title, question: question, basis: basis, sections: sections)
    }

    private var title: String {
        if replays.count == 1, let one = replays.first { return "Replay of entry \(one.sequence), \(one.kind)" }
        return "Replay of \(replays.count) decisions"
    }

    private var verdict: [AuditReport.Fact] {
        if replays.count == 1, let one = replays.first {
            var facts = [
                AuditReport.Fact("outcome", one.outcome.sentence, [one.sequence], isGap: one.outcome.isGap)
            ]
            if case .different(let difference) = one.outcome {
                facts += [
                    AuditReport.Fact("first difference", difference.path, isGap: true),
                    AuditReport.Fact("on record", difference.recorded, isGap: true),
                    AuditReport.Fact("made again", difference.remade, isGap: true),
                ]
            }
            return facts + one.remarks.map { AuditReport.Fact("remark", $0) }
        }
        var same = 0
        var different: [Int64] = []
        var incomplete: [Int64] = []
        for replay in replays {
            switch replay.outcome {
            case .same: same += 1
            case .different: different.append(replay.sequence)
            case .incomplete, .unsuited: incomplete.append(replay.sequence)
            }
        }
        return [
            AuditReport.Fact("the same bytes", String(same)),
            AuditReport.Fact("different", String(different.count), different, isGap: !different.isEmpty),
            AuditReport.Fact("not comparable", String(incomplete.count), incomplete, isGap: !incomplete.isEmpty),
        ]
    }

    private func inputs(of replay: Replay) -> AuditReport.Section {
        AuditReport.Section(
            "Inputs", [.facts(replay.inputs.map { AuditReport.Fact($0.name, $0.value, $0.entries) })])
    }

    private var table: AuditReport.Table {
        AuditReport.Table(
            columns: ["entry", "time", "decision", "outcome"],
            rows: replays.prefix(ReplayLimits.listed).map { replay in
                AuditReport.Table.Row(
                    [String(replay.sequence), replay.time.text, replay.kind, replay.outcome.sentence],
                    [replay.sequence], isGap: replay.outcome.isGap)
            })
    }

    /// What cannot be replayed, and why, where the question was about everything.
    private var reasons: AuditReport.Section? {
        guard !unsuited.isEmpty, replays.count != 1 else { return nil }
        let rows = unsuited.sorted { $0.key < $1.key }.map { kind, count in
            AuditReport.Table.Row([kind, String(count), Self.reason(kind)])
        }
        return AuditReport.Section(
            "Not replayed", [.table(AuditReport.Table(columns: ["kind", "entries", "why"], rows: rows))])
    }

    private static func reason(_ kind: String) -> String {
        switch kind {
        case "planned", "intended", "rejected", "conditionsChanged", "removed":
            "made from what the backends showed, which is not recorded"
        case "revisionAccepted", "revisionRefused", "sourceFrozen", "requestReviewed", "proposalEnded":
            "follows from the repository"
        case "tipAccepted", "suspended", "resumed", "keyRotated", "expunged", "holdPlaced", "holdReleased":
            "an operator's act"
        default: "an observed fact"
        }
    }
}

extension Replay.Outcome {
    var sentence: String {
        switch self {
        case .same(let digest): "the same bytes (\(digest.short))"
        case .different(let difference): "different at \(difference.path)"
        case .incomplete(let what): "cannot be made again: \(what)"
        case .unsuited(let why): "not replayed: \(why)"
        }
    }

    var isGap: Bool {
        switch self {
        case .same, .unsuited: false
        case .different, .incomplete: true
        }
    }
}
