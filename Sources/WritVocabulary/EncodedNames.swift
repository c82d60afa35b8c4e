// What alternatives are called in JSON: the ledger outlives the program, so its keys are words and never positions.

extension Cause {
    enum CommitCodingKeys: String, CodingKey { case _0 = "revision" }
    enum MeasurementCodingKeys: String, CodingKey { case _0 = "what" }
    enum ScheduleCodingKeys: String, CodingKey { case _0 = "what" }
}

extension Event {
    enum RevisionAcceptedCodingKeys: String, CodingKey { case _0 = "revision", previous, changed, count }
    enum RevisionRefusedCodingKeys: String, CodingKey { case _0 = "revision", errors, count, evidence }
    enum ChangeHeldCodingKeys: String, CodingKey { case _0 = "change" }
    enum ChangeAllowedCodingKeys: String, CodingKey { case _0 = "change" }
    enum RequestReviewedCodingKeys: String, CodingKey { case _0 = "review" }
    enum RejectedCodingKeys: String, CodingKey { case _0 = "rejection" }
    enum ProposalEndedCodingKeys: String, CodingKey { case _0 = "proposal", _1 = "how" }
    enum TipAcceptedCodingKeys: String, CodingKey { case _0 = "revision", actor, reason }
    enum PlannedCodingKeys: String, CodingKey { case _0 = "plan", actions, judgements }
    enum JudgedCodingKeys: String, CodingKey { case _0 = "judgement" }
    enum IntendedCodingKeys: String, CodingKey { case _0 = "key", _1 = "action", _2 = "reason" }
    enum CompletedCodingKeys: String, CodingKey { case _0 = "key", _1 = "result" }
    enum FailedCodingKeys: String, CodingKey { case _0 = "key", _1 = "failure" }
    enum ExecutionFinishedCodingKeys: String, CodingKey {
        case _0 = "execution", _1 = "purpose", _2 = "recipe", _3 = "outcome"
    }
    enum ReplicaExitedCodingKeys: String, CodingKey { case _0 = "replica", _1 = "ending" }
    enum ConditionsChangedCodingKeys: String, CodingKey { case _0 = "conditions" }
    enum SuspendedCodingKeys: String, CodingKey { case _0 = "suspension" }
    enum AdoptedCodingKeys: String, CodingKey { case _0 = "what" }
    enum DriftFoundCodingKeys: String, CodingKey { case _0 = "what" }
    enum IntegrityFailedCodingKeys: String, CodingKey { case _0 = "incident" }
    enum KeyRotatedCodingKeys: String, CodingKey { case _0 = "rotation" }
    enum ExpungedCodingKeys: String, CodingKey { case _0 = "expunction" }
    enum HoldPlacedCodingKeys: String, CodingKey { case _0 = "hold" }
    enum ClockWentBackCodingKeys: String, CodingKey { case _0 = "step" }
    enum DocumentIssuedCodingKeys: String, CodingKey { case _0 = "document" }
}

extension ActionResult {
    enum SnapshotCodingKeys: String, CodingKey { case _0 = "outcome" }
    enum RegisteredCodingKeys: String, CodingKey { case _0 = "version" }
    enum ProposedCodingKeys: String, CodingKey { case _0 = "outcome" }
    enum AttestedCodingKeys: String, CodingKey { case _0 = "attestations" }
}

extension Action {
    enum SnapshotCodingKeys: String, CodingKey { case _0 = "order" }
    enum ExecuteCodingKeys: String, CodingKey { case _0 = "order" }
    enum CancelCodingKeys: String, CodingKey { case _0 = "execution" }
    enum ImportArtefactsCodingKeys: String, CodingKey { case _0 = "order" }
    enum RegisterCodingKeys: String, CodingKey { case _0 = "order" }
    enum StartReplicaCodingKeys: String, CodingKey { case _0 = "order" }
    enum StopReplicaCodingKeys: String, CodingKey { case _0 = "order" }
    enum PublishCodingKeys: String, CodingKey { case _0 = "change" }
    enum ProposeCodingKeys: String, CodingKey { case _0 = "order" }
    enum AttestCodingKeys: String, CodingKey { case _0 = "order" }
}

extension AttestationOrder {
    enum VersionCodingKeys: String, CodingKey { case _0 = "facts" }
    enum DeploymentCodingKeys: String, CodingKey { case _0 = "facts" }
}

extension SnapshotOrder.Source {
    enum ContentCodingKeys: String, CodingKey { case _0 = "id" }
    enum FileCodingKeys: String, CodingKey { case _0 = "path" }
    enum BlobCodingKeys: String, CodingKey { case _0 = "digest" }
}

extension ImportOrder.Source {
    enum ContentCodingKeys: String, CodingKey { case _0 = "id", name }
    enum FileCodingKeys: String, CodingKey { case _0 = "path", _1 = "fingerprint" }
}

extension SnapshotRecipe.Source {
    enum ContentCodingKeys: String, CodingKey { case _0 = "id" }
}

extension Dataset.Source {
    enum PathCodingKeys: String, CodingKey { case _0 = "path" }
    enum FileCodingKeys: String, CodingKey { case _0 = "path" }
    enum CommandCodingKeys: String, CodingKey { case _0 = "command", output }
}

extension Model.Origin {
    enum TrainingCodingKeys: String, CodingKey { case _0 = "training" }
    enum ImportCodingKeys: String, CodingKey { case _0 = "import" }
}

extension Model.Import.Source {
    enum PathCodingKeys: String, CodingKey { case _0 = "path" }
    enum FileCodingKeys: String, CodingKey { case _0 = "path" }
}

extension Model.Sweep.Search {
    enum GridCodingKeys: String, CodingKey { case _0 = "values" }
    enum RandomCodingKeys: String, CodingKey { case samples, _1 = "ranges" }
}

extension Model.Gate.Rule {
    enum MinimumCodingKeys: String, CodingKey { case _0 = "value" }
    enum MaximumCodingKeys: String, CodingKey { case _0 = "value" }
}

extension Resource.Spec {
    enum DatasetCodingKeys: String, CodingKey { case _0 = "spec" }
    enum ModelCodingKeys: String, CodingKey { case _0 = "spec" }
    enum EndpointCodingKeys: String, CodingKey { case _0 = "spec" }
    enum PolicyCodingKeys: String, CodingKey { case _0 = "spec" }
}

extension ExecutionPhase {
    enum FinishedCodingKeys: String, CodingKey { case _0 = "outcome" }
}

extension ReplicaObservation.Phase {
    enum ExitedCodingKeys: String, CodingKey { case _0 = "ending", at }
}

extension FileObservation {
    enum PresentCodingKeys: String, CodingKey { case _0 = "fingerprint" }
}
