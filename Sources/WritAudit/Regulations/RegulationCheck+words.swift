// What each check is called in a report.

extension RegulationCheck {
    /// `model card: limits`.
    var words: String {
        switch (subject, argument) {
        case (.cardField, let field?): "model card: \(field)"
        case (.attested, let kind?): "signed statement: \(kind)"
        case (.retentionMet, let name?): "retention class \(name)"
        case (let subject, _): subject.words
        }
    }
}

extension RegulationCheck.Subject {
    var words: String {
        switch self {
        case .ledgerIntact: "the log is whole"
        case .eventsRecorded: "events are recorded"
        case .recordsUnbroken: "records without a break"
        case .refusalsRecorded: "refusals are recorded"
        case .keysManaged: "keys"
        case .retentionMet: "retention"
        case .rulesInForce: "rules judged every change"
        case .everyChangeApproved: "every change was approved"
        case .authorsNeverApprove: "somebody else approved"
        case .changesSigned: "changes are signed"
        case .emergenciesListed: "emergencies"
        case .versionsInventoried: "inventory"
        case .trainingTraced: "how versions were made"
        case .dataTraced: "where data came from"
        case .dataChecked: "data were checked"
        case .sandboxed: "walls around training"
        case .importsKnown: "versions made elsewhere"
        case .safeFormats: "file formats"
        case .gatesDeclared: "criteria decided on beforehand"
        case .versionsHaveEvaluations: "versions were evaluated"
        case .gatesPassed: "what serves passed its gates"
        case .evaluatedApart: "evaluation apart from training"
        case .attested: "signed statements"
        case .cardField: "model card"
        case .deploymentsRecorded: "what served when"
        case .rollbacksRecorded: "ways back"
        case .retirementsRecorded: "taken out of use"
        case .incidentsRecorded: "incidents"
        case .oversightActs: "people stepping in"
        case .overseersNamed: "who may step in"
        case .monitoringPlan: "monitoring plan"
        case .beyondRecords: "beyond what is recorded"
        }
    }
}
