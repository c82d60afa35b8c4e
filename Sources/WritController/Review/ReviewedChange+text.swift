// What a request is told: one comment, and one status for what merging it would meet.
import WritBackends
import WritPlanner
import WritVocabulary

extension ReviewedChange {
    /// A digest of everything a person reads, but for the name of the observation it was made from.
    var essence: Digest {
        get throws {
            switch outcome {
            case .refused(let errors): return try Digest(canonical: Essence(head: head, errors: errors))
            case .planned(var plan):
                plan.basis = .assumed
                return try Digest(canonical: Essence(head: head, plan: plan, standing: standing))
            }
        }
    }

    private struct Essence: Codable {
        var head: RevisionID
        var plan: ChangePlan?
        var standing: String?
        var errors: [String]?
    }

    func markdown(limit: Int, marker: String) -> String {
        switch outcome {
        case .planned(let plan):
            let above = standing.map { "\($0)\n---\n\n" } ?? ""
            let room = limit - marker.utf8.count - above.utf8.count - 1
            return above + ChangePlanMarkdown(limit: room).render(plan) + "\n" + marker
        case .refused(let errors):
            let shown = errors.prefix(20).map { $0.replacing("`", with: "'") }.joined(separator: "\n")
            let text = "**The manifests are refused.**\n\n```text\n\(shown.prefix(limit / 2))\n```\n"
            return text + "\n" + marker
        }
    }

    /// What the plan cannot know: what reviews and the operator's own rule change in it. Markdown; nil when nothing.
    private var standing: String? {
        guard case .planned(let plan) = outcome, let verdict, verdict != plan.decision else { return nil }
        guard verdict.verdict != plan.decision?.verdict || verdict.lacks != plan.decision?.lacks else { return nil }
        return "**As it stands here, reviews included:**\n\n\(PolicyText().markdown(verdict))"
    }

    func status(context: String) -> CommitStatus {
        func status(_ outcome: CommitStatus.Outcome, _ text: String) -> CommitStatus {
            CommitStatus(outcome: outcome, context: context, text: text)
        }
        switch outcome {
        case .refused(let errors):
            return status(
                .failure, "the manifests are refused: \(errors.count) \(errors.count == 1 ? "error" : "errors")")
        case .planned(let plan):
            let decision = verdict ?? plan.decision
            switch decision?.verdict {
            case .refused?: return status(.failure, decision?.lacks.first?.message ?? "refused by policy")
            case .waiting?: return status(.pending, decision?.lacks.first?.message ?? "held by policy")
            case .allowed?, nil:
                guard let problem = plan.moves.compactMap(\.problem).first else {
                    return status(.success, decision == nil ? "planned" : "planned; policy allows it")
                }
                return status(.failure, problem)
            }
        }
    }
}
