// The parts of a bill of materials: the model with its card, its files, its data, its code and its environment.
import WritVocabulary

struct BillParts {
    let story: DocumentedVersion
    let packages: LockedPackages?
    let manifest: ArtefactManifest?
    let repository: String?

    var record: VersionRecord { story.record }
    var modelRef: String { "model/\(record.id)" }

    func document(serialNumber: String, origin: String, controller: CycloneDX.Component) -> CycloneDX.Document {
        let parts = datasets + code + environment + libraries + files
        let refs = parts.compactMap(\.ref)
        let metadata = CycloneDX.Metadata(
            timestamp: story.at, tools: CycloneDX.Metadata.Tools(components: [controller]), component: model,
            properties: [
                CycloneDX.Property("writ:ledger", origin), CycloneDX.Property("writ:entry", String(story.entry)),
            ])
        let workflows = self.workflows
        return CycloneDX.Document(
            serialNumber: serialNumber, metadata: metadata, components: parts,
            dependencies: [CycloneDX.Dependency(ref: modelRef, dependsOn: refs)],
            formulation: workflows.isEmpty ? nil : [CycloneDX.Formula(workflows: workflows)])
    }

    /// The program that wrote the records, as it named itself.
    func controller(_ trail: AuditTrail) -> CycloneDX.Component {
        let start = trail.starts.last { $0.sequence < story.entry }
        var component = CycloneDX.Component(.application, ref: nil, name: "writ", version: start?.value)
        if let start { component.properties = [CycloneDX.Property("writ:entry", String(start.sequence))] }
        return component
    }

    private var model: CycloneDX.Component {
        var model = CycloneDX.Component(
            .model, ref: modelRef, name: record.id.model.text, version: String(record.id.number))
        model.description = record.card?.intendedUse
        model.modelCard = card
        model.externalReferences = references.isEmpty ? nil : references
        var properties = [
            CycloneDX.Property("writ:entry", String(story.entry)),
            CycloneDX.Property("writ:artefacts", record.artefacts.text),
            CycloneDX.Property("writ:revision", record.revision.text),
        ]
        if let owner = record.card?.owner { properties.append(CycloneDX.Property("writ:owner", owner)) }
        if let tier = record.card?.riskTier { properties.append(CycloneDX.Property("writ:riskTier", tier)) }
        if let recipe = record.recipe { properties.append(CycloneDX.Property("writ:recipe", recipe.text)) }
        for (format, count) in (record.formats?.counts ?? [:]).sorted(by: { $0.key < $1.key }) {
            properties.append(CycloneDX.Property("writ:format:\(format)", String(count)))
        }
        model.properties = properties
        return model
    }

    /// Signed statements, each by the digest of its blob.
    private var references: [CycloneDX.Reference] {
        guard let attested = story.attested else { return [] }
        return attested.value.sorted { $0.kind.rawValue < $1.kind.rawValue }.map { attestation in
            CycloneDX.Reference(
                type: .attestation, url: "urn:sha256:\(attestation.blob.hex)",
                comment: "\(attestation.kind.predicateType), entry #\(attested.sequence)",
                hashes: [CycloneDX.Hash(attestation.blob)])
        }
    }

    // MARK: - Card

    private var card: CycloneDX.ModelCard {
        let metrics = record.metrics.sorted { $0.key < $1.key }
        let datasets = Set(story.data.map(ref)).sorted().map { CycloneDX.ModelCard.DataReference(ref: $0) }
        return CycloneDX.ModelCard(
            modelParameters: CycloneDX.ModelCard.Parameters(
                approach: approach, task: text(parameter: "task"), datasets: datasets.isEmpty ? nil : datasets),
            quantitativeAnalysis: metrics.isEmpty
                ? nil
                : CycloneDX.ModelCard.Analysis(
                    performanceMetrics: metrics.map {
                        CycloneDX.ModelCard.Metric(type: $0.key, value: $0.value.text, slice: "evaluation")
                    }),
            considerations: CycloneDX.ModelCard.Considerations(
                useCases: record.card?.intendedUse.map { [$0] },
                technicalLimitations: record.card?.limits.map { [$0] }), properties: proofs)
    }

    /// The parameter `task` or `approach` of the training, where it has one: nothing is guessed.
    private func text(parameter name: String) -> String? {
        if case .string(let text)? = story.training?.order.parameters[name] { text } else { nil }
    }

    private var approach: CycloneDX.ModelCard.Approach? {
        text(parameter: "approach").flatMap(CycloneDX.Learning.init).map(CycloneDX.ModelCard.Approach.init)
    }

