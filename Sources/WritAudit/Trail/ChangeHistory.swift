// The changes that were followed: who wrote and approved each, and what came of it.
import WritVocabulary

/// An accepted revision with all that is on record about it.
public struct ChangeRecord: Hashable, Sendable {
    public var accepted: Located<AuditTrail.AcceptedRevision>
    /// What the policies said; nil where none was in force.
    public var allowed: Located<JudgedChange>?
    /// When it was held before that, and why.
    public var held: [Located<JudgedChange>]
    /// An operator's word that the branch may go on here.
    public var tip: Located<AuditTrail.TipAcceptance>?
    /// Routes of the endpoints it changed that took effect until the next change of one of them.
    public var routed: [Located<RoutingChange>]
    /// Deployments it asked for that were taken back.
    public var rejections: [Located<Rejection>]

    public var revision: RevisionID { accepted.value.revision }
    public var resources: [ResourceID] { accepted.value.changed }
    /// Whether the record lists only part of the resources it changed.
    public var isListedInPart: Bool { accepted.value.count > accepted.value.changed.count }
    public var breakGlass: BreakGlass? { allowed?.value.breakGlass }

    /// Whether a route to a version is the way back from what this change asked for.
    func isTakenBack(to version: VersionID, before entry: Int64) -> Bool {
        rejections.contains { $0.value.instead == version && $0.sequence < entry }
    }

    public func names(_ kind: Kind) -> [ResourceName] { resources.filter { $0.kind == kind }.map(\.name) }

    /// Every entry that says something of it, in order.
    public var entries: [Int64] {
        let parts = [allowed?.sequence, tip?.sequence, accepted.sequence].compactMap(\.self)
        return (parts + held.map(\.sequence) + routed.map(\.sequence) + rejections.map(\.sequence)).sorted()
    }
}

extension AuditTrail {
    /// Every change that was followed, in order.
    public var changes: [ChangeRecord] {
        let index = ChangeIndex(self)
        return accepted.enumerated().map { place, accepted in
            let before = place > 0 ? self.accepted[place - 1].sequence : -1
            let endpoints = Set(accepted.value.changed.filter { $0.kind == .endpoint }.map(\.name))
            let revision = accepted.value.revision
            func isOfIt(_ sequence: Int64) -> Bool { sequence > before && sequence < accepted.sequence }
            return ChangeRecord(
                accepted: accepted, allowed: index.allowed[revision]?.last { isOfIt($0.sequence) },
                held: (index.held[revision] ?? []).filter { $0.sequence < accepted.sequence },
                tip: tipsAccepted.last { isOfIt($0.sequence) && $0.value.revision == revision },
                routed: index.routed(endpoints, after: accepted.sequence),
                rejections: (index.rejected[revision] ?? []).filter { endpoints.contains($0.value.endpoint) })
        }
    }

    /// The last followed change of an endpoint before an entry.
    func change(of endpoint: ResourceName, before sequence: Int64, in changes: [ChangeRecord]) -> ChangeRecord? {
        changes.last {
            $0.accepted.sequence < sequence && ($0.names(.endpoint).contains(endpoint) || $0.isListedInPart)
        }
    }

    /// The blobs of the whole judgements behind changes, for whoever reads blobs.
    public var reviewBlobs: [Digest] {
        Set((allowed + held).compactMap(\.value.evidence)).sorted()
    }
}

/// What changes are put together from, by what it is about: a ledger may have very many of them.
private struct ChangeIndex {
    var allowed: [RevisionID: [Located<JudgedChange>]]
    var held: [RevisionID: [Located<JudgedChange>]]
    var rejected: [RevisionID: [Located<Rejection>]]
    /// Sequences of the acceptances that changed an endpoint, in order.
    private var accepted: [ResourceName: [Int64]] = [:]
    private var published: [ResourceName: [Located<RoutingChange>]] = [:]

    init(_ trail: AuditTrail) {
        allowed = Dictionary(grouping: trail.allowed, by: \.value.head)
        held = Dictionary(grouping: trail.held, by: \.value.head)
        rejected = Dictionary(grouping: trail.rejections, by: \.value.revision)
        for found in trail.accepted {
            for resource in found.value.changed where resource.kind == .endpoint {
                accepted[resource.name, default: []].append(found.sequence)
            }
        }
        for found in trail.published {
            for endpoint in found.value.endpoints { published[endpoint, default: []].append(found) }
        }
    }

    /// Routes of each endpoint that took effect after one change of it and before the next, in order.
    func routed(_ endpoints: Set<ResourceName>, after sequence: Int64) -> [Located<RoutingChange>] {
        var found: [Int64: Located<RoutingChange>] = [:]
        for endpoint in endpoints {
            let all = published[endpoint] ?? []
            let next = accepted[endpoint].flatMap { list in
                list.place { $0 > sequence }.map { list[$0] }
            }
            guard let begin = all.place(where: { $0.sequence > sequence }) else { continue }
            for done in all[begin...].prefix(while: { $0.sequence < next ?? .max }) { found[done.sequence] = done }
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }
}

extension Array {
    /// The first place of those that fulfil a condition, where none after it fails to: by halves, since a ledger's
    /// lists are long and are asked about for each of their elements.
    func place(where isBehind: (Element) -> Bool) -> Int? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low < count ? low : nil
    }
}

extension [ChangeRecord] {
    /// The last one accepted before an entry.
    func lastAccepted(before sequence: Int64) -> ChangeRecord? {
        let end = place { $0.accepted.sequence >= sequence } ?? count
        return end > 0 ? self[end - 1] : nil
    }
}
