// One golden plan: a folder with what is asked for, what is there, and the plan that follows.
import Foundation
import WritPlanner
import WritVocabulary

struct Scenario {
    let name: String

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens")
    static var updates: Bool { ProcessInfo.processInfo.environment["WRIT_UPDATE_GOLDEN"] == "1" }

    static var all: [String] {
        get throws {
            // Plans of changes have goldens of their own beside these.
            try FileManager.default.contentsOfDirectory(atPath: folder.path)
                .filter { !$0.hasPrefix(".") && !$0.hasPrefix("change-") }.sorted()
        }
    }

    /// `observed.json`: everything the planner is given beside the manifests.
    struct Observed: Codable {
        var now: Timestamp
        var revision: RevisionID
        var scope: [ResourceID]
        var inFlight: [ActionKey]
        /// Paths whose bytes differ from those their name gives; a leading `-` means that the path does not exist.
        var contents: [String]
        var recorded: RecordedState
        var live: LiveState
        /// As whom Writ may commit; nil is nobody.
        var committer: Person?
        /// Whether somebody signs attestations; nil is no.
        var attests: Bool?

        var planner: Planner {
            let automation = committer.map { Planner.Automation(person: $0, target: "main") }
            return Planner(automation: automation, attests: attests ?? false)
        }
    }

    func read(_ file: String) throws -> String {
        try String(contentsOf: Scenario.folder.appending(path: "\(name)/\(file)"), encoding: .utf8)
    }

    func write(_ text: String, to file: String) throws {
        let folder = Scenario.folder.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try text.write(to: folder.appending(path: file), atomically: true, encoding: .utf8)
    }

    /// The plan that follows from the folder's files, and what it was made from.
    func plan() throws -> (plan: Plan, desired: DesiredState, observed: Observed) {
        let observed = try Canonical.decode(Observed.self, from: Data(try read("observed.json").utf8))
        var desired = DesiredState()
        _ = desired.apply(
            Desired.change(try read("desired.yaml"), revision: observed.revision, contents: Set(observed.contents)))
        let plan = try observed.planner.plan(
            scope: Set(observed.scope), desired: desired,
            observed: ObservedState(recorded: observed.recorded, live: observed.live), inFlight: Set(observed.inFlight),
            now: observed.now)
        return (plan, desired, observed)
    }
}
