// Reading again what replicas were given: before they start, once they answer, and from then on.
import Foundation
import Synchronization
import WritBackends
import WritVocabulary

extension LocalServing {
    /// Reads every file through, whatever was read before; nil when all are as they shall be. Blocks.
    func faultBeforeStart(_ order: ReplicaOrder, _ folder: ReplicaFolder) throws -> IntegrityObservation.Fault? {
        let manifest = try ArtefactReading(blobs: blobs).manifest(order.artefacts)
        let known = try DurableFile.read(IntegrityRecord.self, at: folder.integrity)
        var sweep = try IntegritySweep(
            folder.model, manifest, modes: known?.modes, limits: limits, now: now())
        let first = known ?? IntegrityRecord(observation: .init(intactAt: sweep.began), isConfirmed: false)
        var watch = IntegrityWatch(first, interval: limits.integrityInterval, now: sweep.began)
        _ = watch.finished(sweep.advance(until: nil), of: sweep, now: now())
        var record = watch.record
        // It counts only once it was read while the process answers.
        record.isConfirmed = record.observation.fault != nil
        try DurableFile.record(record, at: folder.integrity)
        // What was known before it started is read anew.
        memory.withLock { $0.integrity[order.id] = nil }
        return record.observation.fault
    }

    /// Looks at the files of all that run, and reads those that it is time for, within the time one look may take.
    func examine(_ running: [(id: ReplicaID, order: ReplicaOrder)]) async {
        guard !running.isEmpty, memory.withLock({ $0.beginExamination() }) else { return }
        defer { memory.withLock { $0.isExamining = false } }
        let answering = memory.withLock { memory in
            Set(running.map(\.id).filter { memory.readiness[$0].map { $0.observed != .starting } ?? false })
        }
        // Cancelled before it began: the next look does it.
        try? await offLoop {
            let end = ContinuousClock.now + .milliseconds(self.limits.sweepMilliseconds)
            var due: [(need: IntegrityWatch.Need, since: Timestamp, order: ReplicaOrder)] = []
            for (id, order) in running {
                guard let watch = self.watch(id), let need = self.need(watch, id, answering.contains(id)) else {
                    continue
                }
                if need > .none { due.append((need, watch.record.observation.intactAt, order)) }
            }
            due.sort { ($1.need, $0.since, $0.order.id) < ($0.need, $1.since, $1.order.id) }
            for (_, _, order) in due where ContinuousClock.now < end { self.sweep(order, until: end) }
        }
    }

    /// What is known of a replica's files; nil for one that was laid before files were watched, until they were read.
    func integrity(of id: ReplicaID) -> (observation: IntegrityObservation, mayBeReady: Bool)? {
        guard let watch = watch(id) else { return nil }
        return (watch.record.observation, watch.mayBeReady)
    }

    private func watch(_ id: ReplicaID) -> IntegrityWatch? {
        if let known = memory.withLock({ $0.integrity[id] }) { return known }
        let folder = ReplicaFolder(replicas: replicas, id)
        let now = now()
        // One that cannot be read, or was never written, is made anew by reading the files; until then it is not ready.
        let record =
            (try? DurableFile.read(IntegrityRecord.self, at: folder.integrity))
            ?? IntegrityRecord(observation: .init(intactAt: Timestamp(milliseconds: 0)), isConfirmed: false)
        let watch = IntegrityWatch(record, interval: limits.integrityInterval, now: now)
        memory.withLock { $0.integrity[id] = watch }
        return watch
    }

    private func need(_ watch: IntegrityWatch, _ id: ReplicaID, _ answers: Bool) -> IntegrityWatch.Need? {
        let folder = ReplicaFolder(replicas: replicas, id).model
        // A folder that cannot be listed is read, which says why.
        guard let listed = try? ModelFolder(folder, limit: limits.listedEntries) else { return .urgent }
        let need = watch.need(listed, answers: answers, now: now())
        return watch.sweep == nil ? need : max(need, .due)
    }

    private func sweep(_ order: ReplicaOrder, until end: ContinuousClock.Instant) {
        guard var watch = watch(order.id) else { return }
        let folder = ReplicaFolder(replicas: replicas, order.id)
        do {
            var sweep =
                try watch.sweep
                ?? IntegritySweep(
                    folder.model, ArtefactReading(blobs: blobs).manifest(order.artefacts), modes: watch.record.modes,
                    limits: limits, now: now())
            var outcome = sweep.advance(until: end)
            if outcome == .intact, let stray = try strays(order, folder, sweep.listed) {
                outcome = .fault(path: stray.path, found: stray.found)
            }
            let isNews = watch.finished(outcome, of: sweep, now: now())
            let isKnown = memory.withLock { memory in
                // One that was stopped meanwhile is not brought back.
                guard memory.integrity[order.id] != nil else { return false }
                memory.integrity[order.id] = watch
                return true
            }
            guard isKnown else { return }
            // A disk that takes no record leaves the finding in memory; the next reading writes it.
            if isNews { try? DurableFile.record(watch.record, at: folder.integrity) }
        } catch {
            // The manifest cannot be read at this moment: what was known stands, and its time is shown with it.
            return
        }
    }

    private func strays(
        _ order: ReplicaOrder, _ folder: ReplicaFolder, _ listed: ModelFolder
    ) throws -> (path: String, found: String)? {
        guard let supervisor = try folder.process.identity(), supervisor.isAlive else { return nil }
        let prefix = ReplicaLayout(order, folder: folder, sandbox: sandbox).model
        return HeldFiles(prefix: prefix, listed: listed, limits: limits).stray(below: supervisor.pid)
    }
}
