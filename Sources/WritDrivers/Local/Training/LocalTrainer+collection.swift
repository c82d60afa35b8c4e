// From an ended process to an outcome: told by the supervisor, the files and nobody else.
import Foundation
import WritBackends
import WritVocabulary

extension LocalTrainer {
    /// Brings log and artefacts into the blob store and writes the outcome last. Cut short, it is simply done again.
    func collect(_ ending: ProcessEnding, _ folder: RunFolder) throws {
        var outcome = ExecutionOutcome(
            ending: ending.ending, startedAt: ending.startedAt, finishedAt: ending.finishedAt, sandbox: ending.sandbox)
        if access(folder.process.log, F_OK) == 0 { outcome.log = try blobs.ingest(file: folder.process.log).digest }
        let metrics = try readMetrics(folder)
        outcome.metrics = metrics.values
        if ending.ending.succeeded { try judge(folder.readOrder(), metrics, folder, &outcome) }
        try DurableFile.record(outcome, at: folder.outcome)
        try cleanUp(folder, keepsOutput: outcome.artefacts == nil)
    }

    private func judge(
        _ order: ExecutionOrder, _ metrics: (values: [String: MetricValue], defect: String?), _ folder: RunFolder,
        _ outcome: inout ExecutionOutcome
    ) throws {
        if let defect = metrics.defect {
            outcome.defect = defect
            return
        }
        switch try ArtefactCollection(blobs: blobs, limits: artefactLimits).collect(folder.output) {
        case .refused(let defect):
            outcome.defect = defect
        case .collected(let digest, let manifest):
            switch order.purpose {
            case .training, .materialisation:
                guard !manifest.files.isEmpty else {
                    outcome.defect = "it left no file in its output folder (WRIT_OUTPUT_DIR)"
                    return
                }
            case .evaluation: break
            }
            outcome.artefacts = digest
        }
    }

    /// No file is no metric; a file that is none is a defect.
    private func readMetrics(_ folder: RunFolder) throws -> (values: [String: MetricValue], defect: String?) {
        let bytes: Data
        do {
            guard let found = try DurableFile.read(folder.metrics, limit: limits.metricsBytes) else {
                return ([:], nil)
            }
            bytes = found
        } catch {
            return (
                [:], "its metrics file is not a regular file of at most \(ByteCount(bytes: Int64(limits.metricsBytes)))"
            )
        }
        let file = MetricsFile(bytes, limits: limits)
        return (file.values, file.defect)
    }

    /// The supervisor was killed, or the machine restarted: nobody saw the end.
    func finishLost(_ folder: RunFolder) throws {
        let started = try folder.startedAt() ?? now()
        let ending = ProcessEnding(
            ending: folder.isCancelled ? .cancelled : .lost, startedAt: started, finishedAt: max(started, now()),
            sandbox: SandboxRecord(kind: sandbox.rawValue, network: try folder.readOrder().network, limits: "unknown"))
        try collect(ending, folder)
    }

    /// Ends what never ran. False when a supervisor was faster; then it is asked to stop.
    func finishUnstarted(_ folder: RunFolder, _ ending: Ending) throws -> Bool {
        let time = now()
        let record = ProcessEnding(
            ending: ending, startedAt: time, finishedAt: time,
            sandbox: SandboxRecord(kind: "nothing ran", network: false, limits: "nothing ran"))
        guard try folder.process.prevent(record) else { return false }
        try collect(record, folder)
        return true
    }

    /// What is in the blob store need not lie here too.
    private func cleanUp(_ folder: RunFolder, keepsOutput: Bool) throws {
        for path in [folder.inputs, folder.model] + (keepsOutput ? [] : [folder.output]) where access(path, F_OK) == 0 {
            try FileManager.default.removeItem(atPath: path)
        }
    }
}
