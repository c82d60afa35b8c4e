// The controller, as the control socket reaches it.
import WritAttestations
import WritAudit
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
    let ledger: LedgerReader
    /// The operator's retention classes, where there are any.
    let retention: RetentionRules?

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
        if case .expunge(let expunction) = act { try checkMayGo(expunction.blobs) }
        try await controller.act(.custody(act))
        guard case .expunge(let expunction) = act else { return }
        try Expunging(blobs: blobs, salts: salts).takeOut(expunction.blobs, records.state)
    }

    /// Refuses what is not there, what a hold or traffic keeps, and what its class keeps longer. Salted rows are about
    /// people, who may demand that they go before that.
    private func checkMayGo(_ digests: [Digest]) throws {
        var trail = AuditTrail()
        let view = try ledger.view()
        try view.forEachEntry(in: 0..<view.size) { entry, _ in
            trail.add(entry)
            return true
        }
        let rule = ExpunctionRule(trail, try retention ?? RetentionRules([]), now: .now) { try? manifest($0) }
        for digest in digests {
            let start = try blobs.beginning(of: digest, bytes: SaltedContent.magic.count)
            let isPersonal = retention == nil || start == SaltedContent.magic
            let absent = start == nil ? "\(digest.short) is not in the blob store: `writ audit show` names what is" : nil
            guard let refusal = rule.refusal(digest, personal: isPersonal) ?? absent else { continue }
            throw ServerFailure(code: "must-stay", message: refusal, hint: "nothing was taken out")
        }
    }

    private func manifest(_ digest: Digest) throws -> ArtefactManifest? {
        guard blobs.size(of: digest) != nil else { return nil }
        return try Canonical.decode(ArtefactManifest.self, from: blobs.read(digest, limit: 64 << 20))
    }

    func log(of id: ExecutionID, from offset: Int64, limit: Int) async throws -> [UInt8] {
        try await trainer.log(of: id, from: offset, limit: limit)
    }

    func bundle(of statements: [VersionStatement], limit: Int) async throws -> [UInt8] {
        try blobs.bundle(of: statements, limit: limit)
    }
}

extension FileBlobStore {
    private static let statementBytes = 65 << 20

    /// The statements' envelopes as an in-toto bundle.
    func bundle(of statements: [VersionStatement], limit: Int) throws -> [UInt8] {
        try StatementBundle.lines(statements.map { ($0.kind, $0.blob) }, limit: limit) {
            try read($0, limit: FileBlobStore.statementBytes)
        }
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
