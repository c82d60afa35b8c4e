// Which blobs an entry stands on.
import WritVocabulary

/// A blob an entry names.
public struct EvidenceReference: Hashable, Sendable {
    public var digest: Digest
    /// Whether the blob is an `ArtefactManifest`, whose files are evidence too.
    public var listsFiles: Bool
}

extension LedgerEntry {
    /// The blobs that must be there for this entry to be checked again, in the order it names them.
    public var evidence: [EvidenceReference] {
        switch event {
        case .revisionRefused(_, _, _, let diagnostics):
            return diagnostics.map { [EvidenceReference(digest: $0, listsFiles: false)] } ?? []
        case .completed(_, let result):
            return result.evidence
        case .executionFinished(_, _, _, let outcome):
            return (outcome.artefacts.map { [EvidenceReference(digest: $0, listsFiles: true)] } ?? [])
                + (outcome.log.map { [EvidenceReference(digest: $0, listsFiles: false)] } ?? [])
        case .changeHeld(let change), .changeAllowed(let change):
            return change.evidence.map { [EvidenceReference(digest: $0, listsFiles: false)] } ?? []
        case .intended(_, .propose(let order), _):
            return order.body.map { [EvidenceReference(digest: $0, listsFiles: false)] } ?? []
        case .controllerStarted, .revisionAccepted, .sourceFrozen, .tipAccepted, .planned, .judged, .intended, .failed,
            .replicaExited, .conditionsChanged, .removed, .suspended, .resumed, .adopted, .driftFound, .rejected,
            .requestReviewed, .proposalEnded, .integrityFailed, .keyRotated, .expunged, .holdPlaced, .holdReleased,
            .clockWentBack, .documentIssued:
            return []
        }
    }
}

extension ActionResult {
    fileprivate var evidence: [EvidenceReference] {
        switch self {
        case .snapshot(let outcome):
            // What was refused need not be kept.
            return outcome.accepted ? [EvidenceReference(digest: outcome.digest, listsFiles: false)] : []
        case .imported(let artefacts, _):
            return [EvidenceReference(digest: artefacts, listsFiles: true)]
        case .registered(let version):
            return [EvidenceReference(digest: version.artefacts, listsFiles: true)]
                + version.datasets.sorted { $0.key < $1.key }.map {
                    EvidenceReference(digest: $0.value, listsFiles: false)
                }
        case .attested(let made):
            return made.map { EvidenceReference(digest: $0.blob, listsFiles: false) }
        case .started, .cancelled, .stopped, .published, .proposed:
            return []
        }
    }
}
