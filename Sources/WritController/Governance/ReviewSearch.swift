// Which reviews on the forge are of what came onto the branch, be it merged, squashed or rebased.
import WritBackends
import WritVocabulary

/// What the forge says of commits, and whether the bytes agree.
public struct ReviewsFound: Sendable, Equatable {
    public var reviews: [ReviewFacts] = []
    /// How the head came to be, where it is not what was reviewed itself.
    public var landing: Landing?
    /// Where merges of requests ended that put more commits on the branch than those asked about.
    public var ends: [RevisionID] = []

    public init(reviews: [ReviewFacts] = [], landing: Landing? = nil, ends: [RevisionID] = []) {
        self.reviews = reviews
        self.landing = landing
        self.ends = ends
    }
}

/// One look. The forge says which request a commit came from; what was reviewed and what landed are compared here.
struct ReviewSearch {
    let arrival: Consultation.Arrival
    let forge: any Forge
    let source: (any HistorySource & ReferenceSource)?

    /// Commits of one request that are read to learn who wrote them.
    static let commitsMaximum = 250
    /// Requests that are looked at for one arrival.
    static let requestsMaximum = 20

    func run() async throws -> ReviewsFound {
        var found = ReviewsFound()
        let named = try await named()
        let heads = Set(arrival.commits.map(\.revision))
        for request in named where heads.contains(request.head) {
            found.reviews += try await forge.reviews(of: request.number)
        }
        guard source != nil, found.reviews.isEmpty else { return found }
        let landed = try await landed(among: named)
        found.ends = landed.compactMap(\.landed).filter { $0 != arrival.head }
        for request in landed where request.landed == arrival.head {
            let reviews = try await forge.reviews(of: request.number)
            guard reviews.contains(where: \.approves) else { continue }
            let landing = try await landing(of: request)
            found.reviews = reviews
            found.landing = landing
            if landing.objection == nil { break }
        }
        return found
    }

    /// The requests the commits say they come from.
    private func named() async throws -> [PullRequest] {
        var found: [PullRequest] = []
        for number in ReviewSearch.numbers(in: arrival.commits.map(\.subject)) {
            if let request = try await forge.request(number), request.target == arrival.target {
                found.append(request)
            }
        }
        return found
    }

    /// The merged requests whose heads are not on the branch themselves. A rebase leaves no number in its commits, so
    /// the forge is asked; not where a commit named the request.
    private func landed(among named: [PullRequest]) async throws -> [PullRequest] {
        let known = named.filter { $0.phase == .merged && $0.landed == arrival.head }
        guard known.isEmpty else { return known }
        let told = try await forge.requests(landedWith: arrival.head)
        return told.prefix(Self.requestsMaximum).filter {
            $0.phase == .merged && $0.target == arrival.target && $0.landed != nil && $0.landed != $0.head
        }
    }

    /// Whether merging the head that was reviewed gives exactly what landed. That the forge names this very commit
    /// keeps an old review from counting for the same change made again later.
    private func landing(of request: PullRequest) async throws -> Landing {
        guard let source else { return refused(request, "there is nothing to compare them in") }
        let reference = forge.headReference(of: request.number)
        guard try await source.fetch(references: [reference])[reference] == request.head else {
            return refused(request, "\(reference) names another one now, so what landed cannot be compared")
        }
        do {
            guard try await source.mergedTree(of: request.head, into: arrival.base) == arrival.tree else {
                return refused(request, "merging that into \(arrival.base.short) does not give what landed")
            }
            let start = try await source.mergeBase(arrival.base, request.head) ?? arrival.base
            let history = try await source.history(
                from: start, to: request.head, trusting: arrival.roots, now: arrival.at)
            let commits = history.steps.flatMap(\.commits)
            guard commits.count <= Self.commitsMaximum else {
                return refused(
                    request, "that has \(commits.count) commits, more than the \(Self.commitsMaximum) Writ reads")
            }
            return Landing(request: request.number, reviewed: request.head, commits: commits)
        } catch let failure as any WritFailure where failure.code == "merge-conflict" {
            return refused(request, "it conflicts with \(arrival.base.short), so what landed was made after the review")
        } catch let failure as any WritFailure where failure.retry == .terminal {
            return refused(request, "they cannot be compared: \(failure.message)")
        }
    }

    private func refused(_ request: PullRequest, _ reason: String) -> Landing {
        let what = "it is of head \(request.head.short), which landed as \(arrival.head.short), and \(reason)"
        return Landing(request: request.number, reviewed: request.head, objection: what)
    }

    /// Numbers of requests the subjects mention, as forges write them: `#12` and `!12`; in order.
    static func numbers(in subjects: [String]) -> [Int] {
        var found: Set<Int> = []
        for subject in subjects {
            for part in subject.split(whereSeparator: { !$0.isNumber && $0 != "#" && $0 != "!" }) {
                guard let sign = part.first, sign == "#" || sign == "!", let number = Int(part.dropFirst()) else {
                    continue
                }
                found.insert(number)
            }
        }
        return Array(found.sorted().prefix(requestsMaximum))
    }
}
