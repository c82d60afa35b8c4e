// How wrong bytes are told.
import WritVocabulary

enum IntegrityWords {
    /// `churn-1f2e3d4c5b6a.0.1 has other bytes than version 3: model.json, its digest is sha256:…; it was intact until
    /// 2026-11-24T01:02:03Z`.
    static func sentence(_ replica: ReplicaID, _ version: VersionID, _ observation: IntegrityObservation) -> String {
        let intact = "it was intact until \(PolicyWords.time(observation.intactAt))"
        let start = "\(replica) has other bytes than version \(version.number)"
        guard let fault = observation.fault else { return "\(start); \(intact)" }
        return "\(start): \(VisibleText.line(fault.path)), \(VisibleText.line(fault.found)); \(intact)"
    }
}
