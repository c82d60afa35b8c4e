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
        accepted.enumerated().map { index, accepted in
            let before = index > 0 ? self.accepted[index - 1].sequence : -1
            let endpoints = Set(accepted.value.changed.filter { $0.kind == .endpoint }.map(\.name))
            let next = self.accepted[(index + 1)...].first { later in
                later.value.changed.contains { $0.kind == .endpoint && endpoints.contains($0.name) }
            }
            let revision = accepted.value.revision
            func isOfIt(_ sequence: Int64) -> Bool { sequence > before && sequence < accepted.sequence }
            return ChangeRecord(
                accepted: accepted,
                allowed: allowed.last { isOfIt($0.sequence) && $0.value.head == revision },
                held: held.filter { $0.sequence < accepted.sequence && $0.value.head == revision },
                tip: tipsAccepted.last { isOfIt($0.sequence) && $0.value.revision == revision },
                routed: published.filter {
                    $0.sequence > accepted.sequence && $0.sequence < (next?.sequence ?? .max)
                        && !$0.value.endpoints.isDisjoint(with: endpoints)
                },
                rejections: rejections.filter { $0.value.revision == revision && endpoints.contains($0.value.endpoint) }
            )
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
