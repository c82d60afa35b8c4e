// The technical documentation of a model, as it stood at a moment, and what changed since another.
import WritVocabulary

/// Source of the outline: Regulation (EU) 2024/1689, Annex IV, its nine points in our own words.
public struct DossierQuestion: Hashable, Sendable {
    public var model: ResourceName
    /// Entries after this are not looked at; nil is all.
    public var asOf: Timestamp?
    /// Where a difference begins; nil where none is asked for.
    public var since: Timestamp?

    public init(_ model: ResourceName, asOf: Timestamp? = nil, since: Timestamp? = nil) {
        self.model = model
        self.asOf = asOf
        self.since = since
    }

    public var command: String {
        let moment = asOf.map { " --as-of \($0)" } ?? ""
        let difference = since.map { " --diff \($0)" } ?? ""
        return "writ audit dossier \(model)\(moment)\(difference)"
    }

    /// The ledger as it was at both moments, read once. The earlier is nil where no difference is asked for.
    public func trails(of entries: some Sequence<LedgerEntry>) -> (earlier: AuditTrail?, later: AuditTrail) {
        var earlier: AuditTrail?
        var trail = AuditTrail()
        for entry in entries {
            if let asOf, entry.time > asOf { break }
            if let since, entry.time > since, earlier == nil { earlier = trail }
            trail.add(entry)
        }
        if since != nil, earlier == nil { earlier = trail }
        return (earlier, trail)
    }

    /// The documentation from the entries of `trail`, which ends at ``asOf``.
    ///
    /// - Throws: ``AuditFailure`` where the ledger knows no version of the model.
    public func answer(_ trail: AuditTrail, _ material: AuditMaterial) throws(AuditFailure) -> AuditReport {
        let index = RecordIndex(trail, material)
        guard let newest = index.versions(of: model).last else {
            let known = index.models.prefix(DocumentLimits.listed).map(\.text).joined(separator: ", ")
            throw AuditFailure(
                "no version of \(model) is on record\(asOf.map { " at \($0)" } ?? "")",
                hint: known.isEmpty ? "no model has a version on record" : "models with versions: \(known)")
        }
        let parts = try DossierParts(model, newest.value.id, index)
        return AuditReport(
            title: "Technical documentation of \(model)", question: command, basis: material.basis(trail),
            sections: parts.sections)
    }

    /// What the documentation says at the later moment and did not say at the earlier.
    public func difference(
        from earlier: AuditTrail, to later: AuditTrail, _ material: AuditMaterial
    ) throws(AuditFailure) -> AuditReport {
        let after = try answer(later, material)
        let index = RecordIndex(earlier, material)
        // Before the first version there was nothing to document: then everything is new.
        let before = index.versions(of: model).isEmpty ? nil : try answer(earlier, material)
        let span = "\(since.map(\.text) ?? "the earlier moment") to \(asOf.map(\.text) ?? "the last entry")"
        return ReportComparison(before: before, after: after)
            .report(title: "Technical documentation of \(model): what changed from \(span)")
    }
}
