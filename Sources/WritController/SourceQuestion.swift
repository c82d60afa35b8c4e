// What is under way at the source: one question at a time, and the one event that answers it.
import WritVocabulary

/// Something asked of the source or about a revision. An event that answers another one comes too late to count.
enum SourceQuestion: Hashable, Sendable {
    case tip
    case changes(RevisionID)
    case contents(RevisionID)
    case history(RevisionID)
    case trust(RevisionID)
    case consultation(RevisionID)
}

extension ControllerEffect {
    var question: SourceQuestion? {
        switch self {
        case .fetch: .tip
        case .readChanges(_, let revision, _), .readFirst(let revision, _): .changes(revision)
        case .readHistory(_, let tip, _): .history(tip)
        case .checkTrust(let revision, _): .trust(revision)
        case .consult(let revision, _): .consultation(revision)
        case .readContents(_, let revision): .contents(revision)
        case .markAccepted, .observe, .perform: nil
        }
    }
}

extension ControllerEvent {
    var answers: SourceQuestion? {
        switch self {
        case .fetched: .tip
        case .changesRead(let revision, _): .changes(revision)
        case .contentsRead(let revision, _): .contents(revision)
        case .historyRead(let tip, _): .history(tip)
        case .trustChecked(let revision, _): .trust(revision)
        case .consulted(let revision, _): .consultation(revision)
        case .started, .wake, .tick, .observed, .performed, .operatorAct: nil
        }
    }
}
