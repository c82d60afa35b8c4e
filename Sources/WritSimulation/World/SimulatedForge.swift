// A forge in memory: one repository's pull requests, what people do there, and what goes wrong on the way.
import Synchronization
import WritBackends
import WritVocabulary

/// One repository as a forge keeps it. Time is a count: every event comes a second after the one before.
public struct SimulatedForgeRepository: Sendable {
    public struct Comment: Hashable, Sendable {
        public var id: Int64
        public var account: String
        public var text: String
    }

    public struct Review: Hashable, Sendable {
        public enum Verdict: String, Hashable, Sendable { case approves, rejects, comments }

        public var id: Int64
        public var account: String
        public var head: RevisionID
        public var verdict: Verdict
        public var at: Timestamp
        public var isDismissed = false
    }

    public struct Head: Hashable, Sendable {
        public var revision: RevisionID
        public var since: Timestamp
    }

    public struct Request: Sendable {
        public var number: Int
        public var phase: PullRequest.Phase
        public var branch: String
        /// `owner/name` of the fork it comes from; nil is this repository.
        public var fork: String?
        public var target: String
        public var title: String
        public var text: String
        public var account: String
        /// Every head it had, in order.
        public var heads: [Head]
        /// The last commit its merge put on the target, and those a rebase put before it.
        public var landed: RevisionID?
        public var brought: [RevisionID] = []
        public var comments: [Comment] = []
        public var reviews: [Review] = []
    }

    public struct Status: Hashable, Sendable {
        public var id: Int64
        public var status: CommitStatus
    }

    public var branches: [String: RevisionID] = [:]
    public var requests: [Int: Request] = [:]
    /// In order; the last of a context counts.
    public var statuses: [RevisionID: [Status]] = [:]
    /// Whether Writ's account may write.
    public var mayPush = true
    /// Changes made over the forge's interface, as opposed to by people.
    public var writes = 0
    private var lastID: Int64 = 0

    public mutating func nextID() -> Int64 {
        lastID += 1
        return lastID
    }

    /// 2026-01-01 and a second for every event so far.
    public var now: Timestamp { Timestamp(milliseconds: 1_767_225_600_000 + lastID * 1000) }

    /// nil when the branch does not exist.
    public mutating func open(
        branch: String, fork: String? = nil, head: RevisionID? = nil, target: String, title: String, text: String,
        account: String
    ) -> Int? {
        guard let revision = head ?? branches[branch] else { return nil }
        _ = nextID()
        let number = (requests.keys.max() ?? 0) + 1
        let since = now
        requests[number] = Request(
            number: number, phase: .open, branch: branch, fork: fork, target: target, title: title, text: text,
            account: account, heads: [Head(revision: revision, since: since)])
        return number
    }

    public func openRequest(from branch: String, into target: String) -> Int? {
        requests.values.filter { $0.phase == .open && $0.fork == nil && $0.branch == branch && $0.target == target }
            .map(\.number).min()
    }

    public mutating func add(_ status: CommitStatus, of revision: RevisionID) {
        let id = nextID()
        statuses[revision, default: []].append(Status(id: id, status: status))
    }

    public mutating func push(_ revision: RevisionID, to branch: String) {
        branches[branch] = revision
        _ = nextID()
        let since = now
        for (number, request) in requests where request.phase == .open && request.fork == nil {
            guard request.branch == branch, request.heads.last?.revision != revision else { continue }
            requests[number]?.heads.append(Head(revision: revision, since: since))
        }
    }
}

/// A forge without a network. Calls of Writ's may go wrong; what people do does not.
public final class SimulatedForge: Forge {
    public enum Mishap: String, Hashable, Sendable, CaseIterable {
        /// The call fails, and takes effect when the next one comes.
        case late
        /// The call takes effect, and its answer is lost: whoever asks again makes it happen twice.
        case lost
        /// Half an answer comes, or half of an effect.
        case half
        /// The call fails and has done nothing.
        case refused
    }

    public struct State: Sendable {
        public var repository = SimulatedForgeRepository()
        /// One for each call to come; nil lets it pass.
        public var script: [Mishap?] = []
        var late: [@Sendable (inout SimulatedForgeRepository) -> Void] = []
    }

    public let textMaximum = 65_536
    /// Writ's own account.
    public let account: String
    private let state = Mutex(State())
    private let chance: @Sendable (_ call: String) -> Mishap?

