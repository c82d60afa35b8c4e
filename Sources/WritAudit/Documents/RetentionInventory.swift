// Every blob the records name: what it is, whose, how long it is in use, and what holds it.
import WritVocabulary

struct RetentionInventory {
    /// One blob in one part: a snapshot two versions rest on is here for each of them.
    struct Item: Hashable {
        var digest: Digest
        var evidence: EvidenceClass
        /// For people: `files of flight-time:2`.
        var what: String
        /// Every resource a hold on which keeps it.
        var subjects: Set<ResourceID>
        var entry: Int64
        var recorded: Timestamp
        /// When the last deployment that rests on it ended; nil where none did.
        var usedUntil: Timestamp?
        /// Whether a version that rests on it serves now.
        var serves: Bool

        /// What its time counts from; nil while it is in use.
        var countsFrom: Timestamp? { serves ? nil : max(recorded, usedUntil ?? recorded) }
    }

    let trail: AuditTrail
    /// By class and entry.
    let items: [Item]

    /// `files` gives the files of an artefact manifest by its digest: without it only the manifests are listed.
    init(_ trail: AuditTrail, files: (Digest) -> ArtefactManifest? = { _ in nil }) {
        self.trail = trail
        let index = RecordIndex(trail, AuditMaterial(origin: ""))
        let stories = index.models.flatMap { index.versions(of: $0) }
            .compactMap { try? DocumentedVersion($0.value.id, in: index) }
        let all =
            stories.flatMap { RetentionInventory.items(of: $0, index, files) }
            + RetentionInventory.snapshots(index, known: Set(stories.flatMap(\.data).map(\.digest)))
            + RetentionInventory.logs(trail, known: Set(stories.flatMap(RetentionInventory.executions).map(\.order.id)))
            + RetentionInventory.decisions(trail)
        items = Set(all).sorted {
            ($0.evidence.rawValue, $0.entry, $0.digest, $0.what) < ($1.evidence.rawValue, $1.entry, $1.digest, $1.what)
        }
    }

    private static func executions(_ story: DocumentedVersion) -> [DocumentedVersion.Execution] {
        [story.training, story.evaluation].compactMap(\.self)
    }

    private static func items(
        of story: DocumentedVersion, _ index: RecordIndex, _ files: (Digest) -> ArtefactManifest?
    ) -> [Item] {
        let id = story.record.id
        let serves = story.deployments.contains { $0.until == nil }
        let until = story.deployments.compactMap(\.until).max()
        let subjects = Set([ResourceID(.model, id.model)])
            .union(story.deployments.map { ResourceID(.endpoint, $0.endpoint) })
        func item(_ digest: Digest, _ evidence: EvidenceClass, _ what: String, _ entry: Int64, _ at: Timestamp) -> Item
        {
            Item(
                digest: digest, evidence: evidence, what: what, subjects: subjects, entry: entry, recorded: at,
                usedUntil: until, serves: serves)
        }
        var items = [item(story.record.artefacts, .artefacts, "files of \(id)", story.entry, story.at)]
        items += (files(story.record.artefacts)?.files ?? []).map {
            item($0.digest, .artefacts, "a file of \(id)", story.entry, story.at)
        }
        items += story.data.map { input in
            var found = item(
                input.digest, .data, "\(input.use.rawValue) data of \(id)", input.snapshot?.entry ?? story.entry,
                input.snapshot?.at ?? story.at)
            if let dataset = input.snapshot?.dataset { found.subjects.insert(ResourceID(.dataset, dataset)) }
            return found
        }
        for execution in executions(story) {
            guard let log = execution.outcome?.log, let entry = execution.finished, let outcome = execution.outcome
            else {
                continue
            }
            items.append(item(log, .logs, "log of \(execution.order.id)", entry, outcome.finishedAt))
        }
        let attested = [story.attested] + story.deployments.map { index.attestations(of: $0) }
        for made in attested.compactMap(\.self) {
            items += made.value.map {
                item($0.blob, .attestations, "\($0.kind.rawValue) of \(id)", made.sequence, made.time)
            }
        }
        return items
    }

    /// Snapshots no version rests on.
    private static func snapshots(_ index: RecordIndex, known: Set<Digest>) -> [Item] {
        index.snapshots.filter { !known.contains($0.key) }.map { digest, snapshot in
            Item(
                digest: digest, evidence: .data, what: "snapshot of \(snapshot.dataset)",
                subjects: [ResourceID(.dataset, snapshot.dataset)], entry: snapshot.entry, recorded: snapshot.at,
                usedUntil: nil, serves: false)
        }
    }

    /// Logs of executions no version came from.
    private static func logs(_ trail: AuditTrail, known: Set<ExecutionID>) -> [Item] {
        trail.executionsFinished.compactMap { id, outcome in
            guard !known.contains(id), let log = outcome.value.log else { return nil }
            let subject = trail.state.executions[id]?.order.resource
            return Item(
                digest: log, evidence: .logs, what: "log of \(id)", subjects: Set([subject].compactMap(\.self)),
                entry: outcome.sequence, recorded: outcome.time, usedUntil: nil, serves: false)
        }
    }

    /// What changes were judged by: of interest to every hold.
    private static func decisions(_ trail: AuditTrail) -> [Item] {
        (trail.allowed + trail.held).compactMap { change in
            guard let evidence = change.value.evidence else { return nil }
            return Item(
                digest: evidence, evidence: .decisions, what: "judgement of \(change.value.head.short)", subjects: [],
                entry: change.sequence, recorded: change.time, usedUntil: nil, serves: false)
        }
    }

    /// The holds that keep an item, by name: those on everything, on one of its resources, and for decisions all.
    func holds(on item: Item) -> [LegalHold] {
        trail.state.holds.values.filter { hold in
            guard let scope = hold.scope, item.evidence != .decisions else { return true }
            return item.subjects.contains(scope)
        }.sorted { $0.name < $1.name }
    }
}
