// Which models train because of a change, and what is known of their recipes already.
import WritVocabulary

struct TrainingChanges {
    let world: ChangeWorld

    func plan(into draft: inout ChangeDraft) throws {
        for name in world.reached(.model) {
            guard let new = world.scope.after.model(name) else { continue }
            if let change = try change(name, world.scope.before.model(name), new) { draft.add(change) }
        }
    }

    private func change(_ name: ResourceName, _ old: Model?, _ new: Model) throws -> ChangePlan.TrainingChange? {
        switch (old?.origin, new.origin) {
        case (.training(let before)?, .training(let after)):
            let difference = RecipeDifference(from: before, to: after, world: world)
            guard !difference.parts.isEmpty else { return nil }
            return train(name, new, after, parts: difference.parts, words: difference.words)
        case (.import?, .training(let after)):
            return train(name, new, after, parts: [], words: ["trained here from now on, no longer imported"])
        case (nil, .training(let after)):
            return train(name, new, after, parts: [], words: [])
        case (.import(let before)?, .import(let after)):
            guard let words = imports(before, after), !isRegistered(name, new, after) else { return nil }
            return imported(name, words: [words])
        case (.training?, .import(let after)):
            return imported(name, words: ["imported from \(after.source.words), no longer trained here"])
        case (nil, .import(let after)):
            return imported(name, words: ["imported from \(after.source.words)"])
        }
    }

    // MARK: Imports

    private func imported(_ name: ResourceName, words: [String]) -> ChangePlan.TrainingChange {
        ChangePlan.TrainingChange(
            model: name, parts: [], differences: words, course: .importFiles, nextVersion: nextVersion(name))
    }

    /// Whether these files became a version before: then nothing follows from naming them again.
    private func isRegistered(_ name: ResourceName, _ model: Model, _ imported: Model.Import) -> Bool {
        var draft = Draft()
        let rules = ImportRules(situation: world.after, name: name, imported: imported)
        guard let candidate = try? rules.candidate(into: &draft) else { return false }
        return RegistrationRules(situation: world.after, name: name, model: model).version(of: candidate) != nil
    }

    /// How the imported files differ; nil when they are the same.
    private func imports(_ old: Model.Import, _ new: Model.Import) -> String? {
        switch (old.source, new.source) {
        case (.path(let before), .path(let after)):
            let (own, other) = (world.scope.before.contents[before], world.scope.after.contents[after])
            guard own != other || before.components.last != after.components.last else { return nil }
            return "files \(SpecTree.quoted(after.text)): \(own.words) → \(other.words)"
        case (.file(let before), .file(let after)) where before == after: return nil
        case (.path, .file), (.file, .path), (.file, .file):
            return "files: \(world.limits.words(of: old.source.words, and: new.source.words))"
        }
    }

    // MARK: Runs

    private func train(
        _ name: ResourceName, _ model: Model, _ training: Model.Training, parts: [ChangePlan.RecipePart],
        words: [String]
    ) -> ChangePlan.TrainingChange {
        let progress = TrainingProgress(of: name, model, training, world: world)
        let course = progress.course
        return ChangePlan.TrainingChange(
            model: name, parts: parts, differences: world.limits.bounded(words + progress.notes), course: course,
            nextVersion: course.givesNewVersion ? nextVersion(name) : nil)
    }

    /// One more than the highest, passing over numbers that were offered to other files.
    private func nextVersion(_ model: ResourceName) -> Int? {
        guard let recorded = world.recorded else { return nil }
        var number = (recorded.versions[model]?.keys.max() ?? 0) + 1
        while let key = ActionKey("register/\(VersionID(model, number))"),
            recorded.openIntents[key] != nil || recorded.failures[key] != nil
        {
            number += 1
        }
        return number
    }
}

extension Model.Import.Source {
    var words: String {
        switch self {
        case .path(let path): SpecTree.quoted(path.text)
        case .file(let path): SpecTree.quoted(path)
        }
    }
}
