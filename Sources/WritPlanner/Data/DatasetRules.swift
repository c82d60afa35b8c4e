// A dataset is settled when the snapshot of what it declares was taken and is as expected.
import WritVocabulary

struct DatasetRules {
    let situation: Situation
    let name: ResourceName

    private var id: ResourceID { ResourceID(.dataset, name) }

    func plan(into draft: inout Draft) throws {
        let superseding = SupersededRules(situation: situation, resource: id)
        guard let dataset = situation.desired.dataset(name) else { return superseding.windDown(into: &draft) }
        var wanted = WantedExecutions()
        let result = Result { try advance(dataset, &wanted, into: &draft) }
        superseding.cancel(allBut: wanted, into: &draft)
        try result.get()
    }

    /// The bytes others may read: the accepted snapshot of the dataset as it is declared now.
    func snapshot() throws -> InputOrder {
        guard let dataset = situation.desired.dataset(name) else {
            throw Halt(.waiting, .datasetNotReady, "dataset \(name) is not declared", blockedBy: id)
        }
        // What is wrong with the dataset is said there; here it only counts that it is not ready.
        let recorded = try? recipe(dataset).id
        guard let recorded, let record = situation.recorded.snapshots[recorded], record.outcome.accepted,
            situation.recorded.expunged[record.outcome.digest] == nil
        else {
            throw Halt(.waiting, .datasetNotReady, "dataset \(name) has no accepted snapshot yet", blockedBy: id)
        }
        return InputOrder(
            digest: record.outcome.digest, format: dataset.format, salted: dataset.personal ? true : nil)
    }

    func advance(_ dataset: Dataset, _ wanted: inout WantedExecutions, into draft: inout Draft) throws {
        if case .command(let command, _) = dataset.source {
            wanted.expect([try materialisation(command).recipe], for: .materialisation)
        }
        let recipe = try recipe(dataset).id
        if try isTaken(recipe) {
            draft.note(Step(.settled, .converged, "its snapshot is as expected"), for: id)
            return
        }
        let source = try source(of: dataset, into: &draft)
        let order = SnapshotOrder(
            recipe: recipe, dataset: name, source: source, format: dataset.format, columns: dataset.columns,
            expectations: dataset.expectations, personal: dataset.personal ? true : nil)
        let reason = Reason(.contentChanged, "what it declares has no snapshot yet")
        draft.propose(.snapshot(order), for: id, because: reason, in: situation)
    }

    private func source(of dataset: Dataset, into draft: inout Draft) throws -> SnapshotOrder.Source {
        switch dataset.source {
        case .path(let path): return .content(try situation.content(of: path))
        case .file(let path): return .file(path)
        case .command(let command, let output):
            let request = try materialisation(command)
            do {
                let run = try ExecutionRules(situation: situation).finish(request, into: &draft)
                return .artefact(manifest: run.artefacts, path: output)
            } catch {
                draft.follow(id, with: ["snapshot \(output)"])
                throw error
            }
        }
    }

    /// Whether the snapshot was taken and accepted; one that was refused ends the matter until something changes.
    private func isTaken(_ recipe: RecipeID) throws -> Bool {
        guard let outcome = situation.recorded.snapshots[recipe]?.outcome else { return false }
        guard outcome.accepted else { throw Halt(.refused, .snapshotRefused, sentence(outcome)) }
        if let at = situation.recorded.expunged[outcome.digest] {
            throw Halt(
                .refused, .snapshotRefused,
                "its snapshot was taken out for good at \(at); change the file it is taken from")
        }
        return true
    }

    private func recipe(_ dataset: Dataset) throws -> SnapshotRecipe {
        let source: SnapshotRecipe.Source
        switch dataset.source {
        case .path(let path): source = .content(try situation.content(of: path))
        case .file(let path): source = .file(path: path, fingerprint: try situation.file(path))
        case .command(let command, let output):
            source = .command(
                code: try situation.content(of: command.code.path), argv: command.argv,
                environment: try situation.lock(command.environment), output: output, network: command.network)
        }
        return SnapshotRecipe(
            source: source, format: dataset.format, columns: dataset.columns, expectations: dataset.expectations,
            personal: dataset.personal ? true : nil)
    }

    /// Its recipe leaves out what the rows must look like: an expectation that changes needs no second materialisation.
    private func materialisation(_ command: Command) throws -> ExecutionRequest {
        try ExecutionRequest(
            .materialisation, for: id, command, inputs: [:], parameters: [:], seed: 0, model: nil, retries: 0,
            reason: Reason(.contentChanged, "its command has no output yet"), situation)
    }

    private func sentence(_ outcome: SnapshotOutcome) -> String {
        let shown = outcome.violations.prefix(situation.limits.listed).map(\.words)
        let rest = outcome.violationCount - Int64(shown.count)
        let count = outcome.violationCount == 1 ? "1 violation" : "\(outcome.violationCount) violations"
        return "\(count): " + shown.joined(separator: "; ") + (rest > 0 ? "; and \(rest) more" : "")
    }
}

extension SnapshotOutcome.Violation {
    fileprivate var words: String {
        let place = [row.map { "row \($0)" }, column.map { "column \($0)" }].compactMap(\.self).joined(separator: ", ")
        return place.isEmpty ? message : "\(place): \(message)"
    }
}
