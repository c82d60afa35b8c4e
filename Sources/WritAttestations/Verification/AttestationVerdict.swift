// What came of checking a statement, and the parts of every statement it is told by.
import WritVocabulary

/// What came of checking one statement.
public struct AttestationVerdict: Hashable, Sendable {
    public var kind: AttestationKind
    /// The key that signed it, when a trusted one did.
    public var key: Digest?
    /// Sentences; empty when it holds.
    public var problems: [String] = []

    public var accepted: Bool { problems.isEmpty && key != nil }

    /// One sentence for people.
    public var sentence: String {
        accepted
            ? "\(kind.rawValue): holds, signed with \(key?.short ?? "")"
            : "\(kind.rawValue): refused, \(problems.joined(separator: "; "))"
    }
}

/// The parts of every statement.
struct StatementHeader: Decodable {
    struct Subject: Decodable {
        var name: String?
        var digest: [String: String]
        var annotations: Annotations?
    }
    struct Annotations: Decodable {
        var artefactManifest: String?
    }

    var _type: String
    var subject: [Subject]
    var predicateType: String

    func problems(_ kind: AttestationKind, _ expected: AttestationVerifier.Subject) -> [String] {
        var found: [String] = []
        if _type != Statement.type { found.append("it is no in-toto statement v1") }
        if predicateType != kind.predicateType { found.append("it is a statement of another kind") }
        guard subject.count == 1, let subject = subject.first else {
            return found + ["it has \(subject.count) subjects, not one"]
        }
        let named =
            kind == .signature ? subject.annotations?.artefactManifest : subject.digest["sha256"].map { "sha256:\($0)" }
        if named != expected.artefacts.text { found.append("it is about other files than \(expected.version)'s") }
        if subject.name != expected.version.text { found.append("it does not name \(expected.version)") }
        return found
    }
}
