// Random but plausible entries of every kind, so that folds and rows meet each other's cases.
import Foundation
import WritVocabulary

@testable import WritLedger

struct Story {
    private var numbers: SeededNumbers
    private var clock: Int64 = 1_700_000_000_000
    private var attempts = 0

    init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

    mutating func drafts(_ count: Int) -> [EntryDraft] { (0..<count).map { _ in draft() } }

    private mutating func draft() -> EntryDraft {
        clock += Int64(numbers.below(3))
        let name = ResourceName("thing-\(numbers.below(5))")!
        return EntryDraft(
            time: Timestamp(milliseconds: clock), cause: .operatorAct(actor: "ops"), subject: ResourceID(.model, name),
            event: event(name))
    }

    private mutating func event(_ name: ResourceName) -> Event {
        let revision = RevisionID(String(repeating: "\(numbers.below(10))", count: 40))!
        let time = Timestamp(milliseconds: clock)
        let digest = Digest(of: Data("\(numbers.below(20))".utf8))
        switch numbers.below(14) {
        case 0: return .revisionAccepted(revision, previous: nil, changed: [], count: 0)
        case 1: return .revisionRefused(revision, errors: ["manifests/a.yaml:1:1 no"], count: 1, evidence: digest)
        case 2: return .suspended(Suspension(actor: "ops", reason: "look “here” ✓", until: time))
        case 3: return .resumed(actor: "ops")
        case 4:
            return .conditionsChanged(
                Conditions(ready: true, reconciling: false, stalled: false, reason: Reason(.converged, "as declared")))
        case 5: return .removed
        case 6, 7: return .intended(execution(name).key, execution(name), Reason(.recipeIsNew, "new"))
        case 8: return .failed(execution(name).key, FailureRecord(LedgerFailure.system("read", "x", EIO)))
        case 9: return .completed(execution(name).key, .started)
        case 10: return .executionFinished(executionID(), .training, RecipeID(digest), outcome(time))
        case 11: return publishing(name)
        case 12:
            let number = 1 + numbers.below(9)
            let version = VersionRecord(
                id: VersionID(name, number), artefacts: digest, run: nil, recipe: nil, revision: revision,
                datasets: [:],
                evaluation: nil, metrics: ["mae": MetricValue(0.1)!], gates: [], card: nil)
            return .completed(Action.register(RegistrationOrder(version: version)).key, .registered(version))
        default:
            return .judged(
                Judgement(id: digest, model: name, run: nil, artefacts: digest, evaluation: nil, results: []))
        }
    }

    private mutating func executionID() -> ExecutionID {
        ExecutionID(.training, of: Digest(of: Data("r\(numbers.below(6))".utf8)), attempt: 1 + numbers.below(3))
    }

    private mutating func execution(_ name: ResourceName) -> Action {
        let id = executionID()
        return .execute(
            ExecutionOrder(
                id: id, purpose: .training, recipe: RecipeID(Digest(of: Data(id.text.dropLast(2).utf8))),
                resource: ResourceID(.model, name), revision: RevisionID(String(repeating: "a", count: 40))!,
                code: RepositoryPath("code")!, codeTree: ContentID(String(repeating: "b", count: 40))!, argv: ["train"],
                environment: nil, inputs: [:], model: nil, parameters: ["rate": .number(MetricValue(0.5)!)], seed: 1,
                resources: Resources(), timeout: .minutes(1), network: false))
    }

    private func outcome(_ time: Timestamp) -> ExecutionOutcome {
        ExecutionOutcome(
            ending: .exited(code: 0), startedAt: time, finishedAt: time,
            sandbox: SandboxRecord(kind: "simulated", network: false, limits: "rlimit"))
    }

    /// A publish that was intended before, or is intended now.
    private mutating func publishing(_ name: ResourceName) -> Event {
        let number = Int64(1 + numbers.below(4))
        let change = RoutingChange(number: number, routes: [.init(endpoint: name, targets: [])])
        let action = Action.publish(change)
        switch numbers.below(3) {
        case 0: return .intended(action.key, action, Reason(.replicasReady, "ready"))
        case 1: return .completed(action.key, .published(number: number))
        default: return .failed(action.key, FailureRecord(LedgerFailure.system("write", "y", EIO)))
        }
    }
}
