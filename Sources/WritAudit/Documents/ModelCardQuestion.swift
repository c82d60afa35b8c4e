// The model card of a version: made from the records, every figure with the entry that proves it.
import Foundation
import WritVocabulary

/// What is known of one version, in the order the field expects. Source of the sections: Mitchell et al., "Model Cards
/// for Model Reporting" (2019), and what deployment adds.
public struct ModelCardQuestion: Hashable, Sendable {
    public var version: VersionID

    public init(_ version: VersionID) { self.version = version }

    public var command: String { "writ audit card \(version)" }

    /// - Throws: ``AuditFailure`` where no such version is on record.
    public func answer(_ trail: AuditTrail, _ material: AuditMaterial) throws(AuditFailure) -> AuditReport {
        let index = RecordIndex(trail, material)
        let parts = VersionParts(try DocumentedVersion(version, in: index), index)
        return AuditReport(
            title: "Model card of \(version)", question: command, basis: material.basis(trail),
            sections: [
                AuditReport.Section("Model details", [.facts(parts.details)]),
                AuditReport.Section("Intended use", [.facts([parts.field(.intendedUse), parts.field(.owner)])]),
                AuditReport.Section("Limits and risk", [.facts([parts.field(.limits), parts.field(.riskTier)])]),
                AuditReport.Section("Training", [.facts(parts.training)]),
                AuditReport.Section("Data", [.table(parts.data)]),
                AuditReport.Section("Evaluation", [.facts(parts.evaluation), .table(parts.metrics)]),
                AuditReport.Section("Gates", [.table(parts.gates)] + parts.charts.map(AuditReport.Block.chart)),
                AuditReport.Section("Approvals", [.table(parts.approvals)]),
                AuditReport.Section("Deployments", [.table(parts.deployments)]),
                AuditReport.Section("Incidents and returns", [.table(parts.incidents)]),
                AuditReport.Section("Files that carry code", [.facts(parts.formats)]),
                AuditReport.Section("Attestations", [.table(parts.attestations)]),
                AuditReport.Section("How to check this card", parts.howToCheck.map(AuditReport.Block.paragraph)),
            ])
    }
}

/// A document as bytes that can be kept and named in the ledger. Made again from the same entries, it is the same
/// bytes: the basis says how many entries that were.
public struct RenderedDocument: Hashable, Sendable {
    public var mediaType: String
    public var bytes: [UInt8]
    public var digest: Digest { Digest(of: bytes) }

    public init(mediaType: String, bytes: [UInt8]) {
        self.mediaType = mediaType
        self.bytes = bytes
    }

    public static func markdown(_ report: AuditReport) -> RenderedDocument {
        RenderedDocument(mediaType: "text/markdown; charset=utf-8", bytes: Array(report.markdown().utf8))
    }
}
