// Reads the ledger in order and makes decisions again, each from the records as they were before it.
import WritVocabulary

/// Entries are added in order from the first; those that are wanted are replayed. One pass replays any number.
public struct Replayer {
    private let sources: ReplaySources
    /// nil is every decision.
    private let wanted: Set<Int64>?
    private var state = RecordedState()
    /// The version of Writ that wrote what follows, and where it says so.
    private var writer: (version: String, sequence: Int64)?
    public private(set) var replays: [Replay] = []
    /// Decisions that cannot be replayed, by kind.
    public private(set) var unsuited: [String: Int] = [:]

    public init(_ wanted: Set<Int64>? = nil, sources: ReplaySources) {
        self.wanted = wanted
        self.sources = sources
    }

    /// The number of entries read.
    public var size: Int64 { state.next }
    public var lastTime: Timestamp? { state.lastTime }

    /// Throws what the sources throw; what they have not got makes a replay incomplete.
    public mutating func add(_ entry: LedgerEntry) throws {
        defer { state.apply(entry) }
        if case .controllerStarted(let version) = entry.event { writer = (version, entry.sequence) }
        guard wanted?.contains(entry.sequence) != false else { return }
        if let reason = entry.event.reasonAgainstReplay {
            unsuited[entry.event.kind, default: 0] += 1
            // In a pass over all entries, facts would drown decisions.
            guard wanted != nil else { return }
            replays.append(replay(entry, .unsuited(reason), []))
            return
        }
        var made = try makeAgain(entry)
        if let writer, case .different = made.outcome {
            made.remarks.append("the record was written by writ \(writer.version), as entry \(writer.sequence) says")
        }
        replays.append(made)
    }

    private func replay(_ entry: LedgerEntry, _ outcome: Replay.Outcome, _ inputs: [Replay.Input]) -> Replay {
        Replay(
            sequence: entry.sequence, kind: entry.event.kind, time: entry.time, outcome: outcome, inputs: inputs)
    }

    private func makeAgain(_ entry: LedgerEntry) throws -> Replay {
        var inputs = [Replay.Input("records", "\(entry.sequence) entries before it")]
        var remarks: [String] = []
        let outcome: Replay.Outcome
        switch entry.event {
        case .changeAllowed(let change), .changeHeld(let change):
            outcome = try PolicyReplay(state, sources).outcome(of: change, &inputs, &remarks)
        case .judged(let judgement):
            outcome = try JudgementReplay(state).outcome(of: judgement, &inputs)
        case .completed(let key, .attested(let made)):
            outcome = try StatementReplay(state, sources, version: writer?.version)
                .outcome(of: made, key, &inputs, &remarks)
        default:
            outcome = .unsuited("it is no decision")
        }
        var replay = replay(entry, outcome, inputs)
        replay.remarks = remarks
        return replay
    }
}

extension Event {
    /// Why an entry of this kind is not replayed; nil where it is.
    var reasonAgainstReplay: String? {
        switch self {
        case .changeHeld, .changeAllowed, .judged, .completed(_, .attested):
            nil
        case .planned, .intended, .rejected, .conditionsChanged, .removed:
            "it follows from the manifests and from what the backends showed at that moment, and what they showed is "
                + "not recorded"
        case .revisionAccepted, .revisionRefused, .sourceFrozen, .requestReviewed, .proposalEnded:
            "it follows from the repository: look at it there, `writ validate` at that revision"
        case .tipAccepted, .suspended, .resumed, .keyRotated, .expunged, .holdPlaced, .holdReleased, .documentIssued:
            "it is an operator's act, not a decision of Writ"
        case .controllerStarted, .completed, .failed, .executionFinished, .replicaExited, .adopted, .driftFound,
            .integrityFailed, .clockWentBack:
            "it is a fact that was observed, not a decision"
        }
    }
}
