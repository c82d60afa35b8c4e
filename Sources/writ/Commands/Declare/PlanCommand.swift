// `writ plan [PATH]`: what would be done now, and why.
import ArgumentParser
import Foundation
import WritManifests
import WritPlanner
import WritServer
import WritVocabulary

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what a commit would make Writ do, without doing it.",
        discussion: """
            Manifests are taken as they stand on disk, everything they name as it is at the last commit; --revision takes \
            both from a commit. What was done so far comes from the data directory; without one, nothing was.
            """)

    @Argument(help: "The repository, or the folder of its manifests.", completion: .directory)
    var path = "."

    @Option(name: .long, help: "Plan a commit instead of the files on disk: a commit's id, branch or tag.")
    var revision: String?

    @OptionGroup var data: DataOption
    @OptionGroup var format: FormatOption

    func run() async throws {
        let folder = try ManifestFolder(path)
        let desired: DesiredState
        do {
            desired =
                try await revision == nil
                ? DeclaredState.workingTree(folder) : DeclaredState.committed(folder, revision: revision ?? "")
        } catch let refusal as ManifestRefusal {
            Terminal.complain(Diagnostic.render(refusal.diagnostics))
            throw CommandFailure.notSo
        }
        let observed = try await observed()
        // What is recorded and no longer declared is wound down.
        let plan = try Planner().plan(
            scope: Set(desired.resources.keys).union(observed.recorded.known), desired: desired, observed: observed,
            inFlight: [],
            now: .now)
        switch format.format {
        case .text: Terminal.say(PlanText(colour: Terminal.style.colour).render(plan))
        case .json: Terminal.say(try Canonical.encodePretty(plan))
        }
    }

    private func observed() async throws -> ObservedState {
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
