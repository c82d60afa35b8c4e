// The course of one simulation: a queue of moments, each an event or an effect, taken in order of virtual time.
import HeapModule
import WritBackends
import WritController
import WritExecutor
import WritLedger
import WritPlanner
import WritVocabulary

/// One moment to come.
struct Moment: Comparable {
    enum What {
        case commit(Int)
        case act(Int)
        /// Somebody looks for requests to merge.
        case merging
        case effect(ControllerEffect, life: Int)
        /// `sight`: up to when what it shows of the replicas is true.
        case event(ControllerEvent, life: Int, sight: Timestamp?)
        case tick(life: Int)
    }

    var at: Timestamp
    /// Breaks ties in the order of creation.
    var order: Int
    var what: What

    static func < (a: Moment, b: Moment) -> Bool { (a.at, a.order) < (b.at, b.order) }
    static func == (a: Moment, b: Moment) -> Bool { a.order == b.order }
}

struct SimulationCourse {
    private let simulation: Simulation
    private let world: SimulatedWorld
    private var log: MemoryEntryLog
    private var random: SeededGenerator
    private var machine: ControllerMachine
    private var moments = Heap<Moment>()
    private var created = 0
    /// Counts the controller's lives: what an earlier life asked for is not answered to a later one.
    private var life = 0
    private var crashes = 0
    /// Appends of earlier lives.
    private var appends = 0
    private var steps = 0
    /// Steps in a row after which the controller wants to be called at once.
    private var idleSteps = 0
    /// By the number of the append in one life.
    private let ledgerFaults: [Int: MemoryEntryLog.Fault]
    private var violations: [String] = []
    /// How far the controller's clock lags behind the world's.
    private var lag = TimeSpan.seconds(0)
    private var acted = 0
    /// Up to when what the controller saw last of the replicas is true.
    private var sight: Timestamp?
    /// The same when each act was decided, that is when its intent was recorded.
    private var sights: [ActionKey: Timestamp?] = [:]
    /// When the last commit or operator's act arrived.
    private var arrived = Simulation.start
    /// The tip before the last commit of the scenario.
    private var replaced: RevisionID?
    /// Commits of the scenario that have arrived; Writ makes others itself.
    private var commits = 0

    init(_ simulation: Simulation) {
        self.simulation = simulation
        world = SimulatedWorld(seed: simulation.seed &+ 1, faults: simulation.faults, start: Simulation.start)
        var faults = SeededGenerator(seed: simulation.seed &+ 2)
        ledgerFaults = SimulationCourse.ledgerFaults(simulation.faults.ledgerFailure, &faults)
        log = MemoryEntryLog(
            faults: simulation.crash.map { [$0.append: $0.keeping ? .crashAfter : .crashBefore] } ?? ledgerFaults)
        random = SeededGenerator(seed: simulation.seed)
        machine = SimulationCourse.machine(log, simulation.scenario)
    }

    private static func machine(_ log: MemoryEntryLog, _ scenario: Scenario) -> ControllerMachine {
        var limits = ControllerLimits()
        limits.executions = scenario.executions
        limits.pollInterval = .seconds(20)
        limits.busyObservation = .seconds(1)
        // So few that settled and newer manifests are met in every scenario.
        limits.unsettledManifests = 2
        let automation = Person("writ@example.com").map { Planner.Automation(person: $0, target: "main") }
        return ControllerMachine(
            limits: limits, planner: Planner(automation: automation, attests: true), log: log, keep: { Digest(of: $0) })
    }

    /// Which of a life's appends fail: torn before or after they are durable.
    private static func ledgerFaults(_ percent: Int, _ random: inout SeededGenerator) -> [Int: MemoryEntryLog.Fault] {
        var faults: [Int: MemoryEntryLog.Fault] = [:]
        // The first appends of a life are left alone, or no life would get beyond them.
        for append in 10..<200 where random.chance(percent) {
            faults[append] = random.chance(50) ? .failBefore : .failAfter
        }
        return faults
    }

    mutating func run() async throws -> SimulationReport {
        for (index, arrival) in simulation.scenario.commits.enumerated() {
            schedule(Simulation.start + arrival.at, .commit(index))
        }
        for (index, act) in simulation.scenario.acts.enumerated() { schedule(Simulation.start + act.at, .act(index)) }
        if simulation.scenario.mergesAfter != nil { schedule(Simulation.start, .merging) }
        schedule(
            Simulation.start + TimeSpan(milliseconds: 1), .event(.started(version: "simulated"), life: 0, sight: nil))
        let lastCommit =
            (simulation.scenario.commits.map(\.at) + simulation.scenario.acts.map(\.at)).max() ?? .seconds(0)
        let end = Simulation.start + max(lastCommit, simulation.faults.until) + Simulation.patience
        while let moment = moments.popMin(), moment.at <= end, steps < Simulation.maximumSteps {
            steps += 1
            world.advance(to: moment.at)
            try await take(moment.what)
            if isAtRest { break }
        }
        return report()
    }

