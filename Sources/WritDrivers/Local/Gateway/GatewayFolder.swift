// Where a gateway keeps what it shares with the controller, and how it makes sure to be the only one.
import CLinux
import Foundation
import WritBackends
import WritVocabulary

/// `<data>/gateway`: the table, the control socket, the lock, and who holds it.
public struct GatewayFolder: Sendable, Hashable {
    public let path: String

    public init(_ path: String) { self.path = path }

    public var table: String { "\(path)/table.json" }
    public var controlSocket: String { "\(path)/control.sock" }
    public var log: String { "\(path)/gateway.log" }
    var lock: String { "\(path)/lock" }
    var process: String { "\(path)/process.json" }

    /// Makes the folder, for its owner only.
    public func create() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard chmod(path, 0o700) == 0 else { throw SystemCall.failure("protect", path) }
    }

    /// Called by the gateway itself: holds the folder until the process ends, and says who it is.
    ///
    /// The lock decides, the record only tells: a second gateway never gets past this line.
    public func hold() throws {
        try create()
        let file = open(lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw SystemCall.failure("open", lock) }
        // Never closed: the kernel lets go of the lock when the process ends, however it ends.
        guard writ_try_lock(file) == 0 else {
            close(file)
            throw BackendFailure(
                code: "gateway-runs",
                message: "Another gateway holds \(path); stop it first, or use another data directory.",
                retry: .stalled)
        }
        try DurableFile.record(try ProcessIdentity.current(), at: process)
    }

    /// The gateway that runs now; nil when none does.
    public func running() throws -> ProcessIdentity? {
        guard let identity = try DurableFile.read(ProcessIdentity.self, at: process), identity.isAlive else {
            return nil
        }
        return identity
    }

    /// The table on disk; nil when there is none.
    func readTable() throws -> RoutingTable? {
        guard let bytes = try DurableFile.read(table, limit: GatewayBounds.tableBytes) else { return nil }
        do {
            return try Canonical.decode(RoutingTable.self, from: bytes)
        } catch {
            throw BackendFailure(
                code: "table-unreadable",
                message: "\(table) is not a routing table; remove it, and it is written anew at the next change.",
                retry: .stalled)
        }
    }
}
