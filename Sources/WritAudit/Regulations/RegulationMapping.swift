// A regulation as data: each requirement, the question behind it, and which records answer it.
import WritVocabulary

/// What a regulation asks, mapped to what the records can show. The mapping decides nothing: it says where to look.
public struct RegulationMapping: Codable, Hashable, Sendable {
    /// The format of the file; 1.
    public var format: Int
    /// `eu-ai-act`.
    public var id: ResourceName
    public var title: String
    /// The mapping's own version.
    public var version: String
    /// Where the text is to be read.
    public var source: String
    /// The day somebody last went over the mapping: `2026-11-24`.
    public var checked: String
    /// What it was checked against.
    public var reading: String
    public var note: String?
    public var requirements: [Requirement]

    public struct Requirement: Codable, Hashable, Sendable {
        /// As the source numbers it: `Art. 12(1)`.
        public var id: String
        /// In plain words, our own.
        public var question: String
        public var checks: [RegulationCheck]
        /// The command that shows the records in full.
        public var command: String
        public var note: String?
    }
}

/// One thing that records can show or fail to show. The words are a closed vocabulary: a mapping that uses another word
/// is refused.
public struct RegulationCheck: TextIdentifier, CustomStringConvertible {
    public let subject: Subject
    /// Which field, attestation or retention class is meant; nil where the subject takes none.
    public let argument: String?

    public enum Subject: String, Hashable, Sendable, CaseIterable {
        // The records themselves.
        case ledgerIntact, eventsRecorded, recordsUnbroken, refusalsRecorded, keysManaged, retentionMet
        // Changes.
        case rulesInForce, everyChangeApproved, authorsNeverApprove, changesSigned, emergenciesListed
        // Versions.
        case versionsInventoried, trainingTraced, dataTraced, dataChecked, sandboxed, importsKnown, safeFormats
        case gatesDeclared, versionsHaveEvaluations, gatesPassed, evaluatedApart, attested, cardField
        // What serves.
        case deploymentsRecorded, rollbacksRecorded, retirementsRecorded, incidentsRecorded, oversightActs
        case overseersNamed, monitoringPlan
        /// Nothing a controller records answers it.
        case beyondRecords

        /// The arguments it takes; empty where it takes none, nil where any word will do.
        var arguments: [String]? {
            switch self {
            case .attested: AttestationKind.allCases.map(\.rawValue)
            case .cardField: CardField.allCases.map(\.rawValue)
            case .retentionMet: nil
            default: []
            }
        }
    }

    /// A field of the model card.
    enum CardField: String, CaseIterable {
        case intendedUse, limits, owner, riskTier

        /// As people read it.
        var words: String {
            switch self {
            case .intendedUse: "intended use"
            case .limits: "limits"
            case .owner: "owner"
            case .riskTier: "risk tier"
            }
        }

        func value(of card: Model.Card?) -> String? {
            switch self {
            case .intendedUse: card?.intendedUse
            case .limits: card?.limits
            case .owner: card?.owner
            case .riskTier: card?.riskTier
            }
        }
    }

    /// `ledgerIntact`, `cardField:limits`.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let subject = Subject(rawValue: parts[0]) else { return nil }
        let argument = parts.count == 2 ? parts[1] : nil
        switch (subject.arguments, argument) {
        case (nil, let word?):
            guard (1...RegulationLimits.nameCharacters).contains(word.utf8.count),
                word.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
            else { return nil }
        case (let allowed?, let word?): guard allowed.contains(word) else { return nil }
        case (let allowed?, nil): guard allowed.isEmpty else { return nil }
        case (nil, nil): return nil
        }
        self.subject = subject
        self.argument = argument
    }

    public var text: String { subject.rawValue + (argument.map { ":\($0)" } ?? "") }
    public var description: String { text }

    /// Every check there is, as written; a subject that takes a word of the reader's own is shown with `…`.
    public static var vocabulary: [String] {
        Subject.allCases.flatMap { subject -> [String] in
            guard let arguments = subject.arguments else { return ["\(subject.rawValue):…"] }
            return arguments.isEmpty ? [subject.rawValue] : arguments.map { "\(subject.rawValue):\($0)" }
        }.sorted()
    }
}
