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

    let index: RecordIndex
    let scope: ResourceName?
    let context: GapsContext
    let stories: [DocumentedVersion]
    /// The followed changes that concern the scope.
    let changes: [ChangeRecord]
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
        changes = index.trail.changes.filter { scope == nil || $0.concerns(used) }
    }

    var trail: AuditTrail { index.trail }
    var deployments: [RecordIndex.Deployment] { stories.flatMap(\.deployments).sorted { $0.start < $1.start } }

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

extension ChangeRecord {
    /// Whether it changed one of the resources or a policy, which concerns all. A change listed in part may concern
    /// anything.
    fileprivate func concerns(_ others: Set<ResourceID>) -> Bool {
        isListedInPart || resources.contains { $0.kind == .policy || others.contains($0) }
    }

    /// What was said of it, and that it was followed.
    var decided: [Int64] { [allowed?.sequence, accepted.sequence].compactMap(\.self) }
}
