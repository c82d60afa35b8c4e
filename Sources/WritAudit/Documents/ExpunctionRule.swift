// Whether a blob may be taken out for good: asked before the act, and answered from the records alone.
import WritVocabulary

/// The rule for taking blobs out, over one inventory. Pure: the same records and moment give the same answer.
public struct ExpunctionRule: Sendable {
    private let trail: AuditTrail
    private let rules: RetentionRules
    private let now: Timestamp
    private let byDigest: [Digest: [RetentionInventory.Item]]
    private let inventory: RetentionInventory

    /// `files` as in ``RetentionQuestion``: without it a version's files are not known to be in use.
    public init(
        _ trail: AuditTrail, _ rules: RetentionRules, now: Timestamp,
        files: (Digest) -> ArtefactManifest? = { _ in nil }
    ) {
        self.trail = trail
        self.rules = rules
        self.now = now
        inventory = RetentionInventory(trail, files: files)
        byDigest = Dictionary(grouping: inventory.items, by: \.digest)
    }

    /// nil where it may go; otherwise one sentence that says why not and what to do.
    ///
    /// - Parameter personal: whether somebody may demand that it goes, whatever its class says. A hold keeps it all the
    ///   same, and so does a version that serves.
    public func refusal(_ digest: Digest, personal: Bool) -> String? {
        if let at = trail.state.expunged[digest] { return "\(digest.short) was taken out already, at \(at)" }
        if let reason = trail.state.reasonToKeep(digest) { return "\(digest.short) stays: \(reason)" }
        let items = byDigest[digest] ?? []
        if let hold = hold(on: items) {
            return "\(digest.short) stays: the hold \(hold.name) of \(hold.actor) keeps it: \(hold.reason)"
        }
        if let item = items.first(where: \.serves) {
            return
                "\(digest.short) stays: it is \(item.what), which serves; move its endpoints to another version first"
        }
        if personal { return nil }
        guard !items.isEmpty else {
            return
                "no record names \(digest.short), so no class says how long it is kept; say so if it is personal data"
        }
        return items.lazy.compactMap { tooYoung($0) }.first
    }

    private func hold(on items: [RetentionInventory.Item]) -> LegalHold? {
        // What no record names may belong to anything: a hold on everything keeps it too.
        let onAll = trail.state.holds.values.filter { $0.scope == nil }.min { $0.name < $1.name }
        return onAll ?? items.lazy.compactMap { inventory.holds(on: $0).first }.first
    }

    private func tooYoung(_ item: RetentionInventory.Item) -> String? {
        guard let rule = rules.longest(for: item.evidence) else {
            return
                "no class covers \(item.evidence.rawValue), and \(item.digest.short) is \(item.what): add a class"
        }
        guard let end = item.countsFrom.map({ $0 + rule.keep }), end > now else { return nil }
        return "\(item.digest.short) is \(item.what), which class \(rule.name) keeps until \(end)"
    }
}
