// `writ plan [PATH]`: what would be done now, or what a change would do, and why.
import ArgumentParser
import Foundation
import WritManifests
import WritPlanner
import WritServer
import WritSource
import WritVocabulary

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what a commit would make Writ do, without doing it.",
        discussion: """
            With --from, what following the commits from there to --to would do: what is trained, evaluated, moved and \
            deleted, which rules apply and what is still missing. The same two commits and the same observation give the \
            same bytes everywhere. The observation is a file of `writ observe` or a data directory; without one, the plan \
            is made as if the base had converged, and says so. Where the head does not descend from --from, their merge \
            base is taken, and that is said on standard error.

            Without --from, what would be done now: manifests are taken as they stand on disk, everything they name as \
            it is at the last commit; --revision takes both from a commit. What was done so far comes from the data \
            directory; without one, nothing was.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, markdown, json }

    @Argument(help: "The repository, or the folder of its manifests.", completion: .directory)
    var path = "."

    @Option(name: .long, help: "Plan a change: the commit it starts from, by id, branch, tag or expression.")
    var from: String?

    @Option(name: .long, help: "The commit the change ends at; HEAD when it is left out.")
    var to: String?

    @Option(name: .long, help: "The branch the change is for: approvals name it.")
    var target = "main"

    @Option(name: .long, help: "Plan a commit instead of the files on disk: a commit's id, branch or tag.")
    var revision: String?

    @OptionGroup var observation: ObservationOption

    @Option(name: .long, help: "How to print: text for people, markdown for a pull request, json for `writ apply`.")
    var format = Format.text

    @Option(name: .long, help: "The most characters of markdown; forges refuse long comments.")
    var limit = 60_000

    @Flag(name: .long, inversion: .prefixedNo, help: "Whether to use and keep what is known of the base.")
    var cache = true

    func validate() throws {
        guard from != nil else {
            guard to == nil, observation.observation == nil, format != .markdown else {
                throw ValidationError("--to, --observation and --format markdown belong to a change: give --from too.")
            }
            return
        }
        guard revision == nil else { throw ValidationError("Give --revision, or --from and --to, not both.") }
        guard BranchName(target) != nil else { throw ValidationError("--target names a branch, such as `main`.") }
        guard limit >= 1000 else { throw ValidationError("--limit is at least 1000 characters.") }
    }

    func run() async throws {
        if let from { try await planChange(from) } else { try await planNow() }
    }

    // MARK: - A change

    private func planChange(_ from: String) async throws {
        let revisions = try await ChangeRevisions.resolve(path, from: from, to: to ?? "HEAD")
        if let passedOver = revisions.passedOver {
            Terminal.complain(
                "\(revisions.head.short) does not descend from \(passedOver.short); planned from their merge base "
                    + "\(revisions.base.short)\n")
        }
        let observed = try await ChangeObservation.read(observation)
        let planning: ChangePlanning
        do {
            planning = try await ChangePlanning.make(
                revisions, target: target, observation: observed, usesCache: cache)
        } catch let refusal as ManifestRefusal {
            throw DeclaredState.report(refusal)
        }
        try say(planning)
        planning.keep()
        if planning.plan.decision?.verdict == .refused { throw CommandFailure.notSo }
    }

    private func say(_ planning: ChangePlanning) throws {
        switch format {
        case .text: Terminal.say(ChangePlanText(colour: Terminal.style.colour).render(planning.plan))
        case .markdown: Terminal.say(ChangePlanMarkdown(limit: limit).render(planning.plan))
        case .json:
            Terminal.say(try Canonical.encodePretty(ChangeFile(planning, target: target, to: to ?? "HEAD")))
        }
    }

    // MARK: - Now

    private func planNow() async throws {
        let folder = try ManifestFolder(path)
        let desired: DesiredState
        do {
            desired =
                try await revision == nil
                ? DeclaredState.workingTree(folder) : DeclaredState.committed(folder, revision: revision ?? "")
        } catch let refusal as ManifestRefusal {
            throw DeclaredState.report(refusal)
        }
        let observed = try await observed()
        // What is recorded and no longer declared is wound down.
        let plan = try Planner().plan(
            scope: Set(desired.resources.keys).union(observed.recorded.known), desired: desired, observed: observed,
            inFlight: [],
            now: .now)
        switch format {
        case .text, .markdown: Terminal.say(PlanText(colour: Terminal.style.colour).render(plan))
        case .json: Terminal.say(try Canonical.encodePretty(plan))
        }
    }

    private func observed() async throws -> ObservedState {
        let data = observation.data
        // Without a data directory to be found, a first plan is what is asked for.
        guard data.data != nil || (try? data.directory()) != nil else { return ObservedState() }
        let directory = try data.directory()
        var observed = ObservedState()
        observed.recorded = try await Terminal.withProgress("reading the ledger in \(directory)") {
            try await DirectorySource(data: directory).recorded()
        }
        if case .controller(let client, _) = try AnswerAccess.open(data), let live = try await client.live() {
            observed.live = live
        }
        return observed
    }
}
