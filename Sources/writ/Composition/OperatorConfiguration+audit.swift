// The operator's file where it speaks of the records: how long what is kept, and who watches the ledger.
import Foundation
import WritAudit
import WritManifests
import WritVocabulary

extension OperatorConfiguration {
    /// What is to become of the records.
    struct AuditSettings: Hashable, Sendable {
        /// nil says nothing: then everything is kept, and nobody is told that something is missing.
        var retention: RetentionRules?
        var witnesses: Witnesses?
    }

    /// Who cosigns the ledger's heads.
    struct Witnesses: Hashable, Sendable {
        /// A C2SP tlog-policy file: logs, witnesses with their addresses, quorum.
        var policy: String
        var every: TimeSpan
        var deadline: TimeSpan
    }

    static let auditFields = ["retention", "witnesses"]

    static func audit(_ file: ConfigurationSection, _ base: String) -> AuditSettings {
        let section = file.section("audit", fields: auditFields)
        return AuditSettings(retention: retention(section), witnesses: witnesses(section, base))
    }

    private static func witnesses(_ audit: ConfigurationSection, _ base: String) -> Witnesses? {
        guard audit.node("witnesses") != nil else { return nil }
        let section = audit.section("witnesses", fields: ["policy", "every", "deadline"])
        let policy = section.require(
            "policy", section.value("policy", expected: "a file") { absolute($0, base) },
            "the file that names logs, witnesses and quorum")
        let every = section.span("every", in: .seconds(1) ... .minutes(1440))
        let deadline = section.span("deadline", in: .seconds(1) ... .minutes(5))
        return policy.map { Witnesses(policy: $0, every: every ?? .minutes(1), deadline: deadline ?? .seconds(10)) }
    }

    private static func retention(_ audit: ConfigurationSection) -> RetentionRules? {
        guard let node = audit.node("retention") else { return nil }
        guard case .mapping(let entries) = node.content else {
            audit.reader.report(node, "`audit.retention` must be a mapping of class names")
            return nil
        }
        let section = audit.section("retention", fields: entries.map(\.key))
        let classes = entries.map(\.key).sorted().compactMap { name in
            let item = section.section(name, fields: ["keep", "covers"])
            let keep = item.require(
                "keep", item.span("keep", in: TimeSpan(milliseconds: 1000) ... .minutes(60 * 24 * 365 * 100)),
                "how long, such as 180d")
            let covers = item.texts("covers", expected: oneOf(EvidenceClass.self)) {
                EvidenceClass(rawValue: $0)?.rawValue
            }
            return keep.map {
                RetentionRules.Class(
                    name: name, keep: $0, covers: (covers ?? []).compactMap(EvidenceClass.init(rawValue:)))
            }
        }
        do {
            return try RetentionRules(classes)
        } catch {
            audit.reader.report(node, error.message, hint: error.hint)
            return nil
        }
    }
}
