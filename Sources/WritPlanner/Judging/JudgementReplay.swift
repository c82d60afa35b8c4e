// A judgement made again from the numbers on record: the same gates, the same arithmetic, the same sentences.
import WritVocabulary

extension Judgement {
    /// The judgement that these metrics give for this candidate and these gates, its id worked out anew. Which version
    /// each gate compared with is taken from the record: the manifests of that revision say it.
    public func remade(
        candidate: [String: MetricValue], champions: [VersionID: [String: MetricValue]]
    ) throws -> Judgement {
        let gates = results.map(\.gate)
        let identity = JudgementIdentity(model: model, artefacts: artefacts, evaluation: evaluation, gates: gates)
        let compared = Dictionary(results.map { ($0.gate, $0.championVersion) }) { first, _ in first }
        let rules = GateRules(
            champions: compared.compactMapValues(\.self),
            measured: Measured(candidate: candidate, champions: champions))
        return Judgement(
            id: try identity.digest, model: model, run: run, artefacts: artefacts, evaluation: evaluation,
            results: gates.map(rules.result))
    }
}
