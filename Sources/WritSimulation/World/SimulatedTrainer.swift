// Simulated training: what a run gives is a function of its recipe.
import WritBackends
import WritVocabulary

struct SimulatedTrainer: Trainer {
    let world: SimulatedWorld

    func start(_ order: ExecutionOrder) async throws {
        try world.perform("starting \(order.id)") { state in
            guard state.executions[order.id] == nil else { return }
            let twin = state.executions.values.first {
                $0.order.recipe == order.recipe && $0.order.purpose == order.purpose && $0.endsAt > state.now
            }
            if let twin { state.violations.append("\(order.id) computes what \(twin.order.id) is computing") }
            let endsAt = state.now + state.random.milliseconds(2_000...90_000)
            let failed = state.strikes(\.runFailure) || order.argv.last == "fail"
            state.executions[order.id] = SimulatedExecution(
                order: order, startedAt: state.now, endsAt: endsAt,
                outcome: try state.outcome(of: order, endsAt: endsAt, failed: failed))
        }
    }

    func cancel(_ id: ExecutionID) async throws {
        try world.perform("cancelling \(id)") { state in
            guard var execution = state.executions[id], execution.endsAt > state.now else { return }
            execution.endsAt = state.now
            execution.outcome.ending = .cancelled
            execution.outcome.artefacts = nil
            execution.outcome.finishedAt = state.now
            state.executions[id] = execution
        }
    }

    func observe(_ ids: Set<ExecutionID>) async throws -> [ExecutionID: ExecutionPhase] {
        try world.perform("observing executions") { state in
            if state.strikes(\.lostRun) { state.loseSomeRun() }
            if state.strikes(\.staleRead) { return state.lastExecutions.filter { ids.contains($0.key) } }
            var seen: [ExecutionID: ExecutionPhase] = [:]
            for id in ids.sorted() {
                guard let execution = state.executions[id] else { continue }
                if state.strikes(\.partialRead) { continue }
                seen[id] = execution.endsAt <= state.now ? .finished(execution.outcome) : .running
            }
            state.lastExecutions = seen
            return seen
        }
    }

    func log(of id: ExecutionID, from offset: Int64, limit: Int) async throws -> [UInt8] {
        Array("\(id) ran in a simulation\n".utf8.dropFirst(Int(offset)).prefix(limit))
    }
}

extension SimulatedWorld.State {
    mutating func loseSomeRun() {
        let running = executions.filter { $0.value.endsAt > now }.keys.sorted()
        if let victim = running.randomElement(using: &random) { executions[victim] = nil }
    }

    /// Artefacts and metrics that depend on the recipe alone.
    mutating func outcome(of order: ExecutionOrder, endsAt: Timestamp, failed: Bool) throws -> ExecutionOutcome {
        var outcome = ExecutionOutcome(
            ending: failed ? .exited(code: 1) : .exited(code: 0), startedAt: now, finishedAt: endsAt,
            sandbox: SandboxRecord(kind: "simulated", network: order.network, limits: "simulated"))
        if failed { return outcome }
        let bytes = Array("made by \(order.recipe)".utf8)
        let name = order.argv.last ?? "output"
        let file = ArtefactManifest.File(path: name, digest: Digest(of: bytes), size: Int64(bytes.count))
        let manifest = ArtefactManifest(files: [file])
        let encoded = Array(try Canonical.encode(manifest))
        blobs[file.digest] = bytes
        blobs[Digest(of: encoded)] = encoded
        outcome.artefacts = Digest(of: encoded)
        // Between 5 and 15, the same for the same recipe.
        let points = Double(order.recipe.digest.hex.utf8.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) } % 1000) / 100
        outcome.metrics = MetricValue(5 + points).map { ["mae": $0] } ?? [:]
        return outcome
    }
}
