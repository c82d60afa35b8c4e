// What the folders and the probes tell of every replica.
import Foundation
import Synchronization
import WritBackends
import WritVocabulary

extension LocalServing {
    public func observe() async throws -> [ReplicaID: ReplicaObservation] {
        let known = try await offLoop { try self.knownIDs() }
        for id in known { await takeFurther(id) }
        let looks = try await offLoop { try known.compactMap { try self.look(at: $0) } }
        await probe(looks)
        await examine(looks.filter { $0.target != nil }.map { ($0.id, $0.order) })
        memory.withLock { memory in
            memory.readiness = memory.readiness.filter { known.contains($0.key) }
            memory.integrity = memory.integrity.filter { known.contains($0.key) }
        }
        return try await offLoop {
            Dictionary(uniqueKeysWithValues: looks.map { ($0.id, self.completed($0)) })
        }
    }

    /// With what probes and readings told.
    private func completed(_ look: Look) -> ReplicaObservation {
        var observation = look.observation
        let integrity = integrity(of: look.id)
        observation.integrity = integrity?.observation
        guard look.target != nil else { return observation }
        observation.phase = memory.withLock { $0.readiness[look.id]?.observed } ?? .starting
        // Not before its bytes were read while it answers.
        if observation.phase == .ready, integrity?.mayBeReady != true { observation.phase = .starting }
        return observation
    }

    /// What the folder tells, and whom to probe when the process runs.
    private struct Look: Sendable {
        var id: ReplicaID
        var order: ReplicaOrder
        var observation: ReplicaObservation
        var target: (port: Int, path: String)?
    }

    /// Starts what waited for its environment. A passing trouble is met again at the next look.
    private func takeFurther(_ id: ReplicaID) async {
        let folder = ReplicaFolder(replicas: replicas, id)
        guard take(id) else { return }
        defer { giveBack(id) }
        do {
            guard let order = try await offLoop({ try DurableFile.read(ReplicaOrder.self, at: folder.order) }) else {
                return
            }
            try await advance(order, folder)
        } catch is CancellationError {
            return
        } catch {
            let failure = FailureRecord(error)
            guard failure.retry != .transient else { return }
            // A disk that takes no record leaves the replica as it was, and this is tried again.
            try? await offLoop { try self.record(.notStarted(reason: failure.message), folder) }
        }
    }

    /// nil when it was removed meanwhile.
    private func look(at id: ReplicaID) throws -> Look? {
        let folder = ReplicaFolder(replicas: replicas, id)
        guard let order = try DurableFile.read(ReplicaOrder.self, at: folder.order) else { return nil }
        let place = try DurableFile.read(ReplicaPlace.self, at: folder.place)
        let address = place.map { RoutingTable.Address(replica: id, host: LoopbackPorts.host, port: $0.port) }
        func seen(_ phase: ReplicaObservation.Phase, _ startedAt: Timestamp) -> Look {
            Look(
                id: id, order: order,
                observation: ReplicaObservation(phase: phase, startedAt: startedAt, address: address))
        }
        if let exit = try DurableFile.read(ReplicaExit.self, at: folder.exit) {
            return seen(.exited(exit.ending, at: exit.at), exit.at)
        }
        switch try folder.process.observe() {
        case .notStarted, .preparing:
            // Its time to become ready has not begun: until it runs, it starts now.
            return seen(.starting, now())
        case .running(let since):
            var look = seen(.starting, since)
            look.target = place.map { ($0.port, order.health.path) }
            return look
        case .ended(let ending):
            return seen(.exited(ending.ending, at: ending.finishedAt), ending.startedAt)
        case .lost:
            let at = now()
            try DurableFile.record(ReplicaExit(ending: .lost, at: at), at: folder.exit)
            return seen(.exited(.lost, at: at), at)
        }
    }

    /// Asks all that run, a few at a time, within a deadline for all together.
    private func probe(_ looks: [Look]) async {
        let running = looks.filter { $0.target != nil }
        guard !running.isEmpty else { return }
        // Who comes first changes, so that a deadline never cuts off the same ones.
        let first = memory.withLock { memory in
            memory.looks &+= 1
            return Int(memory.looks.magnitude % UInt(running.count))
        }
        var waiting = (running[first...] + running[..<first])[...]
        let end = ContinuousClock.now + .milliseconds(limits.probesMilliseconds)
        await withTaskGroup(of: (ReplicaID, Bool).self) { group in
            for look in waiting.prefix(limits.probesAtOnce) { add(look, to: &group) }
            waiting = waiting.dropFirst(limits.probesAtOnce)
            while let (id, answered) = await group.next() {
                memory.withLock { $0.readiness[id, default: Readiness(limits: limits)].probed(answered) }
                if ContinuousClock.now < end, let look = waiting.popFirst() { add(look, to: &group) }
            }
        }
    }

    private func add(_ look: Look, to group: inout TaskGroup<(ReplicaID, Bool)>) {
        guard let target = look.target else { return }
        group.addTask { (look.id, await self.probe.ask(port: target.port, path: target.path)) }
    }
}
