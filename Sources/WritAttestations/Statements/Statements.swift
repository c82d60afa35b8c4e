// An order to statements. Pure: the same order and evidence are the same bytes.
import WritVocabulary

public enum Statements {
    /// A statement before it is signed: the payload of its envelope.
    public struct Draft: Hashable, Sendable {
        public var kind: AttestationKind
        public var payload: [UInt8]
    }

    /// The statements an order asks for, in the order of ``AttestationKind``: of a version provenance, tests where it
    /// had gates, and signature; of a deployment approval where anybody approved, and summary.
    public static func make(
        _ order: AttestationOrder, by builder: BuilderIdentity, evidence: StatementEvidence
    ) throws -> [Draft] {
        switch order {
        case .version(let facts): try make(facts, builder, evidence)
        case .deployment(let facts): try make(facts, builder, evidence)
        }
    }

    private static func make(
        _ facts: AttestationOrder.VersionFacts, _ builder: BuilderIdentity, _ evidence: StatementEvidence
    ) throws -> [Draft] {
        let version = facts.version
        guard let manifest = evidence.manifest, try manifest.digest == version.artefacts else {
            throw AttestationFailure.refused(
                "digest-mismatch", "the files of \(version.id) are not those it was registered with")
        }
        // Without its run, what was trained here would be called an import.
        guard facts.training?.order.id == version.run else {
            throw AttestationFailure.refused(
                "run-mismatch", "the run at hand is not the one that trained \(version.id)")
        }
        func about(_ kind: AttestationKind, _ predicate: JSONValue) throws -> Draft {
            Draft(kind: kind, payload: try Statement.about(version.id, version.artefacts, kind, predicate))
        }
        var drafts = [try about(.provenance, try Provenance(facts, builder).predicate())]
        if !version.gates.isEmpty { drafts.append(try about(.tests, try TestResults(facts).predicate())) }
        let signature = try ModelListing(manifest).payload(named: version.id.text, artefacts: version.artefacts)
        drafts.append(Draft(kind: .signature, payload: signature))
        return drafts
    }

    private static func make(
        _ facts: AttestationOrder.DeploymentFacts, _ builder: BuilderIdentity, _ evidence: StatementEvidence
    ) throws -> [Draft] {
        guard facts.change?.evidence == nil || evidence.review?.unit.head == facts.change?.head else {
            throw AttestationFailure.refused(
                "evidence-mismatch", "the review at hand is not that of \(facts.revision.short)")
        }
        let move = move(facts)
        func about(_ kind: AttestationKind, _ predicate: JSONValue) throws -> Draft {
            let payload = try Statement.about(facts.version, facts.artefacts, kind, predicate, move: move)
            return Draft(kind: kind, payload: payload)
        }
        let approvals = Approvals(facts, evidence.review)
        var drafts: [Draft] = []
        if let predicate = try approvals.predicate() { drafts.append(try about(.approval, predicate)) }
        drafts.append(try about(.summary, try Summary(facts, builder, evidence).predicate()))
        return drafts
    }

    /// Under which commit traffic moved, to what, and by which table, so that no two returns to a deployment have the
    /// same statement. No field of the summary holds a commit; the subject's annotations do. Orders without a table
    /// make what they always made.
    private static func move(_ facts: AttestationOrder.DeploymentFacts) -> [String: JSONValue] {
        guard let table = facts.table else { return [:] }
        return [
            "endpoint": .text(facts.endpoint), "deployment": .text(facts.deployment),
            "revision": .text(facts.revision), "table": .exact(table),
        ]
    }
}
