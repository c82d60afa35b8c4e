// Writ's own commits: made on the branch's tip, signed, pushed, and offered as pull requests.
import WritBackends
import WritVocabulary

/// A `Proposer` over one repository and, where there is one, its forge.
///
/// Nothing is remembered between calls. Done again after a crash anywhere, it recognises the commit it made by what it
/// is: its parent, its tree, its message and its committer.
public struct GitProposer: Proposer {
    /// Changes the pin of one endpoint in a manifest's bytes, and nothing else.
    public typealias Edit =
        @Sendable (_ bytes: [UInt8], _ endpoint: ResourceName, _ pin: Endpoint.Pin) throws -> [UInt8]

    private let source: GitSource
    private let configuration: SourceConfiguration
    private let identity: CommitIdentity
    private let sign: CommitSigner?
    private let forge: (any Forge)?
    private let edit: Edit
    private let body: @Sendable (Digest) throws -> String
    private let clock: @Sendable () -> Timestamp

    /// `source` follows the same configuration. `body` reads a pull request's text from where the order says it lies.
    public init(
        source: GitSource, configuration: SourceConfiguration, identity: CommitIdentity, sign: CommitSigner?,
        forge: (any Forge)? = nil, edit: @escaping Edit, body: @escaping @Sendable (Digest) throws -> String,
        clock: @escaping @Sendable () -> Timestamp
    ) {
        self.source = source
        self.configuration = configuration
        self.identity = identity
        self.sign = sign
        self.forge = forge
        self.edit = edit
        self.body = body
        self.clock = clock
    }

    public func propose(_ order: ProposalOrder) async throws -> ProposalOutcome {
        let tip = try await source.tip()
        let manifest = try await source.manifest(of: order)
        let bytes = try await source.read([manifest], limit: configuration.limits.writtenFileBytesMaximum)[0]
        let edited = try edit(bytes, order.id.endpoint, order.to)
        guard edited != bytes else {
            throw SourceFailure(
                code: "nothing-to-change",
                message: "\(order.path) pins version \(order.to.version) for \(order.id.endpoint) already.",
                retry: .terminal)
        }
        let proposal = Proposal(order: order, manifest: manifest, edited: edited, identity: identity)
        switch order.delivery {
        case .commit: return try await commit(proposal, on: tip)
        case .branch: return try await offer(proposal, on: tip)
        }
    }

    // MARK: - On the branch itself

    private func commit(_ proposal: Proposal, on tip: RevisionID) async throws -> ProposalOutcome {
        if let made = try await source.find(proposal, below: tip) { return ProposalOutcome(commit: made) }
        let made = try await source.make(proposal, on: tip, at: clock(), sign: sign)
        try await source.push(.advance(configuration.branch, from: tip, to: made))
        return ProposalOutcome(commit: made)
    }

    // MARK: - On a branch of its own

    private func offer(_ proposal: Proposal, on tip: RevisionID) async throws -> ProposalOutcome {
        let order = proposal.order
        let branch = try GitProposer.branch(of: order.id)
        let superseded = try order.supersedes.filter { $0 != order.id }.map { ($0, try GitProposer.branch(of: $0)) }
        let heads = try await heads([branch] + superseded.map(\.1))
        let commit = try await push(proposal, to: branch, now: heads[branch.reference], tip)
        var outcome = ProposalOutcome(commit: commit)
        let isMerged = try await source.isAncestor(commit, of: tip)
        if let forge, !isMerged {
            let request = try await forge.open(draft(order, branch, forge))
            outcome.request = request.number
            outcome.url = request.url
        }
        let open =
            superseded.isEmpty
            ? []
            : try await forge?.openRequests(
                into: configuration.branch.text, limit: configuration.limits.openRequestsMaximum) ?? []
        for (id, branch) in superseded {
            if let forge, let request = open.first(where: { $0.source == branch.text }) {
                try await supersede(request, id, by: order, outcome, forge)
            }
            if let head = heads[branch.reference] { try await remove(branch, head, tip) }
        }
        return outcome
    }

    private func heads(_ branches: [BranchName]) async throws -> [String: RevisionID] {
        var found: [String: RevisionID] = [:]
        var rest = branches.map(\.reference)[...]
        while !rest.isEmpty {
            let some = rest.prefix(configuration.limits.namedReferencesMaximum)
            rest = rest.dropFirst(some.count)
            found.merge(try await source.fetch(references: Array(some))) { $1 }
        }
        return found
    }

    private func push(
        _ proposal: Proposal, to branch: BranchName, now head: RevisionID?, _ tip: RevisionID
    ) async throws -> RevisionID {
        if let head {
            if try await source.recognises(head, as: proposal, below: tip) {
                if try await !source.isAncestor(head, of: tip) { try await source.check(proposal, at: tip) }
                return head
            }
            guard try await source.isOwn(head, identity, below: tip) else {
                throw SourceFailure(
                    code: "branch-taken",
                    message:
                        "The branch \(branch) of \(configuration.remote) holds commits that are not Writ's, so it is left "
                        + "alone. Merge or rename it, and delete it.", retry: .stalled)
            }
        }
        let made = try await source.make(proposal, on: tip, at: clock(), sign: sign)
        try await source.push(.own(branch, from: head, to: made))
        return made
    }

    private func draft(_ order: ProposalOrder, _ branch: BranchName, _ forge: any Forge) throws -> PullRequestDraft {
        let text = try order.body.map(body) ?? String(order.message.drop { $0 != "\n" }.drop(while: \.isNewline))
        let fits = text.count <= forge.textMaximum
        return PullRequestDraft(
            source: branch.text, target: configuration.branch.text, title: order.title,
            text: fits ? text : String(text.prefix(max(0, forge.textMaximum - 2))) + "\n…")
    }

    private func supersede(
        _ request: PullRequest, _ id: ProposalID, by order: ProposalOrder, _ outcome: ProposalOutcome,
        _ forge: any Forge
    ) async throws {
        let marker = "<!-- writ:superseded \(id) -->"
        let place = outcome.url ?? "the branch `\(order.id.branch)`"
        try await forge.comment(
            "\(marker)\nA newer proposal takes the place of this one: \(order.title), \(place).", marker: marker,
            on: request.number)
        try await forge.close(request.number)
    }

    /// A branch somebody else has worked on, or may not be deleted, stays.
    private func remove(_ branch: BranchName, _ head: RevisionID, _ tip: RevisionID) async throws {
        guard try await source.isOwn(head, identity, below: tip) else { return }
        let update = ReferenceUpdate.own(branch, from: head, to: nil)
        if case .refused(let reason) = try await source.push([update])[branch.reference] {
            await source.note(["The superseded branch \(branch) could not be deleted: \(reason)."])
        }
    }

    private static func branch(of id: ProposalID) throws -> BranchName {
        guard let branch = BranchName(id.branch) else {
            throw SourceFailure.configuration("\(id.branch) cannot be the name of a branch.")
        }
        return branch
    }
}
