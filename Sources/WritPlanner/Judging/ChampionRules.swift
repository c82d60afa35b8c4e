// Which version a gate compares with.
import WritVocabulary

struct ChampionRules {
    let situation: Situation
    let model: ResourceName

    /// The champion of each gate that has one. Halts where a gate does not say which endpoint it means.
    func champions(of gates: [Model.Gate]) throws -> [Model.Gate: VersionRecord] {
        var champions: [Model.Gate: VersionRecord] = [:]
        for gate in gates { champions[gate] = try champion(of: gate) }
        return champions
    }

    /// nil when the gate does not compare, or nothing is pinned to compare with.
    private func champion(of gate: Model.Gate) throws -> VersionRecord? {
        guard case .noWorseThanChampion(_, _, let named) = gate.rule else { return nil }
        guard let endpoint = try named ?? onlyEndpoint(for: gate) else { return nil }
        guard let spec = situation.desired.endpoint(endpoint), spec.model == model, let pin = spec.pin else {
            return nil
        }
        // A pin counts once its version exists and is the one meant.
        guard let version = situation.recorded.versions[model]?[pin.version] else { return nil }
        return pin.digest.map { $0 == version.artefacts } ?? true ? version : nil
    }

    private func onlyEndpoint(for gate: Model.Gate) throws -> ResourceName? {
        let endpoints = situation.desired.endpoints(of: model)
        guard endpoints.count > 1 else { return endpoints.first }
        let listed = endpoints.prefix(situation.limits.listed).map(\.text).joined(separator: ", ")
        throw Halt(
            .refused, .championNotComparable,
            "the gate on \(gate.metric) compares with the champion of an endpoint, and the model has \(endpoints.count)"
                + " (\(listed)): name one")
    }
}
