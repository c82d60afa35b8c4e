// The checks a mapping may name, each answered from the records: what they show, or what is missing and what to do.
import WritVocabulary

struct RegulationChecks {
    /// One sentence with the entries behind it; a gap also says what to do.
    struct Told: Hashable {
        var text: String
        var entries: [Int64]
        var isGap: Bool

        init(_ text: String, _ entries: [Int64] = [], isGap: Bool = false) {
            self.text = text
            self.entries = entries.bounded
            self.isGap = isGap
        }

        static func gap(_ text: String, _ entries: [Int64] = []) -> Told { Told(text, entries, isGap: true) }
    }

    /// A change that was accepted, and what the policies said of it.
    struct Change {
        var accepted: Located<AuditTrail.AcceptedRevision>
        /// nil where no policy was in force.
        var judged: Located<JudgedChange>?

        var entries: [Int64] { [judged?.sequence, accepted.sequence].compactMap(\.self) }
    }

    let index: RecordIndex
    let scope: ResourceName?
    let context: GapsContext
    let stories: [DocumentedVersion]
    let changes: [Change]
    /// Only where retention rules are given: it is a walk over all blobs.
    let kept: RetentionInventory?

    init(_ index: RecordIndex, scope: ResourceName?, _ context: GapsContext) {
        self.index = index
        self.scope = scope
        self.context = context
        kept = context.retention.map { _ in RetentionInventory(index.trail) }
        let models = scope.map { [$0] } ?? index.models
        stories = models.flatMap { index.versions(of: $0) }.compactMap {
            try? DocumentedVersion($0.value.id, in: index)
        }
        let datasets = stories.flatMap(\.data).compactMap { $0.snapshot?.dataset }
        let used = Set(stories.flatMap(\.deployments).map { ResourceID(.endpoint, $0.endpoint) })
            .union(datasets.map { ResourceID(.dataset, $0) }).union(models.map { ResourceID(.model, $0) })
        changes = RegulationChecks.changes(index, scope == nil ? nil : used)
    }

    var trail: AuditTrail { index.trail }
    var deployments: [RecordIndex.Deployment] { stories.flatMap(\.deployments).sorted { $0.start < $1.start } }

    /// The changes that concern some resources, and those of policies, which concern all.
    private static func changes(_ index: RecordIndex, _ resources: Set<ResourceID>?) -> [Change] {
        let judged = Dictionary(index.trail.allowed.map { ($0.value.head, $0) }, uniquingKeysWith: { _, new in new })
        return index.trail.accepted.filter { accepted in
            guard let resources else { return true }
            // The entry lists the first hundred only: a longer change may concern anything.
            return accepted.value.count > accepted.value.changed.count
                || accepted.value.changed.contains { $0.kind == .policy || resources.contains($0) }
        }.map { Change(accepted: $0, judged: judged[$0.value.revision]) }
    }

    func answer(_ subject: RegulationCheck.Subject, _ argument: String?) -> [Told] {
        switch subject {
        case .ledgerIntact: [ledgerIntact]
        case .eventsRecorded: [eventsRecorded]
        case .recordsUnbroken: recordsUnbroken
        case .refusalsRecorded: [refusalsRecorded]
        case .keysManaged: [keysManaged]
        case .retentionMet: retention(argument ?? "")
        case .rulesInForce: [rulesInForce]
        case .everyChangeApproved: [everyChangeApproved]
        case .authorsNeverApprove: [authorsNeverApprove]
        case .changesSigned: [changesSigned]
        case .emergenciesListed: emergencies
        case .versionsInventoried: [inventory]
        case .trainingTraced: [trainingTraced]
        case .dataTraced: [dataTraced]
        case .dataChecked: [dataChecked]
        case .sandboxed: [sandboxed]
        case .importsKnown: [importsKnown]
        case .safeFormats: [safeFormats]
        case .gatesDeclared: [gatesDeclared]
        case .versionsHaveEvaluations: [evaluated]
        case .gatesPassed: [gatesPassed]
        case .evaluatedApart: [evaluatedApart]
        case .attested: [attested(argument.flatMap(AttestationKind.init))]
        case .cardField: [cardField(argument.flatMap(RegulationCheck.CardField.init))]
        case .deploymentsRecorded: [deploymentsRecorded]
        case .rollbacksRecorded: [rollbacks]
        case .retirementsRecorded: [retirements]
        case .incidentsRecorded: [incidents]
        case .oversightActs: [oversightActs]
        case .overseersNamed: [overseers]
        case .monitoringPlan: [Told.gap(RegulationChecks.noMonitor.value)]
        case .beyondRecords:
            [Told.gap("no controller records this: attach the organisation's own document")]
        }
    }

    /// There is no kind of resource for monitors yet: an honest gap until there is.
    static let noMonitor = AuditReport.Fact(
        "monitoring", "no monitoring plan is on record: attach the one that is carried out outside", isGap: true)

    /// Some versions lack something: says which, or that none does.
    func each(
        _ has: (DocumentedVersion) -> Bool, _ entries: (DocumentedVersion) -> [Int64], held: (Int) -> String,
        lacking: (Int, String) -> String
    ) -> Told {
        guard !stories.isEmpty else { return Told.gap("no version is on record: nothing to show yet") }
        let without = stories.filter { !has($0) }
        guard without.isEmpty else {
            let names = RegulationChecks.listed(without.map(\.record.id.text))
            return Told.gap(lacking(without.count, names), without.map(\.entry))
        }
        return Told(held(stories.count), stories.flatMap(entries))
    }

    static func listed(_ names: [String]) -> String {
        let shown = names.prefix(DocumentLimits.listed).joined(separator: ", ")
        return names.count > DocumentLimits.listed ? "\(shown) and \(names.count - DocumentLimits.listed) more" : shown
    }

    static func count(_ number: Int, _ singular: String, _ plural: String? = nil) -> String {
        "\(number) \(number == 1 ? singular : plural ?? singular + "s")"
    }
}
