// All that a decision may look at, and the look-ups the rules share.
import WritVocabulary

struct Situation {
    let desired: DesiredState
    let recorded: RecordedState
    let live: LiveState
    let inFlight: Set<ActionKey>
    let now: Timestamp
    let limits: Planner.Limits
    var automation: Planner.Automation? = nil
    var sandbox: String? = nil

    /// The suspension in force, if any; an expired one is no more.
    func suspension(of id: ResourceID) -> Suspension? {
        recorded.suspensions[id].flatMap { now < $0.until ? $0 : nil }
    }

    func content(of path: RepositoryPath) throws -> ContentID {
        guard let content = desired.contents[path] else {
            throw Halt(
                .refused, .sourceMissing, "the repository has no \(path) at this revision; commit it or change the path"
            )
        }
        return content
    }

    func lock(_ environment: Environment?) throws -> LockedEnvironment? {
        guard let environment else { return nil }
        return LockedEnvironment(python: environment.python, requirements: try content(of: environment.requirements))
    }

    func file(_ path: String) throws -> FileFingerprint {
        switch live.files[path] {
        case .present(let fingerprint): return fingerprint
        case .missing(let reason): throw Halt(.refused, .sourceMissing, "the file \(path) cannot be used: \(reason)")
        case nil: throw Halt(.waiting, .notObserved, "the file \(path) was not looked at yet")
        }
    }

    func revision() throws -> RevisionID {
        guard let revision = desired.revision else {
            throw Halt(.waiting, .notObserved, "no revision was accepted yet")
        }
        return revision
    }

    /// Whether an effect at this time is too recent to be missed in what the backends showed.
    func isRecent(_ time: Timestamp?) -> Bool {
        time.map { now < $0 + limits.observationGrace } ?? false
    }

    func isOpen(_ key: ActionKey) -> Bool { inFlight.contains(key) }
}
