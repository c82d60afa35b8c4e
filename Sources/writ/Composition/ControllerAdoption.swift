// The controller, as the control socket reaches it.
import WritBackends
import WritController
import WritDrivers
import WritLedger
import WritServer
import WritVocabulary

struct RunningController: ControllerHandle {
    let controller: Controller
    let records: Records
    let trainer: any Trainer
    let blobs: FileBlobStore
    let salts: DatasetSalts

    func recorded() async throws -> RecordedState { records.state }
    func entries(_ query: EntryQuery) async throws -> [LedgerEntry] { try records.entries(query) }
    func live() async throws -> LiveState? { await controller.live }
    func wake() async throws { try await controller.wake() }

    func standing() async throws -> ControllerStanding {
        switch await controller.standing {
        case .working:
            ControllerStanding(version: Product.version, word: .working, revision: records.state.source.accepted)
        case .converged(let revision):
            ControllerStanding(version: Product.version, word: .converged, revision: revision)
        case .stalled(let resources):
            ControllerStanding(
                version: Product.version, word: .stalled, revision: records.state.source.accepted, stalled: resources)
        }
    }

    func suspend(_ resource: ResourceID, _ suspension: Suspension) async throws {
        try await controller.act(.suspend(resource, suspension))
    }

    func resume(_ resource: ResourceID, actor: String) async throws {
        try await controller.act(.resume(resource, actor: actor))
    }

    func acceptTip(_ revision: RevisionID, actor: String, reason: String) async throws {
        try await controller.act(.acceptTip(revision, actor: actor, reason: reason))
    }

    func keep(_ act: CustodyAct) async throws {
        try await controller.act(.custody(act))
        guard case .expunge(let expunction) = act else { return }
        try Expunging(blobs: blobs, salts: salts).takeOut(expunction.blobs, records.state)
    }

    func log(of id: ExecutionID, from offset: Int64, limit: Int) async throws -> [UInt8] {
        try await trainer.log(of: id, from: offset, limit: limit)
    }
}

/// Takes out what the ledger says is taken out.
struct Expunging {
    let blobs: FileBlobStore
    let salts: DatasetSalts

    func takeOut(_ taken: [Digest], _ recorded: RecordedState) throws {
        // The secrets first: while one is there, a digest that was salted with it can be guessed at.
        let set = Set(taken)
        for record in recorded.snapshots.values where set.contains(record.outcome.digest) {
            try salts.forget(record.dataset)
        }
        for blob in taken { try blobs.expunge(blob) }
    }

    /// A crash between the record and the removal leaves bytes that must not be there.
    func finish(_ recorded: RecordedState) throws {
        try takeOut(recorded.expunged.keys.filter { blobs.size(of: $0) != nil }.sorted(), recorded)
    }
}
