// From a branch's tip to desired state: read, compile, accept or refuse.
import Foundation
import WritBackends
import WritLedger
import WritManifests
import WritVocabulary

/// A revision whose manifests were read, and what of it is refused already.
struct CompiledRevision {
    var revision: RevisionID
    var update: PreparedUpdate
    var changes: SourceChanges
    /// A sentence for each path that may not be there.
    var refused: [String]
}

extension ControllerMachine {
    mutating func fetched(_ result: Result<RevisionID, FailureRecord>, at now: Timestamp) throws {
        switch result {
        case .success(let tip):
            source.found(tip)
            try noteReturn(to: tip, at: now)
        case .failure(let failure):
            source.fetchFailed(failure)
        }
    }

    /// The branch is back where it was accepted: what was refused or froze the source is no longer its tip.
    private mutating func noteReturn(to tip: RevisionID, at now: Timestamp) throws {
        let known = log.state.source
        guard tip == source.loaded, tip == known.accepted,
            known.refused != nil || known.frozenAt != nil || known.held != nil
        else { return }
        source.settled = nil
        let event = Event.revisionAccepted(tip, previous: tip, changed: [], count: 0)
        try record([EntryDraft(time: now, cause: .commit(tip), subject: nil, event: event)])
    }

    mutating func changesRead(
        _ revision: RevisionID, _ result: Result<RevisionReading, FailureRecord>, at now: Timestamp
    ) throws -> [ControllerEffect] {
        let reading: RevisionReading
        switch result {
        case .success(let read): reading = read
        case .failure(let failure) where failure.retry == .terminal:
            // A commit nobody can read may be mended by the ones after it.
            if tracing != nil { return try passOver(revision, [failure.message], count: 1, at: now) }
            try refuse(revision, [failure.message], count: 1, at: now)
            return []
        case .failure(let failure):
            if failure.code == SourceProgress.objectMissing, source.loaded == nil,
                revision != log.state.source.accepted,
                revision != source.acceptedTip, log.state.source.accepted != nil
            {
                // What cannot be shown to descend from the accepted revision is treated as if it did not.
                try freeze(at: revision, now)
            } else {
                failedReading(revision, failure)
            }
            return []
        }
        guard reading.descends else {
            if revision == source.trusted {
                try refuseBeginning(revision, at: now)
            } else {
                try freeze(at: revision, now)
            }
            return []
        }
        let update = ground.prepare(reading.manifestChanges, having: reading.first)
        // Refused paths wait for the manifests' own errors: a person sees all of them at once.
        compiled = CompiledRevision(
            revision: revision, update: update, changes: reading.changes,
            refused: reading.changes.refused.map { "\($0.path): \($0.message)" })
        source.step = .resolving(revision)
        return [.readContents(Set(update.pathsNeeded), at: revision)]
    }

    mutating func contentsRead(
        _ revision: RevisionID, _ result: Result<[RepositoryPath: ContentID], FailureRecord>, at now: Timestamp
    ) throws -> [ControllerEffect] {
        defer { compiled = nil }
        guard let compiled, compiled.revision == revision else { return [] }
        switch result {
        case .failure(let failure) where failure.retry == .terminal && tracing != nil:
            return try passOver(revision, [failure.message], count: 1, at: now)
        case .failure(let failure):
            failedReading(revision, failure)
        case .success(let contents):
            if let base = mustBeWalked(compiled, revision, contents) {
                source.step = .reading(revision)
                return [.readHistory(from: base, to: revision, desired.trustRoots(under: governance))]
            }
            if let roots = unchecked(compiled, revision, contents) {
                trusting = (compiled, contents)
                return [.checkTrust(revision, roots)]
            }
            if tracing != nil { return try judge(compiled, revision, contents, at: now) }
            // A copy only where there is something to go back for.
            let before = compiled.refused.isEmpty ? nil : index
            switch commit(compiled.update, revision, contents) {
            case .failure(let refusal):
                let errors = compiled.refused + refusal.diagnostics.map(\.rendered)
                try refuse(revision, errors, count: compiled.refused.count + refusal.count, at: now)
            case .success where !compiled.refused.isEmpty:
                if let before { index = before }
                try refuse(revision, compiled.refused, count: compiled.refused.count, at: now)
            case .success(let change):
                try accept(change, at: now)
                return [.markAccepted(revision)]
            }
        }
        return []
    }

    /// What a revision that is being read is compared with: nothing, where what is accepted was lost.
    var ground: ManifestIndex { source.isBaseLost && tracing == nil ? ManifestIndex() : index }

    private mutating func refuseBeginning(_ revision: RevisionID, at now: Timestamp) throws {
        let message =
            "the trusted revision \(revision.short) is not on the branch, so nothing of the branch is trusted; "
            + "correct trust.revision in the operator's file, or bring the branch back"
        try refuse(revision, [message], count: 1, at: now)
    }