    /// `chance` decides what becomes of a call the script says nothing about.
    public init(account: String = "writ-bot", chance: @escaping @Sendable (_ call: String) -> Mishap? = { _ in nil }) {
        self.account = account
        self.chance = chance
    }

    /// What the next calls meet, in order.
    public func script(_ mishaps: [Mishap?]) { state.withLock { $0.script += mishaps } }

    /// The repository as it is, or as people change it.
    @discardableResult
    public func people<Value: Sendable>(_ act: (inout SimulatedForgeRepository) throws -> Value) rethrows -> Value {
        try state.withLock { try act(&$0.repository) }
    }

    /// One call over the interface. `half` is what is left of the effect when half of it happens.
    private func perform<Value: Sendable>(
        _ call: String, half: (@Sendable (inout SimulatedForgeRepository) -> Void)? = nil,
        _ effect: @escaping @Sendable (inout SimulatedForgeRepository) throws -> Value
    ) throws -> Value {
        let mishap = state.withLock { $0.script.isEmpty ? nil : $0.script.removeFirst() } ?? chance(call)
        return try state.withLock { state in
            for late in state.late { late(&state.repository) }
            state.late = []
            switch mishap {
            case nil: return try effect(&state.repository)
            case .refused: break
            case .late: state.late.append { repository in _ = try? effect(&repository) }
            case .lost: _ = try effect(&state.repository)
            case .half:
                half?(&state.repository)
                throw BackendFailure(
                    code: "forge-answer-malformed",
                    message: "the simulated forge, asked for \(call), sent half an answer",
                    retry: .transient)
            }
            throw BackendFailure(
                code: "forge-unreachable", message: "the simulated forge did not answer to \(call)", retry: .transient)
        }
    }

    static func missing(_ what: String) -> BackendFailure {
        BackendFailure(code: "forge-not-found", message: "the simulated forge has no \(what)", retry: .stalled)
    }
}

extension SimulatedForgeRepository.Request {
    /// A fork's branch is named `owner/name:branch`.
    public var source: String { fork.map { "\($0):\(branch)" } ?? branch }
    /// There is always one.
    public var head: RevisionID { heads[heads.count - 1].revision }

    var pullRequest: PullRequest {
        PullRequest(
            number: number, phase: phase, source: source, target: target, head: head, title: title,
            url: "https://forge.example.com/pulls/\(number)", account: account, landed: landed)
    }
}

extension SimulatedForge {
    public func openRequests(into target: String, limit: Int) async throws -> [PullRequest] {
        let found = try perform("the open requests") { repository in
            repository.requests.values.filter { $0.phase == .open && $0.target == target }.map(\.pullRequest)
        }
        guard found.count <= limit else {
            throw BackendFailure(
                code: "forge-list-too-long", message: "the simulated forge has more than \(limit) open requests",
                retry: .stalled)
        }
        return found.sorted { $0.number < $1.number }
    }

    public func request(_ number: Int) async throws -> PullRequest? {
        try perform("request \(number)") { $0.requests[number]?.pullRequest }
    }

    public func requests(landedWith revision: RevisionID) async throws -> [PullRequest] {
        try perform("the requests of a commit") { repository in
            repository.requests(landedWith: revision).map(\.pullRequest)
        }
    }

    public func open(_ draft: PullRequestDraft) async throws -> PullRequest {
        try checkText(draft.text)
        let half: @Sendable (inout SimulatedForgeRepository) -> Void = { [account] repository in
            guard repository.openRequest(from: draft.source, into: draft.target) == nil else { return }
            _ = repository.open(
                branch: draft.source, target: draft.target, title: draft.title, text: "", account: account)
        }
        return try perform("opening a request", half: half) { [account] repository in
            let known = repository.openRequest(from: draft.source, into: draft.target)
            let made =
                known.map { $0 }
                ?? {
                    repository.writes += 1
                    return repository.open(
                        branch: draft.source, target: draft.target, title: draft.title, text: draft.text,
                        account: account)
                }()
            guard let number = made, var request = repository.requests[number] else {
                throw BackendFailure(
                    code: "forge-invalid", message: "the simulated forge has no branch \(draft.source)",
                    retry: .terminal)
            }
            let title =
                draft.title.unicodeScalars.count > 255
                ? String(String.UnicodeScalarView(draft.title.unicodeScalars.prefix(255))) : draft.title
            if known != nil, request.title != title || request.text != draft.text { repository.writes += 1 }
            request.title = title
            request.text = draft.text
            repository.requests[number] = request
            return request.pullRequest
        }
    }

