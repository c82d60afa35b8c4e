// An execution somebody wants, before it has an attempt number.
import WritVocabulary

struct ExecutionRequest {
    let resource: ResourceID
    let retries: Int
    /// Why its first attempt is made.
    let reason: Reason
    private let order: ExecutionOrder

    var purpose: Purpose { order.purpose }
    var recipe: RecipeID { order.recipe }

    /// `model` is the digest of the version's files, for an evaluation.
    init(
        _ purpose: Purpose, for resource: ResourceID, _ command: Command, inputs: [String: InputOrder],
        parameters: [String: ParameterValue], seed: Int64, model: Digest?, retries: Int, reason: Reason,
        _ situation: Situation
    ) throws {
        let code = try situation.content(of: command.code.path)
        let environment = try situation.lock(command.environment)
        let digests = inputs.mapValues(\.digest)
        let recipe: RecipeID =
            if let model {
                try EvaluationRecipe(
                    artefacts: model, code: code, argv: command.argv, environment: environment, inputs: digests,
                    network: command.network
                ).id
            } else {
                try Recipe(
                    code: code, argv: command.argv, environment: environment, inputs: digests, parameters: parameters,
                    seed: seed, network: command.network
                ).id
            }
        self.resource = resource
        self.retries = retries
        self.reason = reason
        order = ExecutionOrder(
            id: ExecutionID(purpose, of: recipe.digest, attempt: 1), purpose: purpose, recipe: recipe,
            resource: resource,
            revision: try situation.revision(), code: command.code.path, codeTree: code, argv: command.argv,
            environment: environment, inputs: inputs, model: model, parameters: parameters, seed: seed,
            resources: command.resources, timeout: command.timeout, network: command.network)
    }

    func order(attempt: Int) -> ExecutionOrder {
        var numbered = order
        numbered.id = ExecutionID(purpose, of: recipe.digest, attempt: attempt)
        return numbered
    }
}
