// The one place where conditions are made.
import WritVocabulary

extension Conditions {
    /// What a finding means for people.
    init(of finding: Finding, revision: RevisionID?) {
        self.init(
            ready: finding.standing == .settled,
            reconciling: finding.standing == .acting || finding.standing == .waiting,
            stalled: finding.standing == .refused,
            reason: finding.reason, blockedBy: finding.blockedBy, until: finding.until, revision: revision)
    }

    /// Whether a person would be told the same. The revision alone is no news.
    func saysSame(as other: Conditions?) -> Bool {
        guard var other else { return false }
        other.revision = revision
        return self == other
    }
}