    public func close(_ number: Int) async throws {
        try perform("closing request \(number)") { repository in
            guard let request = repository.requests[number] else { throw Self.missing("request \(number)") }
            guard request.phase == .open else { return }
            repository.requests[number]?.phase = .closed
            repository.writes += 1
        }
    }

    public func comment(_ text: String, marker: String, on number: Int) async throws {
        try checkText(text)
        try perform("commenting on request \(number)") { [account] repository in
            guard var request = repository.requests[number] else { throw Self.missing("request \(number)") }
            let mine = request.comments.filter { $0.account == account && $0.text.contains(marker) }
            for extra in mine.dropFirst() { request.comments.removeAll { $0.id == extra.id } }
            if let first = request.comments.firstIndex(where: { $0.id == mine.first?.id }) {
                if request.comments[first].text != text || mine.count > 1 { repository.writes += 1 }
                request.comments[first].text = text
            } else {
                repository.writes += 1
                request.comments.append(.init(id: repository.nextID(), account: account, text: text))
            }
            repository.requests[number] = request
        }
    }

    public func setStatus(_ status: CommitStatus, of revision: RevisionID) async throws {
        try perform("the status \(status.context)") { repository in
            var cut = status
            if status.text.unicodeScalars.count > 140 {
                cut.text = String(String.UnicodeScalarView(status.text.unicodeScalars.prefix(139))) + "…"
            }
            let last = repository.statuses[revision]?.last { $0.status.context == status.context }
            guard last?.status != cut else { return }
            repository.writes += 1
            repository.add(cut, of: revision)
        }
    }

    public func reviews(of number: Int) async throws -> [ReviewFacts] {
        try perform("the reviews of request \(number)") { repository in
            guard let request = repository.requests[number] else { throw Self.missing("request \(number)") }
            var latest: [String: SimulatedForgeRepository.Review] = [:]
            for review in request.reviews where review.verdict != .comments { latest[review.account] = review }
            return latest.values.filter { !$0.isDismissed }.sorted { $0.account < $1.account }.map {
                ReviewFacts(account: $0.account, head: $0.head, approves: $0.verdict == .approves)
            }
        }
    }

    public func headReference(of number: Int) -> String { "refs/pull/\(number)/head" }

    private func checkText(_ text: String) throws {
        guard text.unicodeScalars.count > textMaximum else { return }
        throw BackendFailure(
            code: "forge-text-too-long", message: "the simulated forge takes no text of more than \(textMaximum)",
            retry: .terminal)
    }
}

extension SimulatedForgeRepository {
    /// What people do, in one line each.
    @discardableResult
    public mutating func review(
        _ number: Int, by account: String, _ verdict: Review.Verdict, of head: RevisionID? = nil
    ) -> Int64 {
        let id = nextID()
        guard let newest = requests[number]?.head else { return id }
        let review = Review(id: id, account: account, head: head ?? newest, verdict: verdict, at: now)
        requests[number]?.reviews.append(review)
        return id
    }

    public mutating func dismissReviews(of account: String, on number: Int) {
        for index in requests[number]?.reviews.indices ?? 0..<0
        where requests[number]?.reviews[index].account == account {
            requests[number]?.reviews[index].isDismissed = true
        }
    }

    public mutating func comment(_ number: Int, by account: String, _ text: String) {
        let id = nextID()
        requests[number]?.comments.append(Comment(id: id, account: account, text: text))
    }

    /// `landed` is what a squash or a rebase puts on the target in place of the head, after `brought`.
    public mutating func merge(_ number: Int, as landed: RevisionID? = nil, bringing brought: [RevisionID] = []) {
        _ = nextID()
        guard let request = requests[number] else { return }
        requests[number]?.phase = .merged
        requests[number]?.landed = landed ?? request.head
        requests[number]?.brought = brought
        branches[request.target] = landed ?? request.head
    }

    public func requests(landedWith revision: RevisionID) -> [Request] {
        requests.values.filter { $0.phase == .merged && ($0.landed == revision || $0.brought.contains(revision)) }
            .sorted { $0.number < $1.number }
    }
}
