// Says on every open pull request what merging it will do, and keeps that current.
import Logging
import ServiceLifecycle
import WritBackends
import WritPlanner
import WritVocabulary

/// Keeps one comment and one commit status on each open request into the branch. Level-based: each look begins anew,
/// and what was said already is not said again.
public actor RequestReviewer: Service {
    public static let context = "writ/plan"
    static let marker = "<!-- writ:plan -->"
    /// Requests looked at in one round.
    static let requestsMaximum = 100

    private let controller: Controller
    private let source: any RevisionSource & HistorySource & ReferenceSource
    private let forge: any Forge
    private let target: String
    private let interval: TimeSpan
    private let logger: Logger
    /// What each request was told last.
    private var told: [Int: Report] = [:]

    private struct Report: Equatable {
        var head: RevisionID
        var text: String
        var status: CommitStatus
    }

    public init(
        controller: Controller, source: any RevisionSource & HistorySource & ReferenceSource, forge: any Forge,
        target: String, interval: TimeSpan, logger: Logger
    ) {
        self.controller = controller
        self.source = source
        self.forge = forge
        self.target = target
        self.interval = interval
        self.logger = logger
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.look()
                do { try await Task.sleep(for: .milliseconds(self.interval.milliseconds)) } catch { return }
            }
        }
    }

    /// One round over all open requests. A request that cannot be looked at delays no other.
    public func look() async {
        let requests: [PullRequest]
        do {
            requests = try await forge.openRequests(into: target, limit: Self.requestsMaximum)
        } catch {
            return complain(error, "the open pull requests")
        }
        told = told.filter { number, _ in requests.contains { $0.number == number } }
        for request in requests {
            do { try await report(on: request) } catch { complain(error, "pull request \(request.number)") }
        }
    }

    private func report(on request: PullRequest) async throws {
        let reference = forge.headReference(of: request.number)
        guard let head = try await source.fetch(references: [reference])[reference] else { return }
        let reviews = try await forge.reviews(of: request.number)
        guard let reviewed = try await controller.review(head, from: source, reviews: reviews) else { return }
        let report = Report(
            head: head, text: reviewed.markdown(limit: forge.textMaximum, marker: Self.marker),
            status: reviewed.status(context: Self.context))
        guard told[request.number] != report else { return }
        try await forge.comment(report.text, marker: Self.marker, on: request.number)
        try await forge.setStatus(report.status, of: head)
        told[request.number] = report
    }

    private func complain(_ error: any Error, _ what: String) {
        logger.warning("\(what) could not be reviewed", metadata: ["reason": "\(FailureRecord(error).message)"])
    }
}

extension ReviewedChange {
    func markdown(limit: Int, marker: String) -> String {
        switch outcome {
        case .planned(let plan):
            return ChangePlanMarkdown(limit: limit - marker.count - 1).render(plan) + "\n" + marker
        case .refused(let errors):
            let shown = errors.prefix(20).map { $0.replacing("`", with: "'") }.joined(separator: "\n")
            let text = "**The manifests are refused.**\n\n```text\n\(shown.prefix(limit / 2))\n```\n"
            return text + "\n" + marker
        }
    }

    func status(context: String) -> CommitStatus {
        switch outcome {
        case .refused(let errors):
            return CommitStatus(
                outcome: .failure, context: context,
                text: "the manifests are refused: \(errors.count) \(errors.count == 1 ? "error" : "errors")")
        case .planned(let plan):
            switch plan.decision?.verdict {
            case .refused?:
                return CommitStatus(
                    outcome: .failure, context: context,
                    text: plan.decision?.lacks.first?.message ?? "refused by policy")
            case .waiting?:
                return CommitStatus(
                    outcome: .pending, context: context, text: plan.decision?.lacks.first?.message ?? "held by policy")
            case .allowed?, nil:
                let problems = plan.moves.compactMap(\.problem)
                guard let problem = problems.first else {
                    return CommitStatus(outcome: .success, context: context, text: "planned; policy allows it")
                }
                return CommitStatus(outcome: .failure, context: context, text: problem)
            }
        }
    }
}
