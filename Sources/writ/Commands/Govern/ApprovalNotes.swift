// What an approver should know before and after signing.
import WritPlanner
import WritServer
import WritSource
import WritVocabulary

struct ApprovalNotes {
    let git: UserGit
    let revisions: ChangeRevisions
    let remote: String
    let target: String

    /// Everything that is signed.
    static func text(of statement: ApprovalStatement) -> String {
        var lines = [
            "\(statement.person) approves for \(statement.repository), branch \(statement.target)",
            "  base      \(statement.base)", "  tree      \(statement.tree)", "  meaning   \(statement.meaning)",
        ]
        if let expires = statement.expires { lines.append("  until     \(expires.toSecond)") }
        for (path, blob) in statement.manifests.sorted(by: { $0.key < $1.key }) {
            lines.append("  manifest  \(path)  \(blob.prefix(12))")
        }
        for (version, digest) in statement.versions.sorted(by: { $0.key < $1.key }) {
            lines.append("  version   \(version)  \(digest)")
        }
        for (name, digest) in statement.evidence.sorted(by: { $0.key < $1.key }) {
            lines.append("  evidence  \(name)  \(digest.short)")
        }
        return lines.map { VisibleText.line($0) }.joined(separator: "\n") + "\n"
    }

    /// An approval of what nobody can merge, or from where nobody merges, is no error and rarely meant.
    func sayWhatIsElsewhere() async throws {
        let (base, head) = (revisions.inForce, revisions.head)
        let tip = try git.tip(of: "refs/heads/\(target)", at: remote)
        guard let tip else { return note("\(remote) has no branch \(target)") }
        // On its way already: merged, or held between base and head.
        if tip != base, try await follows(base, tip), try await follows(tip, head) { return }
        if tip != base {
            note(
                "\(target) at \(remote) is \(tip.short), and you approve from \(base.short); an approval counts only "
                    + "from the revision in force")
        }
        let named = try git.look(["remote", "get-url", remote]) != nil
        let known = try git.look(["for-each-ref", "--count=1", "--contains=\(head)", "refs/remotes/\(remote)"])
        if named, known?.isEmpty == true {
            note("\(head.short) is on no branch of \(remote) that this clone knows; it can be merged once it is pushed")
        }
    }

    /// false as well where the clone lacks one of them.
    private func follows(_ first: RevisionID, _ second: RevisionID) async throws -> Bool {
        guard try git.look(["cat-file", "-e", "\(second)^{commit}"]) != nil else { return false }
        return try await revisions.source.isAncestor(first, of: second)
    }

    /// What the policies say now, as far as it can be told here.
    func sayWhatIsMissing(_ declared: DeclaredChange, _ recorded: RecordedState, _ person: Person) async throws {
        guard revisions.passedOver == nil else { return }
        let judging = ChangeJudging(source: revisions.source, target: target)
        guard let decision = try await judging.decision(on: declared, from: revisions.base, recorded) else { return }
        var text = ""
        if !decision.approvers.contains(person) {
            text += "note: no rule that applies counts an approval of \(person) for this change\n"
        }
        if decision.verdict == .allowed { text += "nothing is missing: it takes effect once it is merged\n" }
        if !decision.lacks.isEmpty {
            text += "still missing:\n"
            for lack in decision.lacks.prefix(20) {
                text += "  \(lack.isExplanation ? "· " : "")\(VisibleText.line(lack.message))\n"
            }
        }
        Terminal.say(text)
    }

    private func note(_ text: String) { Terminal.complain("note: \(VisibleText.line(text))\n") }
}
