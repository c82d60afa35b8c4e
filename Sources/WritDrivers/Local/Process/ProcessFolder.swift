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

    /// Writes the ending of a process that has not begun, so that it never will. False when a supervisor was faster.
    func prevent(_ ending: ProcessEnding) throws -> Bool {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard let held = try takeClaim() else { return false }
        defer { close(held) }
        guard try DurableFile.read(record) == nil, try DurableFile.read(self.ending) == nil else { return false }
        try DurableFile.record(ending, at: self.ending)
        return true
    }

    /// The lock that says a supervisor is at work here; it goes with the descriptor. nil when somebody else has it.
    func takeClaim() throws -> Int32? {
        let file = open(claim, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw SystemCall.failure("create", claim) }
        if writ_claim(file) == 0 { return file }
        close(file)
        return nil
    }

    private var isClaimed: Bool {
        let file = open(claim, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return false }
        defer { close(file) }
        return writ_is_locked(file) == 1
    }
}
