// A candidate that passed becomes a version, once, under a number never used before.
import WritVocabulary

struct RegistrationRules {
    let situation: Situation
    let name: ResourceName
    let model: Model

    private var id: ResourceID { ResourceID(.model, name) }
    private var versions: [Int: VersionRecord] { situation.recorded.versions[name] ?? [:] }

    var highestNumber: Int { versions.keys.max() ?? 0 }

    /// The newest version one of the recipes gave.
    func version(of recipes: Set<RecipeID>) -> VersionRecord? {
        versions.values.filter { $0.recipe.map(recipes.contains) ?? false }.max { $0.id < $1.id }
    }

    func version(of candidate: Candidate) -> VersionRecord? {
        versions.values.filter { $0.artefacts == candidate.artefacts && $0.recipe == candidate.recipe }.max {
            $0.id < $1.id
        }
    }

    func register(_ candidate: Candidate, _ judgement: Judgement, into draft: inout Draft) throws {
        guard judgement.passed else { throw Halt(.refused, .gatesFailed, judgement.sentence(of: candidate.words)) }
        let version = VersionRecord(
            id: VersionID(name, try number(for: candidate)), artefacts: candidate.artefacts, run: candidate.run,
            recipe: candidate.recipe, revision: candidate.revision, datasets: candidate.datasets,
            evaluation: judgement.evaluation, metrics: metrics(candidate, judgement), gates: judgement.results,
            card: model.card)
        let reason = Reason(.gatesPassed, judgement.sentence(of: candidate.words))
        draft.propose(.register(RegistrationOrder(version: version)), for: id, because: reason, in: situation)
    }

    /// What judges a version is what its evaluation measured; without one, what its run did.
    private func metrics(_ candidate: Candidate, _ judgement: Judgement) -> [String: MetricValue] {
        guard let evaluation = judgement.evaluation else { return candidate.metrics }
        let attempts = situation.recorded.executionsByRecipe[evaluation] ?? []
        let outcomes = attempts.compactMap { situation.recorded.executions[$0]?.outcome }
        return outcomes.last(where: \.succeeded)?.metrics ?? [:]
    }

    /// One more than the highest, passing over numbers offered to other files: the registry may have taken them.
    private func number(for candidate: Candidate) throws -> Int {
        var number = highestNumber + 1
        while let offered = offered(number) {
            guard let offered = offered.version else {
                throw Halt(.waiting, .actionRunning, "version \(number) is being registered")
            }
            if offered.artefacts == candidate.artefacts, offered.recipe == candidate.recipe { return number }
            number += 1
        }
        return number
    }

    /// What a number that is not registered was offered to; nil when it is free.
    private func offered(_ number: Int) -> Offer? {
        guard let key = ActionKey("register/\(VersionID(name, number))") else { return nil }
        let recorded = situation.recorded
        if let action = recorded.openIntents[key]?.action ?? recorded.failures[key]?.action,
            case .register(let order) = action
        {
            return Offer(version: order.version)
        }
        return situation.isOpen(key) ? Offer(version: nil) : nil
    }

    private struct Offer {
        /// nil when it is not known yet.
        let version: VersionRecord?
    }
}
