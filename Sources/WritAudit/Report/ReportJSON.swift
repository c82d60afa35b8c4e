// An answer for programs: the same content, with the proofs of what it cites.
import Foundation
import WritVocabulary

/// The document that is written. Names of fields are stable; `format` grows when they cannot be.
struct ReportDocument: Codable {
    var format = 1
    var report: AuditReport
    var cited: [Int64]
    var checkpoint: String?
    var vkey: String?
    /// Sorted by number.
    var proofs: [NumberedProof]

    struct NumberedProof: Codable {
        var number: Int64
        var entry: String
        var proof: String
    }
}

extension AuditReport {
    /// Canonical JSON, indented, with a final line end.
    public func json(_ proofs: ReportProofs = .none) throws -> String {
        let document = ReportDocument(
            report: self, cited: cited, checkpoint: proofs.checkpoint, vkey: proofs.vkey,
            proofs: cited.compactMap { number in
                proofs.entries[number].map { .init(number: number, entry: $0.entry, proof: $0.proof) }
            })
        return String(decoding: try Canonical.encodePretty(document), as: UTF8.self)
    }
}
