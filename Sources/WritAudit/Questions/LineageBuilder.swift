// The graph read off a trail: executions, versions, changes, deployments, signatures.
import WritVocabulary

struct LineageBuilder {
    private let trail: AuditTrail
    private let material: AuditMaterial
    private var graph = LineageGraph()
    /// Versions by the digest of their files.
    private var versionsByFiles: [Digest: [VersionID]] = [:]
    /// Recipes of snapshots by the artefact manifest their files came from.
    private var recipesByFiles: [Digest: [RecipeID]] = [:]

    static func graph(_ trail: AuditTrail, _ material: AuditMaterial) -> LineageGraph {
        var builder = LineageBuilder(trail: trail, material: material)
        builder.snapshots()
        builder.executions()
        builder.locks()
        builder.versions()
        builder.changes()
        builder.deployments()
        builder.statements()
        return builder.graph
    }

    private init(trail: AuditTrail, material: AuditMaterial) {
        self.trail = trail
        self.material = material
        for (id, version) in trail.versions { versionsByFiles[version.value.artefacts, default: []].append(id) }
        for files in versionsByFiles.keys { versionsByFiles[files]?.sort() }
    }

    // MARK: Data and runs

    /// Datasets are known from the orders to take them, so that one whose data was turned away is found too.
    private mutating func snapshots() {
        for located in trail.intents.values {
            guard case .snapshot(let order)? = located.last?.value else { continue }
            graph.mention(LineageNode(.dataset, order.dataset.text))
            if case .artefact(let files, _) = order.source { recipesByFiles[files, default: []].append(order.recipe) }
        }
        for (recipe, record) in trail.state.snapshots.sorted(by: { $0.key < $1.key }) {
            let entry = ActionKey("snapshot/\(recipe.digest.hex)").flatMap { trail.results[$0] }?
                .last { $0.time == record.at }?.sequence
            let cited = [entry].compactMap(\.self)
            graph.add(
                LineageNode(.dataset, record.dataset.text), "was taken as",
                LineageNode(.snapshot, record.outcome.digest.text), cited)
        }
    }

    private mutating func executions() {
        for (id, record) in trail.state.executions.sorted(by: { $0.key < $1.key }) {
            let order = record.order
            let cited = [trail.intents[Action.execute(order).key]?.last?.sequence].compactMap(\.self)
            let node = LineageNode(order.purpose == .evaluation ? .evaluation : .run, id.text)
            graph.add(LineageNode(.recipe, order.recipe.text), "was carried out by", node, cited)
            graph.add(LineageNode(.commit, order.revision.text), "gave its code to", node, cited)
            graph.add(LineageNode(.code, order.codeTree.text), "was run by", node, cited)
            for (_, input) in order.inputs.sorted(by: { $0.key < $1.key }) {
                let verb = order.purpose == .evaluation ? "was judged on by" : "was trained on by"
                graph.add(LineageNode(.snapshot, input.digest.text), verb, node, cited)
                if order.purpose == .training { beginning(from: input.digest, node, cited) }
            }
            if let lock = order.environment {
                graph.add(LineageNode(.lock, lock.requirements.text), "was the environment of", node, cited)
            }
            if let files = order.model, order.purpose == .training { beginning(from: files, node, cited) }
            if order.purpose == .materialisation { materialised(record, node) }
        }
    }

    /// A run that was given another version's files rests on that version.
    private mutating func beginning(from files: Digest, _ node: LineageNode, _ cited: [Int64]) {
        for base in versionsByFiles[files] ?? [] {
            graph.add(LineageNode(.version, base.text), "was the base of", node, cited)
        }
    }

    /// A run that made data made the snapshots that were taken of its files, and no others of that dataset.
    private mutating func materialised(_ record: RecordedState.ExecutionRecord, _ node: LineageNode) {
        guard let files = record.outcome?.artefacts else { return }
        let cited = [trail.executionsFinished[record.order.id]?.sequence].compactMap(\.self)
        for recipe in recipesByFiles[files] ?? [] {
            guard let taken = trail.state.snapshots[recipe] else { continue }
            graph.add(node, "made", LineageNode(.snapshot, taken.outcome.digest.text), cited)
        }
    }

    private mutating func locks() {
        for (blob, text) in material.texts.sorted(by: { $0.key < $1.key }) {
            for package in Requirements.packages(text) {
                graph.add(LineageNode(.package, package), "is locked in", LineageNode(.lock, blob.text), [])
            }
        }
    }

    // MARK: Versions

    private mutating func versions() {
        for (id, found) in trail.versions.sorted(by: { $0.key < $1.key }) {
            let (record, node) = (found.value, LineageNode(.version, id.text))
            if let run = record.run { graph.add(LineageNode(.run, run.text), "made", node, [found.sequence]) }
            if record.run == nil {
                graph.add(LineageNode(.commit, record.revision.text), "imported", node, [found.sequence])
            }
        }
        for (_, judgement) in trail.judgements.sorted(by: { $0.key < $1.key }) {
            let node = LineageNode(.judgement, judgement.value.id.text)
            if let recipe = judgement.value.evaluation {
                for id in trail.state.executionsByRecipe[recipe] ?? [] {
                    graph.add(LineageNode(.evaluation, id.text), "was judged in", node, [judgement.sequence])
                }
            }
            for id in versionsByFiles[judgement.value.artefacts] ?? [] where id.model == judgement.value.model {
                let verb = judgement.value.passed ? "let pass" : "turned away"
                graph.add(node, verb, LineageNode(.version, id.text), [judgement.sequence])
            }
        }
    }

