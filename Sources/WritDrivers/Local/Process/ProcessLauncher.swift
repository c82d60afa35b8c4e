// The controller's side: begin a supervisor that outlives it, and ask one to stop.
import CLinux
import Foundation
import WritBackends
import WritVocabulary

/// Starts and stops supervised processes. Holds no state: everything known of a process lies in its folder.
public struct ProcessLauncher: Sendable {
    /// An absolute path of the `writ` program.
    public let supervisor: String
    private let environment: [String: String]

    /// `environment` is the controller's; a supervisor receives of it only what its process inherits, and `PATH`.
    public init(supervisor: String, environment: [String: String]) {
        self.supervisor = supervisor
        self.environment = environment
    }

    /// Begins a process and returns once its supervisor runs. One begun before is left alone, however it ended.
    public func start(_ spec: ProcessSpec, in folder: ProcessFolder) throws {
        guard try folder.observe() == .notStarted else { return }
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        try DurableFile.record(spec, at: folder.spec)
        let output = open(folder.supervisorLog, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard output >= 0 else { throw SystemCall.failure("create", folder.supervisorLog) }
        defer { close(output) }
        let handedOn = environment.filter {
            $0.key == "PATH" || spec.inherited.contains($0.key) || Self.own.contains($0.key)
        }
        let failed = CStrings.with([supervisor, "internal-supervise", folder.path]) { arguments in
            CStrings.with(handedOn.map { "\($0.key)=\($0.value)" }.sorted()) { variables in
                writ_spawn_detached(supervisor, arguments, variables, output)
            }
        }
        guard failed == 0 else {
            throw BackendFailure(
                code: "supervisor-missing",
                message: "Could not start the supervisor \(supervisor): \(SystemCall.reason(failed)).",
                retry: failed == EAGAIN || failed == ENOMEM ? .transient : .stalled)
        }
    }

    /// Asks a process to end within `grace` and returns; its end is observed. False when there is none to ask.
    @discardableResult
    public func stop(_ folder: ProcessFolder, grace: TimeSpan? = nil) throws -> Bool {
        guard let identity = try folder.identity(), identity.isAlive else { return false }
        if let grace { try DurableFile.record(StopRecord(grace: grace), at: folder.stop) }
        return try identity.signal(SIGTERM)
    }

    // The loader of a `writ` that was not installed finds its libraries by this one.
    private static let own: Set<String> = ["LD_LIBRARY_PATH"]
}

/// Text as C wants it.
enum CStrings {
    /// Lends a null-terminated array of C strings.
    static func with<Result>(
        _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) throws -> Result
    ) rethrows -> Result {
        let pointers = texts.map { strdup($0) }
        defer { pointers.forEach { free($0) } }
        var terminated = pointers + [nil]
        return try body(&terminated)
    }
}