    private mutating func take(_ what: Moment.What) async throws {
        switch what {
        case .commit(let index):
            let isEarly = index > commits
            let isBusy = machine.convergence == .working || machine.source.tip != world.tip
            if isEarly || (simulation.isPatient && index > 0 && isBusy) {
                return schedule(world.now + .seconds(10), .commit(index))
            }
            arrived = world.now
            var files: [RepositoryPath: [UInt8]?] = [:]
            for (path, text) in simulation.scenario.commits[index].files {
                guard let path = RepositoryPath(path) else { continue }
                files[path] = .some(text.map { Array($0.utf8) })
            }
            let arrival = simulation.scenario.commits[index]
            if arrival.replaces, let before = replaced { world.reset(to: before) }
            replaced = world.tip
            world.commit(files, orphan: arrival.orphan, by: arrival.signer.flatMap { Person($0) })
            commits += 1
        case .act(let index):
            let act = simulation.scenario.acts[index]
            guard acted == index, let operatorAct = act.act(log.state, world.now) else {
                return schedule(world.now + .seconds(10), .act(index))
            }
            arrived = world.now
            let life = life
            step([.operatorAct(operatorAct)])
            // Who gets no answer asks again, unless it turns out to be done.
            if life != self.life, act.act(log.state, world.now) != nil {
                return schedule(world.now + .seconds(10), .act(index))
            }
            acted += 1
        case .merging:
            // People who wait see the last proposal, whatever delayed it.
            let isReady =
                !simulation.isPatient
                || machine.convergence != .working && machine.source.tip == world.tip && !isRetrying("propose/")
            if let span = simulation.scenario.mergesAfter, commits == simulation.scenario.commits.count, isReady,
                world.now > arrived + span, try world.mergeRequests(openFor: span)
            {
                arrived = world.now
            }
            schedule(world.now + .seconds(10), .merging)
        case .effect(let effect, let life):
            guard let event = await carryOut(effect), life == self.life else { return }
            let sight = world.sight
            schedule(world.now + random.milliseconds(1...400), .event(event, life: life, sight: sight))
            if random.chance(simulation.faults.duplicate), case .observed = event {
                schedule(world.now + random.milliseconds(1...2000), .event(event, life: life, sight: sight))
            }
        case .event(let event, let life, let sight):
            guard life == self.life else { return }
            if case .observed(let observation) = event, case .success = observation.replicas { self.sight = sight }
            step([event])
        case .tick(let life):
            guard life == self.life else { return }
            step([.tick])
        }
    }

    /// One step of the machine, and perhaps its death.
    private mutating func step(_ events: [ControllerEvent]) {
        let isFaulty = world.now < Simulation.start + simulation.faults.until
        if isFaulty, random.chance(simulation.faults.clockStep), random.chance(20) {
            lag = random.milliseconds(0...600_000)
        }
        let clock = Timestamp(milliseconds: world.now.milliseconds - lag.milliseconds)
        do {
            let isStart = events.contains { if case .started = $0 { true } else { false } }
            let before = isStart ? Set(log.state.openIntents.keys) : []
            for effect in try machine.handle(events, at: clock) {
                // What was decided in an earlier life and is done now knows what was known then.
                if case .perform(let planned) = effect, !before.contains(planned.key) { sights[planned.key] = sight }
                schedule(world.now + random.milliseconds(1...300), .effect(effect, life: life))
            }
        } catch {
            return restart()
        }
        violations += SafetyChecker.violations(recorded: log.state, world: world)
        if isFaulty, random.chance(simulation.faults.crash) { return restart() }
        let wake = machine.wakeAt(now: clock)
        if wake > clock { idleSteps = 0 } else { idleSteps += 1 }
        if idleSteps == 100 { violations.append("the controller turns in a circle without resting") }
        schedule(max(wake + lag, world.now + TimeSpan(milliseconds: 1)), .tick(life: life))
    }

