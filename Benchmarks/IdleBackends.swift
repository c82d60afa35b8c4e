// Backends that are done at once: what is measured is Writ, not a disk full of rows or a trainer.
import Synchronization
import WritBackends
import WritVocabulary

final class IdleBackends: Trainer, DataSource, ModelRegistry {
    // What was started, so that it can be shown to have ended.
    private let started = Mutex<[ExecutionID: ExecutionOrder]>([:])
    private let now: Timestamp

    init(now: Timestamp) { self.now = now }

    func start(_ order: ExecutionOrder) async throws { started.withLock { $0[order.id] = order } }
    func cancel(_ id: ExecutionID) async throws {}
    func log(of id: ExecutionID, from offset: Int64, limit: Int) async throws -> [UInt8] { [] }

    func observe(_ ids: Set<ExecutionID>) async throws -> [ExecutionID: ExecutionPhase] {
        started.withLock { started in
            var seen: [ExecutionID: ExecutionPhase] = [:]
            for id in ids {
                guard let order = started[id] else { continue }
                let sandbox = SandboxRecord(kind: "none", network: false, limits: "none")
                seen[id] = .finished(
                    ExecutionOutcome(
                        ending: .exited(code: 0), startedAt: now, finishedAt: now, sandbox: sandbox,
                        artefacts: order.recipe.digest))
            }
            return seen
        }
    }

    func snapshot(_ order: SnapshotOrder) async throws -> SnapshotOutcome {
        SnapshotOutcome(digest: order.recipe.digest, size: 1, rows: 1)
    }

    func importArtefacts(_ order: ImportOrder) async throws -> (artefacts: Digest, size: Int64) {
        (try Digest(canonical: order), 1)
    }

    func observe(_ files: Set<String>) async throws -> [String: FileObservation] { [:] }
    func register(_ version: VersionRecord) async throws -> ArtefactFindings { ArtefactFindings(of: []) }
}
