// The thin shell around the machine: carries out effects, brings back events, and keeps time.
import Foundation
import Logging
import ServiceLifecycle
import WritBackends
import WritExecutor
import WritLedger
import WritManifests
import WritVocabulary

/// Runs the loop until it is cancelled. All state is the machine's; every effect runs in a child task, so that one
/// that takes
/// long delays no other.
public actor Controller: Service {
    var machine: ControllerMachine
    private let source: any RevisionSource
    private let history: (any HistorySource)?
    private let consultants: Consultants
    private let backends: Backends
    private let executor: Executor
    private let decoders: Int
    private var settlings = 0
    private let lookout: Lookout
    private let inbox = Inbox()
    /// Effects of operators' acts, to be carried out by the loop.
    private var asked: [ControllerEffect] = []
    private let logger: Logger
    private let version: String
    private let now: @Sendable () -> Timestamp

    public init(
        machine: sending ControllerMachine, source: any RevisionSource, history: (any HistorySource)? = nil,
        consultants: Consultants = Consultants(), backends: Backends, logger: Logger, version: String,
        now: @escaping @Sendable () -> Timestamp
    ) {
        decoders = machine.limits.decoders
        self.machine = machine
        self.source = source
        self.history = history
        self.consultants = consultants
        self.backends = backends
        executor = Executor(backends: backends)
        lookout = Lookout(backends)
        self.logger = logger
        self.version = version
        self.now = now
    }

    /// Ends when it is cancelled or the services around it shut down. Actions under way are left as open intents.
    public func run() async throws {
        try await cancelWhenGracefulShutdown { try await self.loop() }
    }

    private func loop() async throws {
        inbox.send(.started(version: version))
        try await withThrowingDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let events = inbox.drain()
                let effects = asked + (try machine.handle(events.isEmpty ? [.tick] : events, at: now()))
                asked = []
                giveBackFreeMemory()
                for effect in effects {
                    logger.debug("effect", metadata: ["effect": "\(effect.name)"])
                    for question in questions(of: effect) { group.addTask { await question() } }
                    group.addTask { await self.carryOut(effect) }
                }
                await rest()
            }
            group.cancelAll()
        }
    }

    private func giveBackFreeMemory() {
        guard settlings != machine.settlings else { return }
        settlings = machine.settlings
        FreeMemory.giveBack()
    }

    /// Sleeps until there is an event, time makes one, or the controller is cancelled.
    private func rest() async {
        let pause = machine.wakeAt(now: now()) - now()
        guard pause.milliseconds > 0 else { return }
        await withTaskGroup { group in
            group.addTask { [inbox] in await inbox.wait() }
            // Cancelled when an event comes first; there is nothing to do about a cancelled sleep but to go on.
            group.addTask { try? await Task.sleep(for: .milliseconds(pause.milliseconds)) }
            await group.next()
            group.cancelAll()
        }
    }

    // MARK: - Effects

    nonisolated private func carryOut(_ effect: ControllerEffect) async {
        switch effect {
        case .fetch:
            inbox.send(.fetched(await attempt { try await source.fetch() }))
        case .readChanges(let base, let revision, let ancestor):
            let reading = await attempt {
                try await source.reading(of: revision, from: base, descendingFrom: ancestor, decoders: decoders)
            }
            inbox.send(.changesRead(revision, reading))
        case .readFirst(let revision, let tip):
            let reading = await attempt {
                try await source.firstReading(of: revision, leadingTo: tip, decoders: decoders)
            }
            inbox.send(.changesRead(revision, reading))
        case .readHistory(let base, let tip, let roots):
            inbox.send(.historyRead(tip, await attempt { try await readHistory(base, tip, roots) }))
        case .checkTrust(let revision, let roots):
            inbox.send(.trustChecked(revision, await attempt { try await history?.faults(of: roots) ?? [] }))
        case .consult(let revision, let consultation):
            inbox.send(.consulted(revision, await consultants.answer(consultation)))
        case .readContents(let paths, let revision):
            inbox.send(.contentsRead(revision, await attempt { try await source.contents(of: paths, at: revision) }))
        case .markAccepted(let revision):
            if case .failure(let failure) = await attempt({ try await source.accept(revision) }) {
                logger.warning(
                    "the accepted revision is not marked in the mirror", metadata: ["reason": "\(failure.message)"])
            }
        case .observe:
            inbox.send(.observed(await lookout.look()))
        case .perform(let planned):
            inbox.send(.performed(await executor.perform(planned)))
        }
    }

    /// What is asked of the backends for a look: children of the loop, so that one without an answer holds up no look.
    nonisolated private func questions(of effect: ControllerEffect) -> [@Sendable () async -> Void] {
        guard case .observe(let executions, let files) = effect else { return [] }
        return lookout.questions(executions: executions, files: files)
    }

    /// nil when the tip does not descend from the base.
    nonisolated private func readHistory(
        _ base: RevisionID, _ tip: RevisionID, _ roots: TrustRoots
    ) async throws -> RevisionHistory? {
        guard let history else {
            throw BackendFailure(
                code: "history-not-available", message: "policies are in force and the source cannot show who signed",
                retry: .stalled)
        }
        guard try await source.isAncestor(base, of: tip) else { return nil }
        return try await history.history(from: base, to: tip, trusting: roots, now: await judgementTime)
    }

    /// No key becomes valid again because a clock was set back.
    private var judgementTime: Timestamp { max(now(), machine.log.state.lastTime ?? now()) }

    // MARK: - What others may ask

    public var recorded: RecordedState { machine.log.state }
    nonisolated var currentTime: Timestamp { now() }
    public var live: LiveState? { machine.live }
    public var observedAt: Timestamp? { machine.observedAt }
    public var progress: SourceProgress { machine.source }
    public var standing: Convergence { machine.convergence }

    public func entries(_ query: EntryQuery) throws -> [LedgerEntry] { try machine.log.entries(query) }

    /// Looks at the source and the backends now. When it returns, the look has begun.
    public func wake() throws { try take(.wake) }

    /// When it returns, the act is in the ledger.
    public func act(_ act: OperatorAct) throws { try take(.operatorAct(act)) }

    private func take(_ event: ControllerEvent) throws {
        asked += try machine.handle([event], at: now())
        inbox.send(.tick)
    }
}

