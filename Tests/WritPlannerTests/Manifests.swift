// The manifests the scenarios begin with.

/// One data set to learn from, one to be judged on, a model and an endpoint; each test changes what it is about.
struct Manifests {
    var january = "{path: data/january.csv}"
    var training = ["parameters: {iterations: 100}"]
    var retries = 0
    /// nil: nothing judges the model.
    var gates: [String]? = ["{metric: mae, maximum: 12}"]
    var imported: String?
    var pin: String?
    var replicas = 2
    var strategy = "blueGreen"
    var promotion: String?
    var hasModel = true
    var hasEndpoint = true
    /// More endpoints, by name and pin.
    var others: [(String, String)] = []

    static let noWorse = "{metric: mae, noWorseThanChampion: {goal: minimize, margin: 0.5}}"

    var yaml: String {
        var documents = [dataset("january", january), dataset("march", "{path: data/march.csv}")]
        if hasModel { documents.append(model) }
        if hasEndpoint { documents.append(endpoint("flights", pin: pin, replicas: replicas)) }
        documents += others.map { endpoint($0.0, pin: $0.1, replicas: 1) }
        return documents.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "---\n")
    }

    private func head(_ kind: String, _ name: String) -> [String] {
        ["apiVersion: writ.dev/v1", "kind: \(kind)", "metadata: {name: \(name)}", "spec:"]
    }

    private func dataset(_ name: String, _ source: String) -> [String] {
        head("Dataset", name)
            + [
                "  source: \(source)", "  format: csv", "  columns:",
                "    - {name: distance, type: integer, minimum: 1}",
            ]
    }

    private var model: [String] {
        head("Model", "flight-time") + (imported.map { ["  import: \($0)"] } ?? trained) + evaluated
    }

    private var trained: [String] {
        [
            "  training:", "    code: {path: training}", "    command: [python, train.py]",
            "    environment: {python: \"3.11\", requirements: training/requirements.lock}",
            "    datasets: {flights: january}",
        ] + training.map { "    " + $0 } + ["    seed: 13", "    retries: \(retries)"]
    }

    private var evaluated: [String] {
        guard let gates else { return [] }
        return [
            "  evaluation:", "    code: {path: evaluation}", "    command: [python, evaluate.py]",
            "    datasets: {holdout: march}", "    gates:",
        ] + gates.map { "      - " + $0 }
    }

    private func endpoint(_ name: String, pin: String?, replicas: Int) -> [String] {
        head("Endpoint", name) + ["  model: flight-time"] + (pin.map { ["  \($0)"] } ?? []) + [
            "  runtime:", "    command: [python, serve.py]", "    code: {path: serving}",
            "    health: {path: /ready, timeout: 30s}", "  replicas: \(replicas)",
            "  rollout: {strategy: \(strategy), drain: 10s}",
        ] + (promotion.map { ["  promotion: \($0)"] } ?? [])
    }
}
