// The workspace of one execution and what its files mean.
import Foundation
import WritBackends
import WritVocabulary

/// `<data>/runs/<id>/`. Every file that decides something is written whole and durably, so a restart reads the same.
struct RunFolder: Hashable, Sendable {
    let path: String

    init(runs: String, _ id: ExecutionID) { path = "\(runs)/\(id.text)" }

    /// What was asked for. Its presence makes the execution known.
    var order: String { "\(path)/order.json" }
    /// Somebody asked for the end.
    var cancellation: String { "\(path)/cancelled" }
    /// Which environment it waits for.
    var build: String { "\(path)/environment.json" }
    /// The workspace is laid out, in this boot: what was not flushed before a power cut does not count.
    private var prepared: String { "\(path)/prepared" }
    /// The completion marker: the outcome, after everything it names is in the blob store.
    var outcome: String { "\(path)/outcome.json" }
    var process: ProcessFolder { ProcessFolder("\(path)/process") }

    var code: String { "\(path)/code" }
    var inputs: String { "\(path)/inputs" }
    var model: String { "\(path)/model" }
    var output: String { "\(path)/output" }
    var metricsFolder: String { "\(path)/metrics" }
    var metrics: String { "\(metricsFolder)/metrics.jsonl" }
    var parameters: String { "\(path)/parameters.json" }

    /// What to do next about an execution.
    enum Situation: Hashable {
        case unknown
        case preparing
        case running
        case ended(ProcessEnding)
        case lost
        case finished(ExecutionOutcome)
    }

    func situation() throws -> Situation {
        if let outcome = try DurableFile.read(ExecutionOutcome.self, at: outcome) { return .finished(outcome) }
        guard access(order, F_OK) == 0 else { return .unknown }
        switch try process.observe() {
        case .notStarted: return .preparing
        case .preparing, .running: return .running
        case .ended(let ending):
            // The artefacts of a boot that was cut short may never have reached the disk.
            let isTrusted = try !ending.ending.succeeded || process.identity()?.boot == ProcessIdentity.currentBoot()
            return isTrusted ? .ended(ending) : .lost
        case .lost:
            return .lost
        }
    }

    func readOrder() throws -> ExecutionOrder {
        if let order = try DurableFile.read(ExecutionOrder.self, at: order) { return order }
        throw BackendFailure(
            code: "order-missing", message: "\(order) is gone; restore it, or remove its folder to give up the run.",
            retry: .stalled)
    }

    func isPrepared() throws -> Bool {
        guard let boot = ProcessIdentity.currentBoot() else { return false }
        return try DurableFile.read(prepared) == Data(boot.utf8)
    }

    func markPrepared() throws {
        try DurableFile.write(Data((ProcessIdentity.currentBoot() ?? "").utf8), to: prepared)
    }

    var isCancelled: Bool { access(cancellation, F_OK) == 0 }

    /// The supervisor's record of when the process began; nil when it never did.
    func startedAt() throws -> Timestamp? { try DurableFile.read(SupervisorRecord.self, at: process.record)?.startedAt }
}
