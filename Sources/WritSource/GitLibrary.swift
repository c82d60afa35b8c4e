// libgit2, set up once per process, and its errors turned into sentences.
import CLibGit2
import WritVocabulary

/// The process-wide settings of libgit2.
///
/// Nothing of the machine's or a user's Git configuration is read, so that the same repository means the same
/// everywhere. Writ reads objects and references only: no hook, filter, attribute or work tree takes part.
enum GitLibrary {
    /// Call before any other libgit2 function. Costs nothing after the first time.
    static func start() throws {
        if let failure = GitLibrary.startFailure { throw failure }
    }

    // A `let` is computed once per process, whichever thread comes first.
    private static let startFailure: SourceFailure? = {
        guard git_libgit2_init() > 0 else {
            return SourceFailure(code: "libgit2", message: "libgit2 did not start: \(lastError()).", retry: .stalled)
        }
        let levels = [
            GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL,
        ]
        for level in levels where writ_git_set_search_path(level.rawValue, "") < 0 {
            return SourceFailure(
                code: "libgit2", message: "libgit2 refused a setting: \(lastError()).", retry: .stalled)
        }
        // Every object is hashed when it is read. The ids stand in recipes and in the ledger, so bytes given out under
        // an id must be that id's bytes even when the disk or another process has changed the mirror. It costs 15 to 40
        // % of reading a blob; a commit that changes one manifest reads one.
        writ_git_set_strict_hash(1)
        // The check guards against hooks and filters of another user's repository. Writ runs none, and a repository it
        // is pointed at usually belongs to another user.
        writ_git_set_owner_validation(0)
        // A reference must not reach the disk before the objects it names.
        writ_git_set_fsync(1)
        writ_git_set_cache_bytes(SourceLimits.cacheBytes)
        return nil
    }()

    /// What the last failing call on this thread said. Read it before anything else runs on the thread.
    static func lastError() -> String {
        guard let error = git_error_last(), let message = error.pointee.message else { return "no reason given" }
        return Redaction.redact(String(cString: message))
    }
}

/// A libgit2 object and how it is freed. Stays on the thread that made it.
struct GitHandle: ~Copyable {
    let pointer: OpaquePointer
    private let free: (OpaquePointer?) -> Void

    /// Calls `body`, which makes the object.
    init(
        _ free: @escaping (OpaquePointer?) -> Void, _ doing: @autoclosure () -> String,
        _ body: (inout OpaquePointer?) -> Int32
    ) throws {
        var made: OpaquePointer?
        try git(body(&made), doing())
        guard let made else {
            throw SourceFailure(code: "git", message: "\(doing()): libgit2 gave nothing back.", retry: .transient)
        }
        pointer = made
        self.free = free
    }

    deinit { free(pointer) }
}

/// Throws what libgit2 says when `result` is an error. `doing` begins the sentence: what failed, on what.
@discardableResult
func git(_ result: Int32, _ doing: @autoclosure () -> String) throws -> Int32 {
    if result >= 0 { return result }
    let reason = GitLibrary.lastError()
    throw SourceFailure(code: "git", message: "\(doing()): \(reason).", retry: .transient)
}
