// What a plan of a change may look at: both sides of the change, and what was observed.
import WritVocabulary

struct ChangeWorld {
    let scope: ChangeScope
    /// nil: as if the base had converged.
    let recorded: RecordedState?
    let limits: ChangePlanner.Limits
    /// The base and the head as the planner's own rules see them.
    let before: Situation
    let after: Situation

    init(scope: ChangeScope, observation: ObservationRecord?, limits: ChangePlanner.Limits) {
        self.scope = scope
        self.limits = limits
        recorded = observation?.recorded
        func situation(_ desired: DesiredState) -> Situation {
            Situation(
                desired: desired, recorded: observation?.recorded ?? RecordedState(),
                live: observation?.live ?? LiveState(), inFlight: [],
                now: observation?.recorded.lastTime ?? Timestamp(milliseconds: 0), limits: limits.planner)
        }
        before = situation(scope.before)
        after = situation(scope.after)
    }

    /// Everything of a kind the change reaches, in order of name.
    func reached(_ kind: Kind) -> [ResourceName] {
        scope.reached.filter { $0.kind == kind }.map(\.name).sorted()
    }
}

extension Situation {
    /// The bytes a dataset's source stands for, as far as they are known: its snapshot, or what the snapshot would be
    /// taken from.
    func source(of name: ResourceName) -> DataIdentity {
        guard let dataset = desired.dataset(name) else { return DataIdentity(words: "no dataset") }
        if let snapshot = try? DatasetRules(situation: self, name: name).snapshot() {
            return DataIdentity(words: snapshot.digest.short, snapshot: snapshot.digest, source: source(dataset))
        }
        return DataIdentity(words: words(dataset), source: source(dataset))
    }

    private func source(_ dataset: Dataset) -> DataIdentity.Source {
        switch dataset.source {
        case .path(let path): .content(desired.contents[path])
        case .file(let path): .file(path)
        case .command(let command, let output): .command(identity(of: command), output: output)
        }
    }

    private func words(_ dataset: Dataset) -> String {
        switch dataset.source {
        case .path(let path): desired.contents[path]?.short ?? "missing \(path)"
        case .file(let path): path
        case .command(_, let output): "\(output) of a command"
        }
    }

    /// What a command computes; limits are no part of it.
    func identity(of command: Command) -> CommandIdentity {
        CommandIdentity(
            code: desired.contents[command.code.path], argv: command.argv, python: command.environment?.python,
            requirements: command.environment.flatMap { desired.contents[$0.requirements] },
            hasEnvironment: command.environment != nil, network: command.network)
    }
}

/// What tells one set of rows from another before and after they are read.
struct DataIdentity {
    enum Source: Hashable {
        case missing
        case content(ContentID?)
        case file(String)
        case command(CommandIdentity, output: String)
    }

    var words: String
    var snapshot: Digest?
    var source = Source.missing

    /// Equal bytes where both were read, equal origin otherwise.
    func isSame(as other: DataIdentity) -> Bool {
        if source == other.source { return true }
        guard let snapshot, let theirs = other.snapshot else { return false }
        return snapshot == theirs
    }
}

/// A command by all that its output depends on.
struct CommandIdentity: Hashable {
    var code: ContentID?
    var argv: [String]
    var python: String?
    var requirements: ContentID?
    var hasEnvironment: Bool
    var network: Bool
}
