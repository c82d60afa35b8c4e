// `writ apply PLAN`: merges exactly what was planned, when nothing has moved since.
import ArgumentParser
import Foundation
import WritManifests
import WritSource
import WritVocabulary

struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Push a planned change, if base, head and observation are what they were.",
        discussion: """
            Takes the JSON of `writ plan --from … --to … --format json`, plans again from the same inputs, and refuses \
            when the branch at the remote, the head or the observation moved, naming which. Otherwise the head is \
            pushed onto the branch with `git push`, with your own credentials and never by force. Writ does the rest \
            when it sees the branch.
            """)

    @Argument(help: "The plan's file; `-` reads it from standard input.", completion: .file(extensions: ["json"]))
    var plan: String

    @Argument(help: "The repository.", completion: .directory)
    var path = "."

    @Option(name: .long, help: "The remote whose branch is moved.")
    var remote = "origin"

    @OptionGroup var observation: ObservationOption

    func validate() throws {
        guard !remote.isEmpty, !remote.hasPrefix("-") else { throw ValidationError("--remote names a remote.") }
    }

    func run() async throws {
        let file = try ChangeFile.read(plan)
        guard let base = file.plan.base else {
            throw CommandFailure("the plan has no base", hint: "plan again with --from", code: .notSo)
        }
        let git = try ChangeGit(root: ManifestFolder(path).root, remote: remote, branch: file.target)
        let tip = try git.tip()
        guard tip == base else {
            throw moved("base", "\(file.target) is \(tip?.short ?? "not there") at \(remote)", "\(base.short)")
        }
        let revisions = try await revisions(file, base)
        let observed = try await observed(file)
        try await planAgain(file, revisions, observed)
        guard try await revisions.source.isAncestor(base, of: revisions.head) else {
            throw CommandFailure(
                "\(revisions.head.short) does not descend from \(base.short)", hint: "rebase it and plan again",
                code: .notSo)
        }
        try allow(file.plan)
        guard base != revisions.head else { return Terminal.say("\(file.target) is there already\n") }
        try git.push(revisions.head)
        Terminal.say("\(file.target) is \(revisions.head.short) at \(remote)\n")
    }

    private func revisions(_ file: ChangeFile, _ base: RevisionID) async throws -> ChangeRevisions {
        let revisions = try await ChangeRevisions.resolve(path, from: base.text, to: file.to)
        guard revisions.head == file.plan.head else {
            throw moved("head", "\(file.to) is \(revisions.head.short)", file.plan.head.short)
        }
        guard revisions.folder == file.manifests else {
            throw moved(
                "manifest folder", "it is \(revisions.folder?.text ?? "the whole repository")",
                file.manifests?.text ?? "the whole repository")
        }
        return revisions
    }

    private func observed(_ file: ChangeFile) async throws -> ChangeObservation? {
        guard case .observed(_, let entries) = file.plan.basis else { return nil }
        guard let now = try await ChangeObservation.read(observation) else {
            throw CommandFailure(
                "the plan was made from an observation, and there is none to compare with",
                hint: "name the data directory with --data, or a file with --observation", code: .unknown)
        }
        guard now.basis == file.plan.basis else {
            throw moved("observation", "the ledger has \(now.record.recorded.next) entries", "other \(entries)")
        }
        return now
    }

    private func planAgain(
        _ file: ChangeFile, _ revisions: ChangeRevisions, _ observed: ChangeObservation?
    ) async throws {
        let again: ChangePlanning
        do {
            again = try await ChangePlanning.make(
                revisions, target: file.target, observation: observed, usesCache: true)
        } catch let refusal as ManifestRefusal {
            throw DeclaredState.report(refusal)
        }
        let digest = try again.plan.digest
        guard digest == file.digest else {
            let cause =
                again.plan.decision != file.plan.decision
                ? "the policies' decision is another, so approvals have come or gone"
                : "another version of Writ may have made it"
            throw CommandFailure(
                "the same inputs give another plan (\(digest.short), not \(file.digest.short)): \(cause)",
                hint: "plan again", code: .notSo)
        }
    }

    /// Time alone may be left to pass: the controller waits for that itself.
    private func allow(_ plan: ChangePlan) throws {
        guard let decision = plan.decision, decision.verdict != .allowed else { return }
        if decision.verdict == .waiting, decision.lacks.allSatisfy({ $0.kind == .window }) { return }
        let missing = decision.lacks.prefix(10).map(\.message).joined(separator: "; ")
        throw CommandFailure("the policies do not allow it: \(missing)", code: .notSo)
    }

    private func moved(_ what: String, _ now: String, _ planned: String) -> CommandFailure {
        CommandFailure("the \(what) moved: \(now), the plan was made from \(planned)", hint: "plan again", code: .notSo)
    }
}
