// One version as the records tell it: how it was made, what judged it, where it served, what went wrong.
import WritVocabulary

/// The facts of one version with the entries that state them.
struct DocumentedVersion {
    let record: VersionRecord
    /// The entry that registered it, and when.
    let entry: Int64
    let at: Timestamp
    let training: Execution?
    let evaluation: Execution?
    let data: [Input]
    let judgement: Located<Judgement>?
    let attested: Located<[Attestation]>?
    let deployments: [RecordIndex.Deployment]
    let incidents: [Located<IntegrityIncident>]
    let rejections: [Located<Rejection>]

    /// Throws where the ledger knows no such version.
    init(_ id: VersionID, in index: RecordIndex) throws(AuditFailure) {
        guard let version = index.trail.versions[id] else {
            let known = index.trail.state.versionNumbers(of: id.model).suffix(DocumentLimits.listed)
            throw AuditFailure(
                "no version \(id) is on record",
                hint: known.isEmpty
                    ? "the ledger knows no version of \(id.model); `writ get versions` lists what it knows"
                    : "known: \(known.map { "\(id.model):\($0)" }.joined(separator: ", "))")
        }
        record = version.value
        entry = version.sequence
        at = version.time
        training = version.value.run.flatMap { Execution($0, in: index.trail) }
        evaluation = version.value.evaluation.flatMap { Execution(of: $0, in: index.trail) }
        data = Input.all(record, training, evaluation, index)
        judgement = index.judgements[record.artefacts]?.last {
            $0.value.model == id.model && $0.sequence < version.sequence
        }
        attested = index.attestations(of: id)
        deployments = index.deployments[id] ?? []
        incidents = index.incidents[id] ?? []
        rejections = index.rejections[id] ?? []
    }

    /// One sandboxed process: what it was given, and what came of it.
    struct Execution {
        let order: ExecutionOrder
        let outcome: ExecutionOutcome?
        let started: Int64
        let finished: Int64?

        var entries: [Int64] { [started] + (finished.map { [$0] } ?? []) }

        init?(_ id: ExecutionID, in trail: AuditTrail) {
            guard let record = trail.state.executions[id], let key = ActionKey("execute/\(id)"),
                let intent = trail.intents[key]?.first
            else { return nil }
            order = record.order
            outcome = trail.executionsFinished[id]?.value
            started = intent.sequence
            finished = trail.executionsFinished[id]?.sequence
        }

        /// The execution of a recipe that counts: the last that succeeded, or the last at all.
        init?(of recipe: RecipeID, in trail: AuditTrail) {
            let ids = trail.state.executionsByRecipe[recipe] ?? []
            let counted = ids.last { trail.executionsFinished[$0]?.value.succeeded == true } ?? ids.last
            guard let counted else { return nil }
            self.init(counted, in: trail)
        }
    }

    /// A snapshot the version rests on.
    struct Input: Hashable {
        enum Use: String, Hashable { case training, evaluation }

        let use: Use
        let name: String
        let digest: Digest
        /// nil where no snapshot of these bytes is on record.
        let snapshot: RecordIndex.Snapshot?

        static func all(
            _ record: VersionRecord, _ training: Execution?, _ evaluation: Execution?, _ index: RecordIndex
        ) -> [Input] {
            let trained = training?.order.inputs.mapValues(\.digest) ?? record.datasets
            let judged = evaluation?.order.inputs.mapValues(\.digest) ?? [:]
            func inputs(_ use: Use, _ digests: [String: Digest]) -> [Input] {
                digests.sorted { $0.key < $1.key }.map {
                    Input(use: use, name: $0.key, digest: $0.value, snapshot: index.snapshots[$0.value])
                }
            }
            return inputs(.training, trained) + inputs(.evaluation, judged)
        }
    }

    /// The entries a metric of the evaluation is proved by.
    var measured: [Int64] { [evaluation?.finished, entry].compactMap(\.self) }
}
