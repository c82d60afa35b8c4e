// From a running process to no trace but its log.
import Foundation
import WritBackends
import WritVocabulary

extension LocalServing {
    /// Asks the process to end and waits until it has. Its supervisor kills what is left after `drain`.
    func end(_ order: ReplicaStopOrder, _ folder: ReplicaFolder) async throws {
        let patience = order.drain.milliseconds + limits.killMilliseconds
        let deadline = ContinuousClock.now + .milliseconds(patience)
        var asked = false
        while ContinuousClock.now < deadline {
            switch try await offLoop({ try folder.process.observe() }) {
            case .notStarted, .ended, .lost: return
            case .preparing: break
            case .running:
                if !asked { asked = try await offLoop { try self.launcher.stop(folder.process, grace: order.drain) } }
            }
            try await Task.sleep(for: .milliseconds(limits.pollMilliseconds))
        }
        throw BackendFailure(
            code: "replica-does-not-end",
            message:
                "Replica \(order.id) was asked to end and still runs after \(TimeSpan(milliseconds: patience)); it is asked again.",
            retry: .transient)
    }

    /// The order goes first: without it the rest is no replica any more.
    func remove(_ folder: ReplicaFolder, _ id: ReplicaID) throws {
        try keepLog(folder, id)
        if unlink(folder.order) != 0, errno != ENOENT { throw SystemCall.failure("remove", folder.order) }
        try FileManager.default.removeItem(atPath: folder.path)
    }

    private func keepLog(_ folder: ReplicaFolder, _ id: ReplicaID) throws {
        let logs = "\(replicas)/logs"
        try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true)
        if rename(folder.process.log, "\(logs)/\(id).log") != 0, errno != ENOENT {
            throw SystemCall.failure("keep", folder.process.log)
        }
        let kept = try FileManager.default.contentsOfDirectory(atPath: logs).map { "\(logs)/\($0)" }
        guard kept.count > limits.keptLogs else { return }
        let byAge = try kept.map { (try OpenFile($0).facts().fingerprint.modifiedNanoseconds, $0) }.sorted { $0 < $1 }
        for (_, path) in byAge.dropLast(limits.keptLogs) { try FileManager.default.removeItem(atPath: path) }
    }
}
