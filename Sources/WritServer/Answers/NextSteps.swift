// What a person can do about a reason.
import WritVocabulary

enum NextSteps {
    /// Sentences and commands, in the order to try them; empty when Writ goes on by itself or nothing is wrong.
    static func steps(for id: ResourceID, _ reason: Reason.Code?, _ recorded: RecordedState) -> [String] {
        let name = "\(id.kind.rawValue.lowercased()) \(id.name)"
        switch reason {
        case nil:
            return recorded.conditions[id] == nil ? ["writ history \(name)"] : []
        case .converged, .replaced, .replicasReady, .gatesPassed, .notDeclared, .inForce, .newerVersion:
            return []
        case .contentChanged, .recipeIsNew, .retrying, .trialOfSweep, .evaluationMissing, .championNotComparable,
            .importDeclared, .versionPinned, .replicaMissing, .gatewayBehind, .superseded, .executionRunning,
            .actionRunning, .versionRegistered, .trafficMoved, .backingOff, .datasetNotReady, .parallelLimit,
            .replicasStarting, .draining, .notObserved:
            return ["nothing: Writ goes on by itself"]
        case .replicaExited, .replicaNotReady:
            return ["Writ starts it again with growing pauses; when it keeps failing, read `writ describe \(name)`"]
        case .bytesDiffer:
            return ["find out who changed files below the data directory, and run `writ audit verify --blobs`"]
        case .rolledBack, .takenBack:
            return [
                "merge the revert Writ proposed, or `writ rollback \(id.name)`, so that Git says what serves",
                "or pin another version: the one that was taken back is not tried again",
            ]
        case .notPinned:
            return ["pin a version in the endpoint's manifest and commit; `writ get versions` lists them"]
        case .versionUnknown:
            return ["wait until the version is registered, or pin one that is: `writ get versions`"]
        case .digestDiffers:
            return ["correct the pin's digest in the manifest, or leave it out, and commit"]
        case .gatewayAway:
            return ["see that the gateway process runs: `writ doctor`; what it serves goes on unchanged"]
        case .suspended:
            return ["writ resume \(name)"]
        case .snapshotRefused:
            return ["correct the data, or the dataset's columns and expectations, and commit"]
        case .executionFailed, .nothingSucceeded:
            return ["read the log, correct the code or the parameters, and commit: the same recipe is not run again"]
        case .gatesFailed:
            return ["improve the training, or change the gates, and commit; what serves goes on serving"]
        case .actionFailed:
            return ["remove the cause named above; a changed manifest or `writ reconcile` makes Writ try again"]
        case .sourceMissing:
            return ["commit the file the manifest names, or correct its path"]
        }
    }
}
