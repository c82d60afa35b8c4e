// The folder of one supervised process: the only thing controller and supervisor share.
import CLinux
import Foundation
import WritVocabulary

/// `spec.json` (what to run), `process.json` (who watches), `ending.json` (how it ended), `log`, `stop.json`, `claim`.
public struct ProcessFolder: Hashable, Sendable {
    public let path: String

    /// An absolute path; the folder is made when the process is started.
    public init(_ path: String) { self.path = path }

    public var log: String { "\(path)/log" }
    public var olderLog: String { "\(path)/log.1" }
    /// What the supervisor itself had to say.
    public var supervisorLog: String { "\(path)/supervisor.log" }
    var spec: String { "\(path)/spec.json" }
    var record: String { "\(path)/process.json" }
    var ending: String { "\(path)/ending.json" }
    var stop: String { "\(path)/stop.json" }
    var claim: String { "\(path)/claim" }

    /// Reads the files and asks the kernel whether the supervisor still runs.
    public func observe() throws -> ProcessObservation {
        if let ending = try DurableFile.read(ProcessEnding.self, at: ending) { return .ended(ending) }
        guard let record = try DurableFile.read(SupervisorRecord.self, at: record) else {
            return isClaimed ? .preparing : .notStarted
        }
        if record.identity.isAlive { return .running(since: record.startedAt) }
        // It may have ended between the two looks.
        if let ending = try DurableFile.read(ProcessEnding.self, at: ending) { return .ended(ending) }
        return .lost
    }

    /// The supervisor, once there is one.
    public func identity() throws -> ProcessIdentity? {
        try DurableFile.read(SupervisorRecord.self, at: record)?.identity
    }

    /// Bytes of the log from an offset, at most `limit`; empty when there is no more yet.
    public func readLog(from offset: Int64, limit: Int) throws -> [UInt8] {
        let file = open(log, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            if errno == ENOENT { return [] }
            throw SystemCall.failure("open", log)
        }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: max(0, limit))
        let count = pread(file, &bytes, bytes.count, off_t(max(0, offset)))
        guard count >= 0 else { throw SystemCall.failure("read", log) }
        return Array(bytes[..<count])
    }

    private var isClaimed: Bool {
        let file = open(claim, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return false }
        defer { close(file) }
        return writ_is_locked(file) == 1
    }
}