    /// A revision that was read from nothing replaces all there was.
    private mutating func commit(
        _ update: PreparedUpdate, _ revision: RevisionID, _ contents: [RepositoryPath: ContentID]
    ) -> Result<DesiredState.Change, ManifestRefusal> {
        guard source.isBaseLost else { return index.commit(update, revision: revision, contents: contents) }
        var fresh = ManifestIndex()
        return fresh.commit(update, revision: revision, contents: contents).map { change in
            index = fresh
            var whole = change
            for id in desired.resources.keys where change.resources[id] == nil { whole.resources[id] = .some(nil) }
            return whole
        }
    }

    /// `allowed` is what judged it, recorded with it.
    mutating func accept(
        _ change: DesiredState.Change, _ allowed: [EntryDraft] = [], at now: Timestamp
    ) throws {
        let first = source.loaded == nil
        unlinkFiles(change.resources.keys)
        var touched = comparedModels(change.resources.keys).union(waived(change.resources.keys))
        touched.formUnion(desired.apply(change))
        touched.formUnion(comparedModels(change.resources.keys))
        touched.formUnion(waived(change.resources.keys))
        linkFiles(change.resources.keys)
        source.loaded(change.revision)
        let cause = Cause.commit(change.revision)
        if change.revision != log.state.source.accepted {
            let changed = change.resources.keys.sorted()
            try record(
                allowed + [
                    EntryDraft(
                        time: now, cause: cause, subject: nil,
                        event: .revisionAccepted(
                            change.revision, previous: log.state.source.accepted,
                            changed: Array(changed.prefix(limits.recordedResources)), count: changed.count))
                ])
        }
        try endMergedProposals(change, at: now)
        // What is recorded but no longer declared is wound down, whichever controller saw it go.
        if first { touched.formUnion(log.state.conditions.keys.filter { desired.resources[$0] == nil }) }
        for id in touched { arrived[id] = cause }
        nextObservation = min(nextObservation, now)
    }

    /// The models of changed endpoints: their gates compare with what these pin.
    private func comparedModels(_ ids: some Sequence<ResourceID>) -> Set<ResourceID> {
        Set(
            ids.filter { $0.kind == .endpoint }.compactMap { desired.endpoint($0.name)?.model }.map {
                ResourceID(.model, $0)
            })
    }

    /// The endpoints of the models that changed policies have waivers for: their findings tell of those.
    private func waived(_ ids: some Sequence<ResourceID>) -> Set<ResourceID> {
        var found: Set<ResourceID> = []
        for id in ids {
            guard case .policy(let policy)? = desired.resources[id]?.spec else { continue }
            for waiver in policy.waivers {
                found.formUnion(desired.endpoints(of: waiver.model).map { ResourceID(.endpoint, $0) })
            }
        }
        return found
    }

    /// Plans what the accepted revisions changed, once the tip is reached or no more of the way to it can be gone:
    /// nothing is trained for a commit that was newest only for a moment.
    mutating func arrive() {
        guard !arrived.isEmpty, !source.isOnTheWay else { return }
        for (id, cause) in arrived { queue.add([id], because: cause) }
        arrived = [:]
    }

    mutating func refuse(_ revision: RevisionID, _ errors: [String], count: Int, at now: Timestamp) throws {
        source.settle(tracing?.tip ?? revision)
        tracing = nil
        guard log.state.source.refused != revision else { return }
        let evidence = try keep(Data(errors.joined(separator: "\n").utf8))
        let event = Event.revisionRefused(
            revision, errors: errors.prefix(limits.recordedErrors).map { String($0.prefix(2000)) }, count: count,
            evidence: evidence)
        try record([EntryDraft(time: now, cause: .commit(revision), subject: nil, event: event)])
    }

    mutating func freeze(at tip: RevisionID, _ now: Timestamp) throws {
        source.settle(tip)
        guard log.state.source.frozenAt != tip, let accepted = log.state.source.accepted else { return }
        try record([
            EntryDraft(time: now, cause: .commit(tip), subject: nil, event: .sourceFrozen(tip: tip, accepted: accepted))
        ])
    }

    private mutating func unlinkFiles(_ ids: some Sequence<ResourceID>) {
        for id in ids {
            guard let file = desired.resources[id]?.file else { continue }
            fileUsers[file]?.remove(id)
            if fileUsers[file]?.isEmpty == true { fileUsers[file] = nil }
        }
    }

    private mutating func linkFiles(_ ids: some Sequence<ResourceID>) {
        for id in ids {
            guard let file = desired.resources[id]?.file else { continue }
            fileUsers[file, default: []].insert(id)
        }
    }
}

extension Resource {
    /// The file outside the repository this resource is read from.
    fileprivate var file: String? {
        switch spec {
        case .dataset(let dataset):
            guard case .file(let path) = dataset.source else { return nil }
            return path
        case .model(let model):
            guard case .import(let imported) = model.origin, case .file(let path) = imported.source else { return nil }
            return path
        case .endpoint, .policy:
            return nil
        }
    }
}
