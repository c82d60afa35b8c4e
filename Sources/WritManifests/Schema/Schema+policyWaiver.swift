// A policy waiver's rows of the schema: whose files may carry code, until when, and why.
import WritVocabulary

extension Schema {
    private struct WaiverDraft: Sendable {
        var model: ResourceName?
        var version: Int?
        var formats: [ArtefactFormat]?
        var until: Timestamp?
        var reason: String?
    }

    /// Whether it has ended is a question of the day it is asked: a manifest that was right stays right.
    static let policyWaiver = Form<Policy.Waiver>.object(
        WaiverDraft(),
        [
            .required("model", .resourceName, "The model whose files it is about.") { $0.model = $1 },
            .optional("version", .integer(1...Int64(Int32.max)), "The version. Every one where this is left out.") {
                $0.version = Int($1)
            },
            .required(
                "formats", .set(.choice(among: waivable), count: 1...waivable.count),
                "The formats it lets through. Others need no waiver."
            ) { $0.formats = $1 },
            .required(
                "until", .time,
                "When it ends. What serves then goes on, and reports say so; nothing is moved to it any more. It counts "
                    + "only while that is at most 366 days ahead."
            ) { $0.until = $1 },
            .required("reason", .text(.line), "Why. Reports show it.") { $0.reason = $1 },
        ],
        finish: { _, _, draft in
            guard let model = draft.model, let formats = draft.formats, let until = draft.until,
                let reason = draft.reason
            else { return nil }
            return Policy.Waiver(model: model, version: draft.version, formats: formats, until: until, reason: reason)
        })

    private static let waivable = ArtefactFormat.allCases.filter(\.carriesCode).sorted { $0.rawValue < $1.rawValue }
}
