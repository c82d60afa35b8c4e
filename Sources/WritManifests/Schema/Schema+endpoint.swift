// Endpoint's rows of the schema.
import WritVocabulary

extension Schema {
    private struct EndpointDraft: Sendable {
        var model: ResourceName?
        var version: Int?
        var digest: Digest?
        var runtime: Endpoint.Runtime?
        var replicas = 1
        var resources = Resources()
        var rollout = Endpoint.Rollout()
        var promotion = Endpoint.Promotion.manual

        var pin: Endpoint.Pin? { version.map { Endpoint.Pin(version: $0, digest: digest) } }
    }

    static let endpointSpec = Form<Endpoint>.object(
        EndpointDraft(),
        [
            .required("model", .reference(.model), "The Model whose versions serve here.") { $0.model = $1 },
            .optional("version", .integer(1...Int64(Int32.max)), "The version that serves. Without it nothing does.") {
                $0.version = Int($1)
            },
            .optional("digest", .digest, "The version's digest. A version that has another is refused.") {
                $0.digest = $1
            },
            .required("runtime", runtime, "The process that serves.") { $0.runtime = $1 },
            .optional("replicas", .integer(0...Limits.replicas), default: 1, "How many such processes.") {
                $0.replicas = Int($1)
            },
            .optional("resources", resources, "The most each replica may use.") { $0.resources = $1 },
            .optional("rollout", rollout, "How one version replaces another.") { $0.rollout = $1 },
            .optional(
                "promotion", .choice(Endpoint.Promotion.self), default: "manual",
                "Who moves `version` when a newer one passes its gates: `manual`, a person; `propose`, Writ by a pull "
                    + "request that somebody merges; `auto`, Writ by a commit, where the policies allow its own."
            ) {
                $0.promotion = $1
            },
        ],
        rules: [.needs("digest", ["version"])],
        finish: { _, _, draft in
            guard let model = draft.model, let runtime = draft.runtime else { return nil }
            return Endpoint(
                model: model, pin: draft.pin, runtime: runtime, replicas: draft.replicas, resources: draft.resources,
                rollout: draft.rollout, promotion: draft.promotion)
        })

    // MARK: Runtime

    private struct RuntimeDraft: Sendable {
        var argv: [String]?
        var code: Code?
        var preset: Preset?
        var implementation: String?
        var artefact: RepositoryPath?
        var environment: Environment?
        var health = Endpoint.Health()

        var server: Endpoint.Runtime.Server? {
            if let argv { return .command(argv: argv, code: code) }
            guard preset != nil, let implementation, let artefact else { return nil }
            return .mlserver(implementation: implementation, artefact: artefact.text)
        }
    }

    private enum Preset: String, CaseIterable { case mlserver }

    private static let runtime = Form<Endpoint.Runtime>.object(
        RuntimeDraft(),
        [
            .optional(
                "command", argv, "A command that listens on `$PORT` and reads `$WRIT_MODEL_DIR`. There is no shell."
            ) {
                $0.argv = $1
            },
            .optional("code", code, "The code the command runs.") { $0.code = $1 },
            .optional(
                "preset", .choice(Preset.self),
                "A server Writ knows: MLServer, which speaks Open Inference Protocol v2."
            ) {
                $0.preset = $1
            },
            .optional(
                "implementation", .text(.implementation),
                "The preset's runtime class, such as `mlserver_sklearn.SKLearnModel`."
            ) {
                $0.implementation = $1
            },
            .optional("artefact", .relativePath, "The artefact of the version the preset loads.") { $0.artefact = $1 },
            .optional("environment", environment, "The Python environment the server runs in.") { $0.environment = $1 },
            .optional("health", health, "How Writ knows that a replica is ready.") { $0.health = $1 },
        ],
        rules: [
            .exactlyOne(["command", "preset"]),
            .needs("preset", ["implementation", "artefact"]), .needs("implementation", ["preset"]),
            .needs("artefact", ["preset"]),
            .needs("code", ["command"]),
        ],
        finish: { _, _, draft in
            draft.server.map { Endpoint.Runtime(server: $0, environment: draft.environment, health: draft.health) }
        })

    private static let health = Form<Endpoint.Health>.object(
        Endpoint.Health(),
        [
            .optional(
                "path", .text(.httpPath), default: .string(Endpoint.Health().path),
                "Answers 200 when the replica may get traffic."
            ) {
                $0.path = $1
            },
            .optional(
                "timeout", .span(Limits.healthMilliseconds), default: .string(Endpoint.Health().timeout.text),
                "How long a replica may take from start to ready."
            ) { $0.timeout = $1 },
        ])

    private static let rollout = Form<Endpoint.Rollout>.object(
        Endpoint.Rollout(),
        [
            .optional(
                "strategy", .choice(Endpoint.Rollout.Strategy.self),
                default: .string(Endpoint.Rollout().strategy.rawValue),
                "`blueGreen` starts the new replicas beside the old and moves traffic when all are ready; "
                    + "`recreate` stops the old first, and requests fail in between."
            ) { $0.strategy = $1 },
            .optional(
                "drain", .span(Limits.drainMilliseconds), default: .string(Endpoint.Rollout().drain.text),
                "How long a replica may finish the requests it has."
            ) { $0.drain = $1 },
        ])
}