    /// Which entries prove the figures: a metric of CycloneDX has no room for properties of its own.
    private var proofs: [CycloneDX.Property] {
        var proofs: [CycloneDX.Property] = []
        for metric in record.metrics.keys.sorted() {
            for entry in story.measured {
                proofs.append(CycloneDX.Property("writ:entry:metric:\(metric)", String(entry)))
            }
        }
        for gate in record.gates.sorted(by: { $0.sentence < $1.sentence }) {
            let verdict = gate.passed ? "passed" : "failed"
            proofs.append(CycloneDX.Property("writ:gate:\(gate.gate.metric)", "\(verdict): \(gate.sentence)"))
            let proof = story.judgement?.sequence ?? story.entry
            proofs.append(CycloneDX.Property("writ:entry:gate:\(gate.gate.metric)", String(proof)))
        }
        return proofs
    }

    // MARK: - Components

    func ref(_ input: DocumentedVersion.Input) -> String { "data/\(input.digest.hex)" }

    /// One component for each snapshot, whatever it was used for.
    private var datasets: [CycloneDX.Component] {
        let byDigest = Dictionary(grouping: story.data, by: \.digest)
        return byDigest.sorted { $0.key < $1.key }.compactMap { digest, uses in
            guard let first = uses.first else { return nil }
            let name = first.snapshot?.dataset.text ?? first.name
            var part = CycloneDX.Component(.data, ref: ref(first), name: name)
            part.version = digest.short
            part.hashes = [CycloneDX.Hash(digest)]
            part.data = [CycloneDX.Content(type: .dataset, name: name)]
            part.properties = uses.map { CycloneDX.Property("writ:use:\($0.use.rawValue)", $0.name) }
            if let snapshot = first.snapshot {
                part.properties?.append(CycloneDX.Property("writ:rows", String(snapshot.outcome.rows)))
                part.properties?.append(CycloneDX.Property("writ:bytes", String(snapshot.outcome.size)))
                part.properties?.append(CycloneDX.Property("writ:entry", String(snapshot.entry)))
            }
            return part
        }
    }

    private var code: [CycloneDX.Component] {
        let order = story.training?.order
        var part = CycloneDX.Component(
            .data, ref: "code/\(record.revision)", name: order?.code.text ?? "repository",
            version: record.revision.text)
        part.data = [CycloneDX.Content(type: .code, name: part.name)]
        part.pedigree = CycloneDX.Pedigree(commits: [CycloneDX.Pedigree.Commit(uid: record.revision.text)])
        if let repository {
            part.externalReferences = [
                CycloneDX.Reference(type: .vcs, url: repository, comment: "at commit \(record.revision)")
            ]
        }
        part.properties = [CycloneDX.Property("writ:entry", String(story.training?.started ?? story.entry))]
        if let tree = order?.codeTree { part.properties?.append(CycloneDX.Property("writ:gitTree", tree.text)) }
        return [part]
    }

    private var environment: [CycloneDX.Component] {
        guard let environment = story.training?.order.environment, let started = story.training?.started else {
            return []
        }
        var python = CycloneDX.Component(
            .platform, ref: "environment/python", name: "python", version: environment.python)
        python.properties = [
            CycloneDX.Property("writ:requirements", environment.requirements.text),
            CycloneDX.Property("writ:entry", String(started)),
        ]
        if let unread = packages?.unread, unread > 0 {
            python.properties?.append(CycloneDX.Property("writ:requirementsLinesWithoutPackage", String(unread)))
        }
        return [python]
    }

    private var libraries: [CycloneDX.Component] {
        (packages?.packages ?? []).map { package in
            var part = CycloneDX.Component(.library, ref: package.purl, name: package.name, version: package.version)
            part.purl = package.purl
            part.hashes = package.digests.isEmpty ? nil : package.digests.map(CycloneDX.Hash.init)
            return part
        }
    }

    private var files: [CycloneDX.Component] {
        (manifest?.files ?? []).map { file in
            var part = CycloneDX.Component(.file, ref: "file/\(file.path)", name: file.path)
            part.hashes = [CycloneDX.Hash(file.digest)]
            part.properties = [
                CycloneDX.Property("writ:bytes", String(file.size)),
                CycloneDX.Property("writ:entry", String(story.entry)),
            ]
            if let found = record.formats?.files.first(where: { $0.path == file.path }) {
                part.properties?.append(CycloneDX.Property("writ:format", found.format.rawValue))
            }
            return part
        }
    }
}
