// The way from the accepted revision to the branch's tip: when it is walked commit by commit, and with which keys.
import WritBackends
import WritLedger
import WritManifests
import WritVocabulary

extension ControllerMachine {
    /// Where rules are in force, a new tip is not read at once: first the way to it.
    mutating func governed(_ effect: ControllerEffect, at now: Timestamp) throws -> ControllerEffect? {
        guard case .readChanges(_, let tip, let ancestor) = effect else { return effect }
        if source.loaded == nil, tip == source.trusted, let branch = source.tip {
            return .readFirst(tip, leadingTo: branch)
        }
        guard ancestor != nil else {
            tracing = nil
            return effect
        }
        guard let base = source.loaded else { return try unjudgeable(tip, effect, at: now) }
        guard !desired.policies(under: governance).isEmpty else {
            if let tracing, tracing.tip == tip, tracing.base == base, let candidate = tracing.candidate {
                return .readChanges(from: base, to: candidate, descendingFrom: nil)
            }
            tracing = nil
            return effect
        }
        let roots = desired.trustRoots(under: governance)
        if let tracing, tracing.tip == tip, tracing.base == base, tracing.roots == roots,
            let candidate = tracing.candidate
        {
            return .readChanges(from: base, to: candidate, descendingFrom: nil)
        }
        tracing = nil
        return .readHistory(from: base, to: tip, roots)
    }

    /// The accepted revision is on record and cannot be loaded, so the rules it sets are not known: where it may have
    /// set some, nothing follows it but what an operator accepts.
    private mutating func unjudgeable(
        _ tip: RevisionID, _ effect: ControllerEffect, at now: Timestamp
    ) throws -> ControllerEffect? {
        tracing = nil
        let recorded = log.state
        let mayBeGoverned =
            governance.signers != nil || recorded.source.allowed != nil
            || recorded.conditions.keys.contains { $0.kind == .policy }
        guard mayBeGoverned, let accepted = recorded.source.accepted else { return effect }
        let message =
            "\(tip.short) cannot be judged: the accepted revision \(accepted.short), whose rules judge it, cannot be "
            + "loaded; make its objects available again, or accept the tip as an operator: writ accept \(tip)"
        try refuse(tip, [message], count: 1, at: now)
        return nil
    }

    /// Whether a change brings policies where there were none: then the way to it is walked, for what follows the
    /// commit that brings them is judged by them.
    mutating func mustBeWalked(
        _ compiled: CompiledRevision, _ revision: RevisionID, _ contents: [RepositoryPath: ContentID]
    ) -> RevisionID? {
        guard tracing == nil, revision != source.acceptedTip, !source.isBaseLost, let base = source.loaded,
            desired.policies(under: governance).isEmpty,
            case .success(let change) = index.preview(compiled.update, revision: revision, contents: contents),
            change.resources.contains(where: { $0.key.kind == .policy && $0.value != nil })
        else { return nil }
        return base
    }

    mutating func historyRead(
        _ tip: RevisionID, _ result: Result<RevisionHistory?, FailureRecord>, at now: Timestamp
    ) throws -> [ControllerEffect] {
        switch result {
        case .failure(let failure) where failure.retry == .terminal:
            try refuse(tip, [failure.message], count: 1, at: now)
            return []
        case .failure(let failure):
            source.readFailed(tip, failure)
            return []
        case .success(nil):
            try freeze(at: tip, now)
            return []
        case .success(let history?):
            guard let base = source.loaded else {
                source.retrace(tip)
                return []
            }
            let traced = Tracing(
                tip: tip, base: base, history: history, roots: desired.trustRoots(under: governance))
            guard let candidate = traced.candidate else {
                source.settle(tip)
                return []
            }
            tracing = traced
            return [.readChanges(from: base, to: candidate, descendingFrom: nil)]
        }
    }

    /// The keys a revision would put in force, where they are others than now and were not looked at yet: one broken
    /// line would keep out every commit that follows, its repair included.
    func unchecked(
        _ compiled: CompiledRevision, _ revision: RevisionID, _ contents: [RepositoryPath: ContentID]
    ) -> TrustRoots? {
        // What was accepted is in force already, whatever became of its keys.
        guard trusted != revision, revision != log.state.source.accepted,
            case .success(let change) = ground.preview(compiled.update, revision: revision, contents: contents)
        else { return nil }
        let roots = desired.trustRoots(under: governance, after: change)
        return roots == desired.trustRoots(under: governance) ? nil : roots
    }

    mutating func trustChecked(
        _ revision: RevisionID, _ result: Result<[String], FailureRecord>, at now: Timestamp
    ) throws -> [ControllerEffect] {
        guard let known = trusting, known.compiled.revision == revision else { return [] }
        trusting = nil
        let faults: [String]
        switch result {
        case .success(let found): faults = found
        case .failure(let failure) where failure.retry == .terminal: faults = [failure.message]
        case .failure(let failure):
            failedReading(revision, failure)
            return []
        }
        guard faults.isEmpty else {
            if tracing != nil { return try passOver(revision, faults, count: faults.count, at: now) }
            try refuse(revision, faults, count: faults.count, at: now)
            return []
        }
        trusted = revision
        compiled = known.compiled
        return try contentsRead(revision, .success(known.contents), at: now)
    }

    /// Nothing follows from what could not be read: the way is read again, after the next look at the remote.
    mutating func failedReading(_ revision: RevisionID, _ failure: FailureRecord) {
        source.readFailed(tracing?.tip ?? revision, failure)
        tracing = nil
    }
}
