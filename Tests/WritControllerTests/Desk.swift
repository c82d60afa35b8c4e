// A machine whose effects are carried out at once in a simulated world, so that a test is commits in, entries out.
import Foundation
import WritBackends
import WritExecutor
import WritLedger
import WritPlanner
import WritSimulation
import WritVocabulary
@testable import WritController

struct Desk {
    static let start = Timestamp(milliseconds: 1_767_225_600_000)  // 2026-01-01, a Thursday
    static let alice = Person("alice@example.com")
    static let bob = Person("bob@example.com")

    let world = SimulatedWorld(seed: 1, start: Desk.start)
    var governance: Governance
    var log = MemoryEntryLog()
    var machine: ControllerMachine
    var now = Desk.start
    /// Everything the machine asked for since the last ``run(_:)`` began.
    var effects: [ControllerEffect] = []
    var consultants = Consultants()
    var isRemoteAway = false
    /// Revisions whose objects are gone.
    var missing: Set<RevisionID> = []

    init(_ governance: Governance = Governance(), begun: Bool = true) async throws {
        self.governance = governance
        machine = Desk.machine(log, governance)
        if begun { try await run([.started(version: "test")]) }
    }

    private static func machine(_ log: MemoryEntryLog, _ governance: Governance) -> ControllerMachine {
        // So few that the desk meets settled and newer manifests.
        var limits = ControllerLimits()
        limits.unsettledManifests = 2
        return ControllerMachine(
            limits: limits, planner: Planner(), governance: governance, log: log,
            keep: { Digest(of: $0) })
    }

    var recorded: RecordedState.SourceRecord { log.state.source }
    var events: [Event] { log.allEntries.map(\.event) }

    /// The words of every entry about the source since the start.
    var story: [String] {
        log.allEntries.compactMap { entry in
            switch entry.event {
            case .revisionAccepted, .revisionRefused, .sourceFrozen, .tipAccepted, .changeHeld, .changeAllowed:
                entry.event.kind
            default: nil
            }
        }
    }

    private var answers: Answers {
        Answers(world: world, now: now, consultants: consultants, isRemoteAway: isRemoteAway, missing: missing)
    }

    /// Handles events and all that follows from them, while no time passes.
    mutating func run(_ events: [ControllerEvent] = [.wake]) async throws {
        var events = events
        effects = []
        for _ in 0..<500 where !events.isEmpty {
            let asked = try machine.handle(events, at: now)
            effects += asked
            events = []
            for effect in asked { if let event = await answers.answer(effect) { events.append(event) } }
        }
    }

    mutating func wait(_ span: TimeSpan) async throws {
        now = now + span
        world.advance(to: now)
        try await run([.tick])
    }

    /// The process ends, and another one begins with what the ledger holds.
    mutating func restart() async throws {
        log = log.restarted()
        machine = Desk.machine(log, governance)
        try await run([.started(version: "test")])
    }

    // MARK: - What people do

    @discardableResult
    mutating func commit(
        _ files: [String: String?], by signer: Person? = nil, merging: RevisionID? = nil, subject: String = "a commit"
    ) -> RevisionID {
        world.commit(Desk.files(files), by: signer, merging: merging, subject: subject)!
    }

    @discardableResult
    mutating func push(_ files: [String: String?], by signer: Person? = nil) async throws -> RevisionID {
        let made = commit(files, by: signer)
        try await run()
        return made
    }

    static func files(_ files: [String: String?]) -> [RepositoryPath: [UInt8]?] {
        var found: [RepositoryPath: [UInt8]?] = [:]
        for (path, text) in files { found[RepositoryPath(path)!] = .some(text.map { Array($0.utf8) }) }
        return found
    }

    /// An approval of everything up to a revision, from a base.
    func approve(_ revision: RevisionID, from base: RevisionID, manifests: [String: String], by person: Person) {
        var blobs: [RepositoryPath: String] = [:]
        for (path, text) in manifests {
            blobs[RepositoryPath(path)!] = String(Digest(of: Array(text.utf8)).hex.prefix(40))
        }
        let statement = ApprovalStatement(
            repository: "example.com/ml", target: "main", base: base, tree: world.tree(of: revision)!, manifests: blobs,
            versions: [:], evidence: [:], meaning: "approved", person: person, signedAt: now)
        world.keep(Approval(statement: statement, authenticity: .signed(by: person, key: "")))
    }

    // MARK: - What they write

    static func policy(_ rule: String = "signed: true", extra: String = "") -> String {
        """
        apiVersion: writ.dev/v1
        kind: Policy
        metadata: {name: rules}
        spec:
          repository: example.com/ml
          signers: governance/signers
        \(extra)  rules:
            - {name: all, \(rule)}

        """
    }

    static func dataset(_ name: String = "flights", path: String = "data/flights.csv") -> String {
        """
        apiVersion: writ.dev/v1
        kind: Dataset
        metadata: {name: \(name)}
        spec: {source: {path: \(path)}, format: csv}

        """
    }

    /// A repository with a policy, one person who may sign, and a dataset.
    static func governed(_ rule: String = "signed: true", extra: String = "") -> [String: String?] {
        [
            "governance/signers": "alice@example.com\n", "policy.yaml": policy(rule, extra: extra),
            "data/flights.csv": "x\n1\n", "flights.yaml": dataset(),
        ]
    }
}

/// What the shell would answer to an effect.
struct Answers: Sendable {
    var world: SimulatedWorld
    var now = Desk.start
    var consultants = Consultants()
    var isRemoteAway = false
    var missing: Set<RevisionID> = []

    func answer(_ effect: ControllerEffect) async -> ControllerEvent? {
        let source = world.source
        switch effect {
        case .fetch:
            if isRemoteAway { return .fetched(.failure(FailureRecord(SimulatedForge.away))) }
            return .fetched(await attempt { try await source.fetch() })
        case .readChanges(_, let revision, _) where missing.contains(revision):
            return .changesRead(
                revision, .failure(FailureRecord(code: "object-missing", message: "gone", retry: .stalled)))
        case .readChanges(let base, let revision, let ancestor):
            return .changesRead(
                revision,
                await attempt { try await source.reading(of: revision, from: base, descendingFrom: ancestor) })
        case .readFirst(let revision, let tip):
            return .changesRead(
                revision, await attempt { try await source.firstReading(of: revision, leadingTo: tip) })
        case .readContents(let paths, let revision):
            return .contentsRead(revision, await attempt { try await source.contents(of: paths, at: revision) })
        case .readHistory(let base, let tip, let roots):
            return .historyRead(
                tip,
                await attempt {
                    guard try await source.isAncestor(base, of: tip) else { return nil }
                    return try await source.history(from: base, to: tip, trusting: roots, now: now)
                })
        case .checkTrust(let revision, let roots):
            return .trustChecked(revision, await attempt { try await source.faults(of: roots) })
        case .consult(let revision, let consultation):
            return .consulted(revision, await consultants.answer(consultation))
        case .observe(let executions, let files):
            return .observed(await world.backends.observation(executions: executions, files: files))
        case .perform(let planned):
            return .performed(await Executor(backends: world.backends).perform(planned))
        case .markAccepted:
            return nil
        }
    }
}

extension SimulatedForge {
    static let away = BackendFailure(code: "remote-away", message: "nobody answers", retry: .transient)
}
