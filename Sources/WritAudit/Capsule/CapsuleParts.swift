// The parts of one capsule while it is put together.
import WritLedger
import WritVocabulary

struct CapsuleParts {
    let builder: CapsuleBuilder
    private var indices: Set<Int64> = []
    private var blobs: [String: CapsuleBytes] = [:]
    var objects: [String: AuditCapsule.Object] = [:]
    var approvals: [AuditCapsule.SignedApproval] = []
    var signers: CapsuleBytes?
    private var keys: Set<String> = []
    private var missing: [AuditCapsule.Missing] = []

    private var trail: AuditTrail { builder.trail }
    var sources: CapsuleSources { builder.sources }

    init(_ builder: CapsuleBuilder) { self.builder = builder }

    /// Everything the check will ask for, in its order.
    mutating func gather(_ told: AuditCapsule.Deployment) throws {
        indices.insert(told.entry)
        indices.formUnion(trail.rotations.map(\.sequence))
        addRoute(told)
        try addVersion(told)
        try addChange(told)
        try addAttestations(told)
        for incident in trail.incidents where incident.value.replica.deployment == told.deployment {
            indices.insert(incident.sequence)
        }
        if sources.witnesses.isEmpty { miss("witnesses", "no witness is known that cosigns this log") }
    }

    func finish(_ told: AuditCapsule.Deployment) throws -> AuditCapsule {
        var missing = missing
        var entries: [AuditCapsule.Entry] = []
        guard indices.count <= CapsuleLimits.capsuleEntries else {
            throw AuditFailure("the deployment stands on more than \(CapsuleLimits.capsuleEntries) entries")
        }
        for index in indices.sorted() {
            guard index < builder.checkpoint.size else {
                missing.append(.init(part: "entry \(index)", reason: "it is recorded but not signed yet"))
                continue
            }
            entries.append(
                AuditCapsule.Entry(
                    index: index, leaf: CapsuleBytes(try sources.leaf(index)),
                    proof: try sources.proof(index).map { CapsuleBytes($0.bytes) }))
        }
        let first = trail.rotations.first { $0.value.purpose == .ledger }?.value.old ?? sources.ledgerKey
        return AuditCapsule(
            origin: builder.checkpoint.origin, deployment: told, checkpoint: builder.note,
            keys: AuditCapsule.Keys(
                ledger: first, witnesses: sources.witnesses, attestation: keys.sorted()),
            entries: entries, blobs: blobs, objects: objects, approvals: approvals, signers: signers, missing: missing)
    }

    mutating func miss(_ part: String, _ reason: String) {
        guard !missing.contains(where: { $0.part == part }) else { return }
        missing.append(AuditCapsule.Missing(part: part, reason: reason))
    }

    /// Whether the blob is in the capsule now.
    @discardableResult
    private mutating func add(blob digest: Digest, for part: String) throws -> Bool {
        if blobs[digest.text] != nil { return true }
        guard let bytes = try sources.blob(digest, CapsuleLimits.capsuleBlobBytes) else {
            let at = trail.state.expunged[digest]
            miss(part, at.map { "its blob was taken out on record at \($0)" } ?? "its blob \(digest) is not here")
            return false
        }
        blobs[digest.text] = CapsuleBytes(bytes)
        return true
    }

    private mutating func add<Value>(_ located: Located<Value>?) {
        if let located { indices.insert(located.sequence) }
    }

    // MARK: - Route, version, run

    private mutating func addRoute(_ told: AuditCapsule.Deployment) {
        for (key, results) in trail.results where results.contains(where: { $0.sequence == told.entry }) {
            add(trail.intents[key]?.last { $0.sequence < told.entry })
        }
    }

    private mutating func addVersion(_ told: AuditCapsule.Deployment) throws {
        guard let version = trail.versions[told.version] else { return }
        add(version)
        try add(blob: told.artefacts, for: "files")
        if let run = version.value.run {
            add(run, for: "run")
        } else {
            miss("run", "the version was imported: Writ did not make its files")
        }
        if let evaluation = version.value.evaluation {
            addEvaluation(evaluation, version)
        } else {
            miss("evaluation", "nothing evaluated this version")
        }
        let judged = trail.judgements.values.filter {
            $0.value.artefacts == told.artefacts && $0.value.evaluation == version.value.evaluation
                && $0.sequence < version.sequence && $0.value.results == version.value.gates
        }.max { $0.sequence < $1.sequence }
        add(judged)
        if judged == nil { miss("judgement", "no judgement on this version is on record") }
    }

    private mutating func addEvaluation(_ recipe: RecipeID, _ version: Located<VersionRecord>) {
        let attempts = trail.state.executionsByRecipe[recipe] ?? []
        let good = attempts.last { id in
            guard let ended = trail.executionsFinished[id], ended.sequence < version.sequence else { return false }
            return ended.value.succeeded
        }
        guard let good else { return miss("evaluation", "no finished evaluation is on record") }
        add(good, for: "evaluation")
    }

    /// The order of an execution and its end.
    private mutating func add(_ id: ExecutionID, for part: String) {
        guard let ended = trail.executionsFinished[id] else { return miss(part, "the end of \(id) is not on record") }
        add(ended)
        let intents = ActionKey("execute/\(id)").flatMap { trail.intents[$0] }
        add(intents?.last { $0.sequence < ended.sequence })
    }

    // MARK: - Attestations

    private mutating func addAttestations(_ told: AuditCapsule.Deployment) throws {
        let version = ActionKey.attestation(of: told.version)
        let made = [
            trail.attestations[version].map { ("version", version, $0) },
            trail.attested(told.deployment, at: told.entry).map { ("deployment", $0.key, $0.made) },
        ]
        for (about, key, made) in made.compactMap(\.self) {
            add(made)
            add(trail.intents[key]?.last { $0.sequence < made.sequence })
            for one in made.value {
                let part = "attestation \(about) \(one.kind.rawValue)"
                try add(blob: one.blob, for: part)
                if let pem = sources.attestationKeys.first(where: { Digest(of: Array($0.utf8)) == one.key }) {
                    keys.insert(pem)
                } else {
                    miss(part, "the public key \(one.key) it was signed with is not here")
                }
            }
        }
        if keys.isEmpty { miss("attestations", "no attestation of this version or deployment is on record") }
    }

    // MARK: - The change

    private mutating func addChange(_ told: AuditCapsule.Deployment) throws {
        let before = { (sequence: Int64) in sequence < told.entry }
        let allowed = trail.allowed.last { $0.value.head == told.revision && before($0.sequence) }
        add(trail.accepted.last { $0.value.revision == told.revision && before($0.sequence) })
        guard let allowed else {
            return miss("change", "no policy was in force: whoever could push could change what serves")
        }
        add(allowed)
        guard let evidence = allowed.value.evidence, try add(blob: evidence, for: "change"),
            let review = try builder.review(of: allowed.value)
        else { return miss("change", "the review of it is not here") }
        try addCommits(of: review)
    }
}
