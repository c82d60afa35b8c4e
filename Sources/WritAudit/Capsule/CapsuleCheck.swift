// Checks a capsule with nothing but what is in it: the same parts as `examples/verify_capsule.py`, by other code.
import WritLedger
import WritSignatures
import WritVocabulary

/// What was checked, in order.
public struct CapsuleCheck: Hashable, Sendable {
    public enum Verdict: String, Codable, Hashable, Sendable {
        case ok
        case wrong = "FAIL"
        /// Absent, or beyond what can be checked here. Nothing is wrong with it, and nothing is shown by it.
        case gap
    }

    public struct Finding: Codable, Hashable, Sendable {
        public var verdict: Verdict
        /// `entry 5`, `approval anna@example.com`.
        public var part: String
        /// One sentence. It may hold words from the capsule; renderers make them harmless.
        public var sentence: String
    }

    public internal(set) var findings: [Finding] = []
    /// Reasons the capsule gives for what it lacks.
    var reasons: [String: String] = [:]

    /// Whether nothing is wrong. Gaps are not wrong.
    public var isSound: Bool { !findings.contains { $0.verdict == .wrong } }
    public var gaps: [Finding] { findings.filter { $0.verdict == .gap } }

    /// Checks the bytes of a file. `trusted` is the log's key as the reader knows it from elsewhere, vkey form.
    public init(_ bytes: [UInt8], trusted: String? = nil) async {
        guard let capsule = try? AuditCapsule(bytes), let head = CapsuleHead(capsule) else {
            say(.wrong, "capsule", "it cannot be read as an audit capsule")
            return
        }
        reasons = Dictionary(capsule.missing.map { ($0.part, $0.reason) }) { $1 }
        let told = capsule.deployment
        say(
            .ok, "capsule",
            "\(told.endpoint) serves \(told.version), deployment \(told.deployment), by the log \(capsule.origin)")
        let entries = checkEntries(capsule, head)
        checkKeys(capsule, head, entries, trusted)
        let contents = checkContents(capsule)
        let facts = CapsuleFacts(capsule: capsule, entries: entries, blobs: contents.blobs, objects: contents.objects)
        guard checkVersion(facts) else { return }
        await checkChange(facts)
        checkAttestations(facts)
        for entry in entries {
            guard case .integrityFailed(let incident) = entry.event,
                incident.replica.deployment == told.deployment
            else { continue }
            say(.gap, "incident \(entry.sequence)", "a replica had other bytes than were approved")
        }
        for part in reasons.keys.sorted() { absent(part) }
    }

    mutating func say(_ verdict: Verdict, _ part: String, _ sentence: String) {
        findings.append(Finding(verdict: verdict, part: part, sentence: sentence))
    }

    /// One line of the list.
    @discardableResult
    mutating func judge(_ part: String, _ good: String, _ bad: String, _ isFine: Bool) -> Bool {
        say(isFine ? .ok : .wrong, part, isFine ? good : bad)
        return isFine
    }

    mutating func absent(_ part: String) {
        say(.gap, part, reasons.removeValue(forKey: part) ?? "not in the capsule")
    }

    /// A line per finding and one at the end, in the form of the verifier in `examples/`.
    public var text: String {
        let lines = findings.map { finding in
            let verdict = finding.verdict.rawValue.count == 2 ? "ok  " : finding.verdict.rawValue
            return "\(verdict)\(finding.verdict == .gap ? " " : "") \(finding.part): \(finding.sentence)"
        }
        let wrong = findings.count { $0.verdict == .wrong }
        let verdict = wrong == 0 ? "nothing is wrong" : "WRONG"
        let end = "\(verdict): \(wrong) failed, \(gaps.count) gaps, \(findings.count) lines"
        return (lines + [end]).map { $0 + "\n" }.joined()
    }
}

/// The checkpoint's text, read.
struct CapsuleHead {
    let note: SignedNote
    let checkpoint: Checkpoint

    init?(_ capsule: AuditCapsule) {
        guard let note = try? SignedNote(Array(capsule.checkpoint.utf8)),
            let checkpoint = try? Checkpoint(text: note.text)
        else { return nil }
        self.note = note
        self.checkpoint = checkpoint
    }
}

/// What of a capsule is what it says it is: entries that are in the log, contents that have their names.
struct CapsuleFacts {
    let capsule: AuditCapsule
    /// Sorted by sequence.
    let entries: [LedgerEntry]
    let blobs: [String: [UInt8]]
    let objects: [String: AuditCapsule.Object]

    func blob<Value: Decodable>(_ type: Value.Type, _ digest: Digest?) -> Value? {
        digest.flatMap { blobs[$0.text] }.flatMap { try? Canonical.decode(type, from: $0) }
    }
}
