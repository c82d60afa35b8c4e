// Which parts of a training's recipe differ between base and head, and how.
import WritVocabulary

struct RecipeDifference {
    /// In the order the parts are declared.
    private(set) var parts: [ChangePlan.RecipePart] = []
    private(set) var words: [String] = []
    private let world: ChangeWorld

    init(from old: Model.Training, to new: Model.Training, world: ChangeWorld) {
        self.world = world
        compareData(old.datasets, new.datasets)
        compareCode(old.command, new.command)
        compareCommand(old.command, new.command)
        compareEnvironment(old.command.environment, new.command.environment)
        compareParameters(old, new)
        // A random sweep draws from the seed, so its parameters differ with it.
        if old.seed != new.seed { add(.seed, ["seed: \(old.seed) → \(new.seed)"]) }
    }

    private mutating func add(_ part: ChangePlan.RecipePart, _ lines: [String]) {
        guard !lines.isEmpty else { return }
        parts.append(part)
        words += lines
    }

    private mutating func compareData(_ old: [String: ResourceName], _ new: [String: ResourceName]) {
        let lines = Set(old.keys).union(new.keys).sorted().compactMap { input -> String? in
            let (before, after) = (old[input], new[input])
            let own = before.map(world.before.source)
            let other = after.map(world.after.source)
            if let own, let other, own.isSame(as: other) { return nil }
            let shown = SpecTree.quoted(input)
            guard before == after, let before else {
                return "data \(shown): \(before?.text ?? "none") → \(after?.text ?? "none")"
            }
            guard own?.words != other?.words else { return "data \(shown): \(before) is made by another command" }
            return "data \(shown): \(before) \(world.limits.words(of: own?.words, and: other?.words))"
        }
        add(.data, lines)
    }

    private mutating func compareCode(_ old: Command, _ new: Command) {
        let (before, after) = (
            world.scope.before.contents[old.code.path], world.scope.after.contents[new.code.path]
        )
        guard before != after else { return }
        let place = old.code.path == new.code.path ? "" : "\(SpecTree.quoted(old.code.path.text)) → "
        add(.code, ["code \(place)\(SpecTree.quoted(new.code.path.text)): \(before.words) → \(after.words)"])
    }

    private mutating func compareCommand(_ old: Command, _ new: Command) {
        var lines: [String] = []
        if old.argv != new.argv {
            let (before, after) = (words(of: old.argv), words(of: new.argv))
            lines.append("command: \(world.limits.words(of: before, and: after))")
        }
        if old.network != new.network { lines.append("network: \(old.network) → \(new.network)") }
        add(.command, lines)
    }

    private func words(of argv: [String]) -> String { SpecTree.list(argv.map(SpecTree.text)).words }

    private mutating func compareEnvironment(_ old: Environment?, _ new: Environment?) {
        let before = old.map { world.scope.before.contents[$0.requirements] } ?? nil
        let after = new.map { world.scope.after.contents[$0.requirements] } ?? nil
        var lines: [String] = []
        if old?.python != new?.python {
            let names = [old, new].map { $0.map { "Python \($0.python)" } ?? "none" }
            lines.append("environment: \(names[0]) → \(names[1])")
        }
        if before != after {
            let path = (new ?? old).map { SpecTree.quoted($0.requirements.text) } ?? ""
            lines.append("environment \(path): \(before.words) → \(after.words)")
        }
        add(.environment, lines)
    }

    private mutating func compareParameters(_ old: Model.Training, _ new: Model.Training) {
        var lines = Set(old.parameters.keys).union(new.parameters.keys).sorted().compactMap { name -> String? in
            let (before, after) = (old.parameters[name], new.parameters[name])
            guard before != after else { return nil }
            let change = world.limits.words(of: before?.words, and: after?.words)
            return "parameters.\(SpecTree.quoted(name)): \(change)"
        }
        if old.sweep?.search != new.sweep?.search {
            let change = world.limits.words(of: old.sweep?.search.words, and: new.sweep?.search.words)
            lines.append("sweep: \(change)")
        }
        add(.parameters, lines)
    }
}

extension ParameterValue {
    fileprivate var words: String {
        if case .string(let text) = self { SpecTree.quoted(text) } else { description }
    }
}

extension Model.Sweep.Search {
    fileprivate var words: String {
        switch self {
        case .grid(let values):
            let lists = values.sorted { $0.key < $1.key }.map { name, values in
                "\(SpecTree.quoted(name)) in [\(values.map(\.words).joined(separator: ", "))]"
            }
            return "grid of " + lists.joined(separator: ", ")
        case .random(let samples, let ranges):
            let lists = ranges.sorted { $0.key < $1.key }.map { name, range in
                let scale = range.scale == .linear ? "" : ", logarithmic"
                let whole = range.integer ? ", whole" : ""
                return "\(SpecTree.quoted(name)) from \(Figure.text(range.minimum)) to \(Figure.text(range.maximum))"
                    + scale + whole
            }
            return "\(samples) samples of " + lists.joined(separator: ", ")
        }
    }
}
