// Whether a signed approval still means the change it is shown for; if not, which part differs.
import WritVocabulary

struct ApprovalCheck {
    let unit: ChangeUnit
    /// What the records say now of every version an endpoint is moved to.
    let versions: [VersionID: Digest]
    let evidence: [String: Digest]
    /// Versions moved to that are not on record.
    let unknown: [VersionID]

    init(_ unit: ChangeUnit, _ recorded: RecordedState) {
        self.unit = unit
        let known = EvidenceDigests.versions(of: unit.moves, recorded)
        versions = known
        // Most changes are judged before anybody approved.
        evidence = unit.approvals.isEmpty ? [:] : EvidenceDigests.current(for: unit.moves, recorded)
        unknown = RuleMatch.versions(of: unit.moves).map(\.id).filter { known[$0] == nil }
    }

    /// One sentence that says why the approval does not count; nil when it does.
    func objection(to approval: Approval, in repository: String, at now: Timestamp) -> String? {
        let person = approval.statement.person
        if let forged = forgery(approval) { return "an approval in the name of \(person) is void: \(forged)" }
        let reasons = reasons(approval.statement, repository) + times(approval.statement, now)
        guard !reasons.isEmpty else { return nil }
        let shown = reasons.prefix(PolicyJudge.Limits.named)
        let over = reasons.count - shown.count
        let rest = over > 0 ? "; and \(over) more parts differ" : ""
        return "\(person)'s approval is void: \(shown.joined(separator: "; "))\(rest)"
    }

    private func forgery(_ approval: Approval) -> String? {
        switch approval.authenticity {
        case .unsigned: "it is not signed"
        case .refused(let reason): "its signature does not count: \(PolicyWords.clean(reason, 200))"
        case .signed(let signer, _):
            signer == approval.statement.person ? nil : "it is signed by \(signer)"
        }
    }

    private func reasons(_ statement: ApprovalStatement, _ repository: String) -> [String] {
        var reasons: [String] = []
        if statement.format != 1 { reasons.append("its format \(statement.format) is not known; update writ") }
        if statement.repository != repository {
            reasons.append(
                "it is for the repository \(PolicyWords.clean(statement.repository)), not \(PolicyWords.clean(repository))"
            )
        }
        if statement.target != unit.target {
            reasons.append(
                "it is for the branch \(PolicyWords.clean(statement.target)), not \(PolicyWords.clean(unit.target))")
        }
        if statement.base != unit.base {
            reasons.append("it is for base \(statement.base.short), not \(unit.base.short)")
        }
        if statement.tree != unit.tree {
            reasons.append("it is for tree \(statement.tree.short), not \(unit.tree.short)")
        }
        return reasons + manifests(statement) + versions(statement) + evidence(statement)
    }

    private func manifests(_ statement: ApprovalStatement) -> [String] {
        let all = Set(statement.manifests.keys).union(unit.manifests.keys)
        let different = all.filter { statement.manifests[$0] != unit.manifests[$0] }.sorted().map(PolicyWords.path)
        return different.isEmpty ? [] : ["what it approves of \(PolicyWords.list(different, "and")) differs"]
    }

    private func versions(_ statement: ApprovalStatement) -> [String] {
        var reasons = unknown.map { "\($0) is not on record, so nobody can have seen it" }
        for (version, digest) in versions.sorted(by: { $0.key < $1.key }) {
            guard let approved = statement.versions[version] else {
                reasons.append("it does not name \(version)")
                continue
            }
            if approved != digest { reasons.append("the digest of \(version) differs") }
        }
        for version in statement.versions.keys.sorted() where versions[version] == nil && !unknown.contains(version) {
            reasons.append("it names \(version), which no endpoint is moved to")
        }
        return reasons
    }

    private func evidence(_ statement: ApprovalStatement) -> [String] {
        var (different, missing, gone): ([String], [String], [String]) = ([], [], [])
        for name in Set(evidence.keys).union(statement.evidence.keys).sorted() where !isTold(name, statement) {
            switch (statement.evidence[name], evidence[name]) {
            case (let seen?, let now?) where seen != now: different.append(PolicyWords.clean(name))
            case (nil, .some): missing.append(PolicyWords.clean(name))
            case (.some, nil): gone.append(PolicyWords.clean(name))
            default: break
            }
        }
        return [
            ("the records now say another", different), ("it does not name", missing),
            ("nothing is on record as", gone),
        ]
        .filter { !$0.1.isEmpty }.map { "\($0.0) \(PolicyWords.list($0.1, "and"))" }
    }

    /// Whether the sentence on the version itself says it already: the version is missing on one side, or its
    /// artefacts are others.
    private func isTold(_ name: String, _ statement: ApprovalStatement) -> Bool {
        guard let slash = name.firstIndex(of: "/"), let version = VersionID(String(name[..<slash])) else {
            return false
        }
        let (approved, known) = (statement.versions[version], versions[version])
        if approved == nil || known == nil { return approved != nil || known != nil || unknown.contains(version) }
        return approved != known && name.hasSuffix("/artefacts")
    }

    private func times(_ statement: ApprovalStatement, _ now: Timestamp) -> [String] {
        var reasons: [String] = []
        if let expires = statement.expires, expires <= now {
            reasons.append("it expired at \(PolicyWords.time(expires))")
        }
        if statement.signedAt > now + PolicyJudge.Limits.clockSkew {
            reasons.append("it is dated \(PolicyWords.time(statement.signedAt)), which is in the future")
        }
        return reasons
    }
}
