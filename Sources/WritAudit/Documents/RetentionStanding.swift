// How one retention class stands: what it covers, what is missing before its time, what may go.
import WritVocabulary

/// One class held against the inventory at one moment.
struct RetentionStanding {
    typealias Item = RetentionInventory.Item

    let rule: RetentionRules.Class
    let items: [Item]
    /// Not there, not taken out on record, and not old enough.
    let missing: [Item]
    /// Taken out on record before their time, such as on a person's demand.
    let expungedEarly: [Item]
    /// Old enough, there, and not held.
    let due: [Item]
    /// Kept by a hold.
    let held: [Item]

    /// The earliest moment at which something of it may go; nil where all of it is in use or nothing is there.
    var firstEnd: Timestamp? { items.compactMap { $0.countsFrom.map { $0 + rule.keep } }.min() }
    var entries: [Int64] { (missing.isEmpty ? items : missing).map(\.entry).bounded }

    var sentence: String {
        let count = RegulationChecks.count(items.count, "item")
        guard missing.isEmpty else {
            let names = RegulationChecks.listed(missing.map { "\($0.what) (\($0.digest.short))" })
            return "\(missing.count) of \(count) missing before their time: \(names); restore them from a backup"
        }
        return items.isEmpty ? "nothing of this class is on record yet" : "\(count), all there for \(rule.keep)"
    }
}

extension RetentionInventory {
    func standing(
        of rule: RetentionRules.Class, now: Timestamp, hasBlob: (Digest) -> Bool
    ) -> RetentionStanding {
        let covered = items.filter { rule.covers.contains($0.evidence) }
        func isOld(_ item: Item) -> Bool { item.countsFrom.map { $0 + rule.keep <= now } ?? false }
        let gone = covered.filter { trail.state.expunged[$0.digest] != nil }
        let rest = covered.filter { trail.state.expunged[$0.digest] == nil }
        let present = Set(rest.map(\.digest)).filter(hasBlob)
        return RetentionStanding(
            rule: rule, items: covered, missing: rest.filter { !present.contains($0.digest) && !isOld($0) },
            expungedEarly: gone.filter { item in
                guard let from = item.countsFrom, let at = trail.state.expunged[item.digest] else { return true }
                return at < from + rule.keep
            },
            due: rest.filter { present.contains($0.digest) && isOld($0) && holds(on: $0).isEmpty },
            held: rest.filter { !holds(on: $0).isEmpty })
    }
}