    /// The controller dies and starts again from its ledger. Effects it had asked for still happen, or do not; nobody
    /// hears.
    private mutating func restart() {
        crashes += 1
        life += 1
        sight = nil
        appends += log.appendCount
        let isFaulty = world.now < Simulation.start + simulation.faults.until
        log = log.restarted(faults: isFaulty && simulation.crash == nil ? ledgerFaults : [:])
        machine = SimulationCourse.machine(log, simulation.scenario)
        schedule(
            world.now + random.milliseconds(100...5_000),
            .event(.started(version: "simulated"), life: life, sight: nil))
    }

    private func carryOut(_ effect: ControllerEffect) async -> ControllerEvent? {
        let source = world.source
        switch effect {
        case .fetch:
            return .fetched(await recorded { try await source.fetch() })
        case .readChanges(let base, let revision, let ancestor):
            return .changesRead(
                revision,
                await recorded { try await source.reading(of: revision, from: base, descendingFrom: ancestor) })
        case .readFirst(let revision, let tip):
            return .changesRead(
                revision, await recorded { try await source.firstReading(of: revision, leadingTo: tip) })
        case .readContents(let paths, let revision):
            return .contentsRead(revision, await recorded { try await source.contents(of: paths, at: revision) })
        case .readHistory(let base, let tip, let roots):
            let time = world.now
            return .historyRead(
                tip,
                await recorded {
                    guard try await source.isAncestor(base, of: tip) else { return nil }
                    return try await source.history(from: base, to: tip, trusting: roots, now: time)
                })
        case .checkTrust(let revision, let roots):
            return .trustChecked(revision, await recorded { try await source.faults(of: roots) })
        case .consult(let revision, _):
            return .consulted(revision, Consultation.Answers())
        case .markAccepted:
            return nil
        case .observe(let executions, let files):
            let backends = world.backends
            let runs = await recorded { executions.isEmpty ? [:] : try await backends.trainer.observe(executions) }
            let stats = await recorded { try await backends.data.observe(files) }
            let replicas = await recorded { try await backends.serving.observe() }
            let gateway = await recorded { try await backends.router.observe() }
            return .observed(Observation(executions: runs, replicas: replicas, gateway: gateway, files: stats))
        case .perform(let planned):
            world.prepare(recorded: log.state.table, knowing: sights[planned.key] ?? nil)
            return .performed(await Executor(backends: world.backends).perform(planned))
        }
    }

    private mutating func schedule(_ at: Timestamp, _ what: Moment.What) {
        created += 1
        moments.insert(Moment(at: at, order: created, what: what))
    }

    /// Whether all commits have arrived, faults are over and the controller says it is done.
    private var isAtRest: Bool {
        let quiet = simulation.faults == .none ? TimeSpan.seconds(0) : simulation.faults.until
        guard commits == simulation.scenario.commits.count, acted == simulation.scenario.acts.count,
            world.now > arrived + .minutes(2),
            world.now > Simulation.start + quiet
        else { return false }
        // Nothing waits for an attestation or an offer, and so what is to be tried again is waited for here.
        if isRetrying("attest/") || isRetrying("propose/") { return false }
        if simulation.scenario.mergesAfter != nil, world.openRequests > 0 { return false }
        // Writ's own commits have arrived as well.
        return machine.convergence != .working && machine.source.tip == world.tip
    }

    private func isRetrying(_ kind: String) -> Bool {
        log.state.failures.keys.contains { $0.text.hasPrefix(kind) }
    }

    private func report() -> SimulationReport {
        var found = violations + world.violations
        if machine.convergence != .working {
            found += SafetyChecker.violations(atRest: machine, log: log, world: world)
        }
        found += world.ill
        if machine.convergence == .working {
            found.append("not at rest \(Simulation.patience) after the last fault and commit")
        }
        let events = log.allEntries.map(\.event)
        return SimulationReport(
            steps: steps, appends: appends + log.appendCount, crashes: crashes, entries: Int(log.state.next),
            virtualTime: world.now - Simulation.start, converged: machine.convergence,
            end: EndState(log.state, table: world.table),
            accepted: Set(events.compactMap { if case .revisionAccepted(let id, _, _, _) = $0 { id } else { nil } }),
            held: Set(events.compactMap { if case .changeHeld(let change) = $0 { change.head } else { nil } }),
            incidents: events.count { if case .integrityFailed = $0 { true } else { false } },
            attestations: log.state.attestations.count,
            rejections: log.state.endpoints.values.reduce(0) { $0 + $1.rejections.count },
            violations: found)
    }
}

private func recorded<Value: Sendable>(_ body: () async throws -> Value) async -> Result<Value, FailureRecord> {
    do { return .success(try await body()) } catch { return .failure(FailureRecord(error)) }
}
