// How the version was made, as workflows of the bill of materials: the training and the evaluation.
import WritVocabulary

extension BillParts {
    var workflows: [CycloneDX.Workflow] {
        [workflow(.build, story.training, "training"), workflow(.test, story.evaluation, "evaluation")]
            .compactMap(\.self)
    }

    private func workflow(
        _ kind: CycloneDX.Workflow.Kind, _ execution: DocumentedVersion.Execution?, _ name: String
    ) -> CycloneDX.Workflow? {
        guard let execution else { return nil }
        let used = story.data.filter { $0.use.rawValue == name }
        let inputs =
            used.map { CycloneDX.Input(resource: CycloneDX.Input.Target(ref: ref($0))) } + parameters(execution)
        return CycloneDX.Workflow(
            ref: "workflow/\(execution.order.id)", uid: execution.order.id.text, name: name, taskTypes: [kind],
            inputs: inputs.isEmpty ? nil : inputs, outputs: outputs(kind, execution),
            timeStart: execution.outcome?.startedAt, timeEnd: execution.outcome?.finishedAt,
            properties: properties(execution))
    }

    private func parameters(_ execution: DocumentedVersion.Execution) -> [CycloneDX.Input] {
        var values = execution.order.parameters.mapValues(\.description)
        values["seed"] = values["seed"] ?? String(execution.order.seed)
        return [
            CycloneDX.Input(
                parameters: values.sorted { $0.key < $1.key }.map {
                    CycloneDX.Input.Parameter(name: $0.key, value: $0.value)
                })
        ]
    }

    private func outputs(_ kind: CycloneDX.Workflow.Kind, _ execution: DocumentedVersion.Execution) -> [CycloneDX
        .Output]?
    {
        var outputs: [CycloneDX.Output] = []
        if kind == .build {
            outputs.append(CycloneDX.Output(type: .artifact, resource: CycloneDX.Input.Target(ref: modelRef)))
        }
        return outputs.isEmpty ? nil : outputs
    }

    private func properties(_ execution: DocumentedVersion.Execution) -> [CycloneDX.Property] {
        let order = execution.order
        var properties = execution.entries.map { CycloneDX.Property("writ:entry", String($0)) }
        properties.append(CycloneDX.Property("writ:recipe", order.recipe.text))
        properties.append(CycloneDX.Property("writ:argv", order.argv.joined(separator: " ")))
        properties.append(CycloneDX.Property("writ:cpuMillis", String(order.resources.cpuMillis)))
        properties.append(CycloneDX.Property("writ:memory", order.resources.memory.text))
        if let outcome = execution.outcome {
            properties.append(CycloneDX.Property("writ:sandbox", outcome.sandbox.kind))
            properties.append(CycloneDX.Property("writ:network", String(outcome.sandbox.network)))
            if let log = outcome.log { properties.append(CycloneDX.Property("writ:log", log.text)) }
        }
        return properties
    }
}
