// How grave an entry is for somebody who watches many systems, and what it says in one line.
import WritVocabulary

enum ExportedSeverity: Int {
    case information, notice, warning, alarm

    /// OCSF `severity_id`: informational, low, medium, critical.
    var ocsf: Int {
        switch self {
        case .information: 1
        case .notice: 2
        case .warning: 3
        case .alarm: 5
        }
    }

    /// RFC 5424 §6.2.1: informational, notice, warning, critical.
    var syslog: Int {
        switch self {
        case .information: 6
        case .notice: 5
        case .warning: 4
        case .alarm: 2
        }
    }
}

extension Event {
    var severity: ExportedSeverity {
        switch self {
        case .integrityFailed, .sourceFrozen, .clockWentBack: .alarm
        case .changeAllowed(let change) where change.breakGlass != nil: .alarm
        case .failed, .revisionRefused, .rejected, .driftFound, .tipAccepted, .expunged: .warning
        case .replicaExited(_, let ending) where !ending.succeeded: .warning
        case .changeHeld, .changeAllowed, .revisionAccepted, .keyRotated, .suspended, .resumed, .holdPlaced,
            .holdReleased, .documentIssued, .completed(_, .published), .completed(_, .registered):
            .notice
        case .controllerStarted, .proposalEnded, .requestReviewed, .planned, .judged, .intended, .completed,
            .executionFinished, .replicaExited, .conditionsChanged, .removed, .adopted:
            .information
        }
    }

    var isFailure: Bool {
        switch self {
        case .failed, .revisionRefused, .integrityFailed, .sourceFrozen, .clockWentBack, .rejected: true
        case .judged(let judgement): !judgement.passed
        case .executionFinished(_, _, _, let outcome): !outcome.succeeded
        case .replicaExited(_, let ending): !ending.succeeded
        case .controllerStarted, .revisionAccepted, .tipAccepted, .changeHeld, .changeAllowed, .proposalEnded,
            .requestReviewed, .planned, .intended, .completed, .conditionsChanged, .removed, .suspended, .resumed,
            .adopted, .driftFound, .keyRotated, .expunged, .holdPlaced, .holdReleased, .documentIssued:
            false
        }
    }
}

extension LedgerEntry {
    /// `published Endpoint/live`: made of names that are checked when they are read, and of nothing else.
    var exportedSentence: String {
        let about = subject.map { " \($0)" } ?? ""
        switch event {
        case .revisionAccepted(let revision, _, _, _), .revisionRefused(let revision, _, _, _),
            .tipAccepted(let revision, _, _):
            return "\(event.kind) \(revision.short)"
        case .changeHeld(let change), .changeAllowed(let change): return "\(event.kind) \(change.head.short)"
        case .intended(let key, _, _), .completed(let key, _), .failed(let key, _):
            return "\(event.kind) \(key.text.filter { $0.isASCII && !$0.isNewline })\(about)"
        case .integrityFailed(let incident): return "\(event.kind) \(incident.replica)"
        case .executionFinished(let id, _, _, _): return "\(event.kind) \(id)\(about)"
        case .controllerStarted, .sourceFrozen, .rejected, .proposalEnded, .requestReviewed, .planned, .judged,
            .replicaExited, .conditionsChanged, .removed, .suspended, .resumed, .adopted, .driftFound, .keyRotated,
            .expunged, .holdPlaced, .holdReleased, .clockWentBack, .documentIssued:
            return "\(event.kind)\(about)"
        }
    }
}
