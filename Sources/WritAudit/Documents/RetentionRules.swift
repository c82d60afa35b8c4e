// How long what is kept, as the operator says: no law's deadline is written into the program.
import WritVocabulary

/// What of the evidence is meant.
public enum EvidenceClass: String, Codable, Hashable, Sendable, CaseIterable {
    /// What policies judged by, and the ledger itself.
    case decisions
    /// The files of versions.
    case artefacts
    /// Snapshots.
    case data
    /// Logs of training and evaluation.
    case logs
    case attestations
}

/// The operator's retention classes. A kind of evidence that several classes cover is kept for the longest of them.
public struct RetentionRules: Codable, Hashable, Sendable {
    public struct Class: Codable, Hashable, Sendable {
        /// 1 to 100 of letters, digits and `-`, such as `decisions`.
        public var name: String
        /// Counted from the last use: when it was recorded, or when the last deployment that rests on it ended.
        public var keep: TimeSpan
        public var covers: [EvidenceClass]

        /// Reads `decisions=3650d:decisions,attestations`: name, time, and what it covers.
        ///
        /// - Throws: ``AuditFailure``.
        public init(_ text: String) throws(AuditFailure) {
            let named = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let parts = named.last?.split(separator: ":", omittingEmptySubsequences: false) ?? []
            let words = parts.last?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
            let covers = words.compactMap(EvidenceClass.init)
            guard named.count == 2, parts.count == 2, let keep = TimeSpan(String(parts[0])), covers.count == words.count
            else {
                let shown = text.prefix(RegulationLimits.nameCharacters)
                let known = EvidenceClass.allCases.map(\.rawValue).joined(separator: ", ")
                throw AuditFailure(
                    "“\(shown)” is no retention class",
                    hint: "write it as decisions=3650d:decisions,attestations; what may be covered is \(known)")
            }
            self.init(name: String(named[0]), keep: keep, covers: covers)
        }

        public init(name: String, keep: TimeSpan, covers: [EvidenceClass]) {
            self.name = name
            self.keep = keep
            self.covers = Set(covers).sorted { $0.rawValue < $1.rawValue }
        }
    }

    /// Sorted by name.
    public let classes: [Class]

    public static let maximumClasses = 50

    /// - Throws: ``AuditFailure`` where a name stands twice or is no name, or a class covers nothing.
    public init(_ classes: [Class]) throws(AuditFailure) {
        guard classes.count <= RetentionRules.maximumClasses else {
            throw AuditFailure(
                "there are \(classes.count) retention classes, more than \(RetentionRules.maximumClasses)")
        }
        var names: Set<String> = []
        for item in classes {
            guard RegulationCheck("retentionMet:\(item.name)") != nil else {
                throw AuditFailure(
                    "“\(item.name.prefix(RegulationLimits.nameCharacters))” is no name of a retention class",
                    hint: "1 to \(RegulationLimits.nameCharacters) of letters, digits and -")
            }
            guard names.insert(item.name).inserted else {
                throw AuditFailure("the retention class “\(item.name)” stands twice")
            }
            guard !item.covers.isEmpty else {
                throw AuditFailure(
                    "the retention class “\(item.name)” covers nothing",
                    hint: "it covers some of \(EvidenceClass.allCases.map(\.rawValue).joined(separator: ", "))")
            }
        }
        self.classes = classes.sorted { $0.name < $1.name }
    }

    /// The class that keeps this evidence longest; nil where none covers it.
    public func longest(for evidence: EvidenceClass) -> Class? {
        classes.filter { $0.covers.contains(evidence) }.max { ($0.keep, $1.name) < ($1.keep, $0.name) }
    }
}
