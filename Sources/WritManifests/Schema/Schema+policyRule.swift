// A policy rule's rows of the schema: what it covers, and what it demands.
import WritVocabulary

extension Schema {
    private struct RuleDraft: Sendable {
        var rule = Policy.Rule(name: "")
        var hasName = false
    }

    /// A field left out covers everything: an empty list would say the same less clearly, and is refused.
    static let policyRule = Form<Policy.Rule>.object(
        RuleDraft(), coverFields + demandFields,
        finish: { _, _, draft in draft.hasName ? draft.rule : nil })

    private static let coverFields: [Field<RuleDraft>] = [
        .required("name", .text(.name), "The rule's name, unique in its policy. Reports call it so.") {
            $0.rule.name = $1
            $0.hasName = true
        },
        .optional(
            "paths", .set(.pathPattern, count: 1...Limits.patternsPerRule),
            "The paths it covers: `*` and `?` stay within a folder, `**` crosses folders. Every path where this is "
                + "left out."
        ) { $0.rule.paths = $1 },
        .optional(
            "kinds", .set(.choice(Kind.self), count: 1...Kind.allCases.count),
            "The kinds it covers. Every kind, and files that are no manifests, where this is left out."
        ) { $0.rule.kinds = Set($1) },
        .optional(
            "tiers", .set(.text(.line), count: 1...Limits.tiersPerRule),
            "The risk tiers it covers: `riskTier` of the model that is changed or served. Every tier where this is "
                + "left out."
        ) { $0.rule.tiers = Set($1) },
    ]

    private static let demandFields: [Field<RuleDraft>] = [
        .optional(
            "authors", .set(.text(.name), count: 1...Limits.roles),
            "Roles that may author a change. Anybody whose commit is otherwise in order where this is left out."
        ) { $0.rule.authors = $1 },
        .optional("signed", .boolean, default: true, "Whether every commit must be signed by a key in force.") {
            $0.rule.signed = $1
        },
        .optional(
            "approvals", .list(approval, count: 1...Limits.demandsPerRule),
            "Whose approval it takes. Each entry must be met, the author never counts, and nobody counts twice in one."
        ) { $0.rule.approvals = $1 },
        .optional("evidence", evidence, "What the records must show of every version an endpoint is moved to.") {
            $0.rule.evidence = $1
        },
        .optional(
            "windows", .list(policyWindow, count: 1...Limits.windowsPerRule), "When changes take effect, in UTC."
        ) { $0.rule.windows = $1 },
        .optional("breakGlass", breakGlass, "Who may go past approvals, evidence and windows in an emergency.") {
            $0.rule.breakGlass = $1
        },
        .optional("engine", .text(.name), "A policy engine of the operator's that must say yes as well.") {
            $0.rule.engine = $1
        },
    ]

    // MARK: Approvals and emergencies

    private struct ApprovalDraft: Sendable {
        var count: Int?
        var role: String?
        var reviews = false
    }

    private static let approval = Form<Policy.ApprovalDemand>.object(
        ApprovalDraft(),
        [
            .required("count", .integer(1...Limits.approvals), "How many people, none of whom wrote the change.") {
                $0.count = Int($1)
            },
            .optional("role", .text(.name), "The role they must have. Anybody with a known key where this is left out.")
            {
                $0.role = $1
            },
            .optional(
                "reviews", .boolean, default: false,
                "Whether an approving review on the forge counts like a signed approval."
            ) { $0.reviews = $1 },
        ],
        finish: { _, _, draft in
            draft.count.map { Policy.ApprovalDemand(count: $0, role: draft.role, reviews: draft.reviews) }
        })

    private struct BreakGlassDraft: Sendable {
        var role: String?
        var longest: TimeSpan?
    }

    private static let breakGlass = Form<Policy.BreakGlassRule>.object(
        BreakGlassDraft(),
        [
            .required("role", .text(.name), "Who may declare an emergency.") { $0.role = $1 },
            .required("longest", .span(Limits.breakGlassMilliseconds), "How long a declaration stands at most.") {
                $0.longest = $1
            },
        ],
        finish: { _, _, draft in
            guard let role = draft.role, let longest = draft.longest else { return nil }
            return Policy.BreakGlassRule(role: role, longest: longest)
        })

    // MARK: Evidence

    private enum CardField: String, CaseIterable { case intendedUse, limits, owner, riskTier }

    private static let evidence = Form<Policy.EvidenceDemand>.object(
        Policy.EvidenceDemand(),
        [
            .optional(
                "gates", .set(.text(.metric), count: 1...Limits.gates), "Metrics that must have been gated, and passed."
            ) { $0.gates = $1 },
            .optional(
                "card", .set(.choice(CardField.self), count: 1...CardField.allCases.count),
                "Fields of the model's card that must be filled."
            ) { $0.card = $1.map(\.rawValue) },
            .optional(
                "sandboxed", .boolean, default: false, "Whether the run must have stood behind the sandbox's walls."
            ) { $0.sandboxed = $1 },
            .optional(
                "attested", .boolean, default: false, "Whether a signed attestation of the run must be on record."
            ) { $0.attested = $1 },
            .optional("sampleSize", .integer(1...Int64.max), "The fewest rows the version must be evaluated on.") {
                $0.sampleSize = $1
            },
            .optional(
                "safeFormats", .boolean, default: false,
                "Whether every file of the version must be of a format that runs no code when it is loaded. Formats "
                    + "are told by the content of the files; a waiver of this policy is the only exception."
            ) { $0.safeFormats = $1 },
        ])
}
