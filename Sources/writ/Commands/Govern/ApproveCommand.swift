// `writ approve`: a signed statement that somebody has seen this change, these versions and this evidence.
import ArgumentParser
import Foundation
import WritBackends
import WritController
import WritManifests
import WritPlanner
import WritServer
import WritSource
import WritVocabulary

struct ApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Approve a change with your SSH key. Void as soon as any part of it changes.",
        discussion: """
            The statement names the repository, the branch, the base commit, the tree after it, every manifest that \
            differs, the digest of every version an endpoint is moved to and of the evidence for it. It is signed by \
            `ssh-keygen`, kept under refs/writ/approvals and pushed. See what you approve first: \
            `writ plan --from … --to …`.
            """)

    @Argument(help: "The repository.", completion: .directory)
    var path = "."

    @Option(name: .long, help: "The base: the revision in force, usually the branch's tip at the remote.")
    var from: String

    @Option(name: .long, help: "The head of the change.")
    var to = "HEAD"

    @Option(name: .long, help: "The branch it may be merged into.")
    var target = "main"

    @Option(name: .long, help: "Your SSH key; else git's user.signingKey.", completion: .file())
    var key: String?

    @Option(name: .customLong("as"), help: "Who you are in allowed_signers; else git's user.email.")
    var person: String?

    @Option(name: .long, help: "What your approval means, in your words.")
    var meaning = "approved"

    @Option(name: .long, help: "How long it counts, such as 30d; for good when left out.")
    var expires: String?

    @Option(name: .long, help: "The remote the approval is pushed to.")
    var remote = "origin"

    @Flag(name: .long, inversion: .prefixedNo, help: "Whether to push it.")
    var push = true

    @OptionGroup var observation: ObservationOption

    func validate() throws {
        guard BranchName(target) != nil else { throw ValidationError("--target names a branch, such as `main`.") }
        guard !remote.isEmpty, !remote.hasPrefix("-") else { throw ValidationError("--remote names a remote.") }
        guard expires.map({ (TimeSpan($0)?.milliseconds ?? 0) > 0 }) ?? true else {
            throw ValidationError("--expires is a time such as 12h or 30d.")
        }
        let isLine = VisibleText.line(meaning) == meaning && (1...500).contains(meaning.count)
        guard isLine else { throw ValidationError("--meaning is one line of 1 to 500 characters.") }
    }

    func run() async throws {
        let revisions = try await ChangeRevisions.resolve(path, from: from, to: to)
        let git = UserGit(root: revisions.root)
        let signer = try ApprovalSigner(git, key: key, person: person)
        let declared = try await declared(revisions)
        let recorded = try await recorded(declared)
        let statements = try await statements(declared, revisions, recorded, signer.person)
        let store = ApprovalStore(git: git, source: revisions.source, remote: remote)
        let notes = ApprovalNotes(git: git, revisions: revisions, remote: remote, target: target)
        if push {
            try await store.catchUp(signer)
            try await notes.sayWhatIsElsewhere()
        }
        for statement in statements {
            Terminal.complain(ApprovalNotes.text(of: statement))
            let bytes = Array(try Canonical.encode(statement))
            let signature = try signer.sign(bytes)
            try await checkKey(bytes, signature, declared, revisions, at: statement.signedAt)
            try await store.add(bytes, signature, signer, at: statement.signedAt)
        }
        if push { try await store.push(signer) }
        Terminal.say(
            push
                ? "approved and pushed to \(remote)\n"
                : "approved; push it: git push \(remote) \(ApprovalStatement.reference)\n")
        try await notes.sayWhatIsMissing(declared, recorded, signer.person)
    }

    private func declared(_ revisions: ChangeRevisions) async throws -> DeclaredChange {
        guard revisions.inForce != revisions.head else {
            throw CommandFailure(
                "\(from) and \(to) are the same commit, so there is nothing to approve",
                hint: "name the branch's tip with --from and the change with --to", code: .notSo)
        }
        do {
            return try await ChangeReading(source: revisions.source, cache: nil)
                .read(from: revisions.base, to: revisions.head)
        } catch let refusal as ManifestRefusal {
            throw DeclaredState.report(refusal)
        }
    }

    /// A signature that cannot count is not kept: it could not be taken back, and everybody would be told of it. Keys
    /// the operator lists, and no policy does, are not known here.
    private func checkKey(
        _ statement: [UInt8], _ signature: String, _ declared: DeclaredChange, _ revisions: ChangeRevisions,
        at now: Timestamp
    ) async throws {
        guard declared.base.policies.contains(where: { $0.policy.signers != nil }) else { return }
        let roots = declared.base.trustRoots(under: Governance(target: target))
        let judged = try await revisions.source.judged(statement, signature: signature, trusting: roots, now: now)
        guard case .refused(let reason)? = judged?.authenticity, let person = judged?.statement.person else { return }
        throw CommandFailure(
            "an approval in the name of \(person) would be void: \(reason); nothing was approved",
            hint: "sign with a key the policy's signers list for you at \(revisions.base.short), and say who you are "
                + "with --as", code: .notSo)
    }

    /// One for each name the repository's policies give it; one name is the rule.
    private func statements(
        _ declared: DeclaredChange, _ revisions: ChangeRevisions, _ recorded: RecordedState, _ person: Person
    ) async throws -> [ApprovalStatement] {
        let names = Set(declared.base.policies.map(\.policy.repository)).sorted()
        guard !names.isEmpty else {
            throw CommandFailure(
                "no policy is in force at \(revisions.base.short), so nothing needs an approval", code: .notSo)
        }
        let moves = declared.base.moves(by: declared.change)
        var manifests = declared.changes.manifests.mapValues { $0.blob.text }
        for path in declared.changes.removedManifests { manifests[path] = "removed" }
        let tree = try await revisions.source.mergedTree(of: revisions.head, into: revisions.inForce)
        let now = Timestamp.now
        return names.map { name in
            ApprovalStatement(
                repository: name, target: target, base: revisions.inForce, tree: tree, manifests: manifests,
                versions: EvidenceDigests.versions(of: moves, recorded),
                evidence: EvidenceDigests.current(for: moves, recorded), meaning: meaning, person: person,
                signedAt: now, expires: expires.flatMap { TimeSpan($0) }.map { now + $0 })
        }
    }

    /// What is on record of the versions a change moves to; nothing needs to be known where none moves.
    private func recorded(_ declared: DeclaredChange) async throws -> RecordedState {
        let moves = declared.base.moves(by: declared.change)
        guard !moves.isEmpty else { return RecordedState() }
        guard let found = try await ChangeObservation.read(observation) else {
            let endpoints = moves.map(\.endpoint.text).joined(separator: ", ")
            throw CommandFailure(
                "the change moves \(endpoints), and an approval names the digests of versions and evidence",
                hint: "name the data directory with --data, or a file of `writ observe` with --observation",
                code: .unknown)
        }
        return found.record.recorded
    }
}
