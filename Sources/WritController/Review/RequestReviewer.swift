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
    static let requestsMaximum = 1_000
    /// Heads fetched at once.
    static let batch = 50

    private let controller: Controller
    private let source: any RevisionSource & HistorySource & ReferenceSource
    private let forge: any Forge
    private let target: String
    private let interval: TimeSpan
    private let logger: Logger
    /// What each request was told last; what was not understood to have arrived is told again.
    private var told: [Int: Told] = [:]

    /// The last trouble with each thing.
    private var complaints: [String: String] = [:]

    private struct Told {
        /// What the comment says, but for the name of the observation: that alone is no news.
        var comment: Digest?
        var pending: (comment: Digest, text: String)?
        var status: CommitStatus?
        var head: RevisionID?
        /// What of it is in the ledger; before it is told, like every effect.
        var recorded: RequestReview?
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
        await noteDeclined(open: Set(requests.map(\.number)))
        for batch in stride(from: 0, to: requests.count, by: Self.batch) {
            let some = Array(requests[batch..<min(batch + Self.batch, requests.count)])
            let heads = await heads(of: some)
            for request in some {
                guard let head = heads[request.number] else { continue }
                do { try await report(on: request, head) } catch { complain(error, "pull request \(request.number)") }
            }
        }
    }

    /// All heads at once; where that fails, one by one, so that one that cannot be had hides no other.
    private func heads(of requests: [PullRequest]) async -> [Int: RevisionID] {
        let references = requests.map { ($0.number, forge.headReference(of: $0.number)) }
        let names = references.map(\.1)
        if let found = try? await source.fetch(references: names) {
            return Dictionary(references.compactMap { number, name in found[name].map { (number, $0) } }) { $1 }
        }
        var heads: [Int: RevisionID] = [:]
        for (number, name) in references {
            do { heads[number] = try await source.fetch(references: [name])[name] } catch {
                complain(error, "pull request \(number)")
            }
        }
        return heads
    }

    private func report(on request: PullRequest, _ head: RevisionID) async throws {
        // Reviews cost a call each: they are asked for only where some rule counts them.
        let reviews = await controller.countsReviews ? try await forge.reviews(of: request.number) : []
        guard let reviewed = try await controller.review(head, from: source, reviews: reviews) else { return }
        let (comment, status) = (try reviewed.essence, reviewed.status(context: Self.context))
        let isNews =
            told[request.number]?.comment != comment || told[request.number]?.status != status
            || told[request.number]?.head != head
        guard isNews else { return }
        try await record(reviewed, status, request.number)
        if told[request.number]?.comment != comment {
            // The same words until they arrived: the observation's name changes with every entry.
            if told[request.number]?.pending?.comment != comment {
                let text = reviewed.markdown(limit: forge.textMaximum, marker: Self.marker)
                told[request.number, default: Told()].pending = (comment, text)
            }
            try await forge.comment(
                told[request.number]?.pending?.text ?? "", marker: Self.marker, on: request.number)
            told[request.number]?.comment = comment
            told[request.number]?.pending = nil
        }
        guard told[request.number]?.status != status || told[request.number]?.head != head else { return }
        try await forge.setStatus(status, of: head)
        told[request.number, default: Told()].status = status
        told[request.number]?.head = head
    }

    /// Once for what is told, however often it takes to tell it.
    private func record(_ reviewed: ReviewedChange, _ status: CommitStatus, _ number: Int) async throws {
        let review = RequestReview(
            number: number, base: reviewed.base, head: reviewed.head, plan: try reviewed.essence,
            outcome: status.outcome.rawValue, text: String(status.text.prefix(200)))
        guard told[number]?.recorded != review else { return }
        try await controller.act(.tell(review))
        told[number, default: Told()].recorded = review
    }

    /// Proposals whose requests somebody closed without merging are not made again.
    private func noteDeclined(open: Set<Int>) async {
        let proposals = await controller.openProposals.filter { !open.contains($0.request) }
        for (id, number) in proposals.prefix(Self.requestsMaximum) {
            do {
                guard try await forge.request(number)?.phase == .closed else { continue }
                try await controller.act(.decline(id, request: number))
            } catch { complain(error, "proposal \(id)") }
        }
    }

    /// Said once, until it is something else: a look every few seconds would fill the log.
    private func complain(_ error: any Error, _ what: String) {
        let reason = FailureRecord(error).message
        guard complaints.updateValue(reason, forKey: what) != reason else { return }
        if complaints.count > Self.requestsMaximum { complaints = [what: reason] }
        logger.warning("\(what) could not be reviewed", metadata: ["reason": "\(reason)"])
    }
}
