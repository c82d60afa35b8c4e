// How the files came to be: SLSA provenance v1 (slsa.dev/spec/v1.0/provenance).
import WritVocabulary

struct Provenance {
    static let trainType = "https://writ.dev/train/v1"
    static let importType = "https://writ.dev/import/v1"

    let facts: AttestationOrder.VersionFacts
    let builder: BuilderIdentity

    init(_ facts: AttestationOrder.VersionFacts, _ builder: BuilderIdentity) {
        self.facts = facts
        self.builder = builder
    }

    func predicate() throws -> JSONValue {
        guard let training = facts.training else { return imported }
        return ["buildDefinition": definition(training), "runDetails": try details(training)]
    }

    private var signer: JSONValue { ["id": .string(builder.id), "version": ["writ": .string(builder.version)]] }

    private func definition(_ training: AttestationOrder.ExecutionFacts) -> JSONValue {
        let order = training.order
        return [
            "buildType": .string(Provenance.trainType),
            "externalParameters": Provenance.chosen(order),
            "internalParameters": [
                "recipe": .text(order.recipe),
                "sandbox": Provenance.walls(training.outcome.sandbox),
            ],
            "resolvedDependencies": .array(Descriptor.inputs(of: order, model: "base")),
        ]
    }

    /// Everything a person chose, complete: whoever verifies compares it with what they expect.
    static func chosen(_ order: ExecutionOrder) -> JSONValue {
        .fields([
            "model": .text(order.resource),
            "revision": .text(order.revision),
            "code": .text(order.code),
            "argv": .strings(order.argv),
            "parameters": .object(order.parameters.mapValues(JSONValue.init)),
            "seed": .exact(order.seed),
            "inputs": .object(order.inputs.mapValues { ["format": .string($0.format.rawValue)] }),
            "network": .boolean(order.network),
            "timeout": .text(order.timeout),
            "resources": [
                "cpuMillis": .integer(Int64(order.resources.cpuMillis)), "memory": .text(order.resources.memory),
            ],
            "python": order.environment.map { .string($0.python) },
        ])
    }

    static func walls(_ sandbox: SandboxRecord) -> JSONValue {
        [
            "kind": .string(sandbox.kind), "limits": .string(sandbox.limits), "network": .boolean(sandbox.network),
        ]
    }

    private func details(_ training: AttestationOrder.ExecutionFacts) throws -> JSONValue {
        var byproducts = [try Descriptor.json("metrics", training.outcome.metrics)]
        if let log = training.outcome.log { byproducts.append(Descriptor.of("log", log)) }
        return [
            "builder": signer,
            "metadata": [
                "invocationId": .text(training.order.id),
                "startedOn": .text(training.outcome.startedAt),
                "finishedOn": .text(training.outcome.finishedAt),
            ],
            "byproducts": .array(byproducts),
        ]
    }

    /// Nobody saw these files being made: only where they came from and what they were said to be.
    private var imported: JSONValue {
        let version = facts.version
        var dependencies = [Descriptor.of("source", .gitCommit, version.revision.text)]
        dependencies.append(Descriptor.of("artefacts", version.artefacts))
        let external = JSONValue.fields([
            "model": .text(ResourceID(.model, version.id.model)),
            "revision": .text(version.revision),
            "source": facts.imported.map { Provenance.place($0.source) },
            "declaredDigest": facts.imported?.expected.map(JSONValue.text),
        ])
        return [
            "buildDefinition": [
                "buildType": .string(Provenance.importType), "externalParameters": external,
                "resolvedDependencies": .array(dependencies),
            ],
            "runDetails": ["builder": signer],
        ]
    }

    private static func place(_ source: ImportOrder.Source) -> JSONValue {
        switch source {
        case .content(let id, let name): ["git": .text(id), "name": .string(name)]
        case .file(let path, let print): ["file": .string(path), "size": .exact(print.size)]
        }
    }
}