    // MARK: Changes

    private mutating func changes() {
        for judged in trail.held + trail.allowed {
            let commit = LineageNode(.commit, judged.value.head.text)
            for person in judged.value.authors {
                graph.add(LineageNode(.person, person.text), "wrote", commit, [judged.sequence])
            }
            for person in judged.value.approvers {
                graph.add(LineageNode(.person, person.text), "approved", commit, [judged.sequence])
            }
            if let glass = judged.value.breakGlass {
                graph.add(
                    LineageNode(.person, glass.person.text), "went past the rules for", commit, [judged.sequence])
            }
            if let review = judged.value.evidence.flatMap({ material.reviews[$0] }) {
                signatures(review, commit, [judged.sequence])
            }
        }
        for tip in trail.tipsAccepted {
            let commit = LineageNode(.commit, tip.value.revision.text)
            graph.add(LineageNode(.person, tip.value.actor), "accepted by hand", commit, [tip.sequence])
        }
    }

    private mutating func signatures(_ review: PolicyReview, _ commit: LineageNode, _ cited: [Int64]) {
        func add(_ authenticity: Authenticity, _ verb: String, _ signed: LineageNode) {
            guard case .signed(let person, let key) = authenticity else { return }
            graph.add(LineageNode(.key, key), verb, signed, cited)
            graph.add(LineageNode(.person, person.text), "holds", LineageNode(.key, key), cited)
        }
        for facts in review.unit.commits {
            // A change is named by its last commit; the others led to it.
            let part = LineageNode(.commit, facts.revision.text)
            if part != commit { graph.add(part, "is part of", commit, cited) }
            add(facts.authenticity, "signed", part)
        }
        for approval in review.unit.approvals { add(approval.authenticity, "signed an approval of", commit) }
    }

    // MARK: Serving

    private mutating func deployments() {
        var changes: [ResourceName: [ChangeRecord]] = [:]
        for change in trail.changes {
            // A list that was cut may have had any endpoint.
            let names = change.isListedInPart ? trail.routedEndpoints : change.names(.endpoint)
            for name in names { changes[name, default: []].append(change) }
        }
        for endpoint in trail.routedEndpoints {
            var before: Set<DeploymentID> = []
            for span in trail.servingSpans(of: endpoint) {
                defer { before = span.deployments() }
                let change = changes[endpoint]?.lastAccepted(before: span.intent)
                for target in span.targets where target.weight > 0 {
                    let node = LineageNode(.deployment, target.deployment.text)
                    graph.add(LineageNode(.version, target.version.text), "was served by", node, [span.entry])
                    graph.add(node, "answered for", LineageNode(.endpoint, endpoint.text), [span.entry])
                    // A change brings what was not there before it, and not what took its place again.
                    guard let change, !before.contains(target.deployment),
                        !change.isTakenBack(to: target.version, before: span.entry)
                    else { continue }
                    let commit = LineageNode(.commit, change.revision.text)
                    graph.add(commit, "brought", node, [change.accepted.sequence, span.entry])
                }
            }
        }
        for (key, located) in trail.intents.sorted(by: { $0.key < $1.key }) where key.text.hasPrefix("start/") {
            guard let last = located.last, case .startReplica(let order) = last.value else { continue }
            guard let lock = order.environment else { continue }
            let node = LineageNode(.deployment, order.id.deployment.text)
            graph.add(LineageNode(.lock, lock.requirements.text), "was the environment of", node, [last.sequence])
        }
    }

    private mutating func statements() {
        for (key, found) in trail.attestations.sorted(by: { $0.key < $1.key }) {
            guard case .attest(let order)? = trail.intents[key]?.last?.value else { continue }
            let subject =
                switch order {
                case .version(let facts): LineageNode(.version, facts.version.id.text)
                case .deployment(let facts): LineageNode(.deployment, facts.deployment.text)
                }
            for attestation in found.value {
                let node = LineageNode(.attestation, "\(attestation.kind.rawValue) \(attestation.blob)")
                graph.add(node, "vouches for", subject, [found.sequence])
                graph.add(LineageNode(.key, attestation.key.text), "signed", node, [found.sequence])
            }
        }
    }
}

/// Locked packages of a requirements file: `name==version`, names as PyPI normalises them.
enum Requirements {
    static func packages(_ text: String) -> [String] {
        guard text.utf8.count <= QuestionLimits.requirementsBytesMax else { return [] }
        var found: Set<String> = []
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            guard let first = words.first, !first.hasPrefix("#"), !first.hasPrefix("-") else { continue }
            let pin = first.split(separator: ";").first ?? first
            let parts = pin.split(separator: "==", maxSplits: 1)
            guard parts.count == 2 else { continue }
            found.insert("\(normalised(String(parts[0])))==\(parts[1])")
        }
        return found.sorted()
    }

    /// PEP 503: runs of `-`, `_` and `.` are one dash, letters are small; extras do not count.
    static func normalised(_ name: String) -> String {
        let bare = name.split(separator: "[").first.map(String.init) ?? name
        var out = ""
        for character in bare.lowercased() {
            guard "-_.".contains(character) else { out.append(character); continue }
            if out.last != "-" { out.append("-") }
        }
        return out
    }
}