/// Runs a call and turns what it throws into a recorded failure.
func attempt<Value: Sendable>(_ body: () async throws -> Value) async -> Result<Value, FailureRecord> {
    do { return .success(try await body()) } catch { return .failure(FailureRecord(error)) }
}

extension RevisionSource {
    /// What the operator trusts to begin with, where the branch leads on from it.
    public func firstReading(
        of revision: RevisionID, leadingTo tip: RevisionID, decoders: Int = 1
    ) async throws -> RevisionReading {
        guard try await isAncestor(revision, of: tip) else {
            return RevisionReading(descends: false, changes: SourceChanges(), manifests: [:])
        }
        return try await reading(of: revision, from: nil, descendingFrom: nil, decoders: decoders)
    }

    /// Everything the controller needs to know of a revision before it compiles it. A revision that does not descend
    /// from
    /// `ancestor` is not read further.
    public func reading(
        of revision: RevisionID, from base: RevisionID?, descendingFrom ancestor: RevisionID?, decoders: Int = 1
    ) async throws -> RevisionReading {
        if let ancestor, try await !isAncestor(ancestor, of: revision) {
            return RevisionReading(descends: false, changes: SourceChanges(), manifests: [:])
        }
        let changes = try await changes(from: base, to: revision)
        let paths = changes.manifests.keys.sorted()
        let bytes = try await read(
            paths.compactMap { changes.manifests[$0]?.blob }, limit: ControllerLimits.manifestBytes)
        var reading = RevisionReading(
            descends: true, changes: changes, manifests: Dictionary(uniqueKeysWithValues: zip(paths, bytes)))
        if base == nil, decoders > 1 {
            reading.first = await ManifestIndex().prepare(reading.manifestChanges, workers: decoders)
        }
        return reading
    }
}

extension ControllerEffect {
    var name: String {
        switch self {
        case .fetch: "fetch"
        case .readChanges(_, let revision, _): "read \(revision.short)"
        case .readFirst(let revision, _): "begin with \(revision.short)"
        case .readHistory(_, let tip, _): "history of \(tip.short)"
        case .checkTrust(let revision, _): "keys of \(revision.short)"
        case .consult(let revision, _): "consult on \(revision.short)"
        case .readContents(let paths, _): "read \(paths.count) paths"
        case .markAccepted(let revision): "mark \(revision.short)"
        case .observe: "observe"
        case .perform(let planned): "\(planned.key)"
        }
    }
}
