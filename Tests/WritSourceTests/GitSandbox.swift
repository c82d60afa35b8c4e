// A folder of real Git repositories, untouched by the configuration of the machine the tests run on.
import Foundation
import Subprocess
import WritBackends
import WritVocabulary

@testable import WritSource

/// One test's own folder with a repository `upstream`, removed at the end.
final class GitSandbox: Sendable {
    let folder: String
    var upstream: String { folder + "/upstream.git" }
    var mirror: String { folder + "/mirror/repo.git" }

    init() async throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("writ-source-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try await git("init", "-q", "--bare", "-b", "main", upstream, in: folder)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var environment: [String: String] {
        [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder, "LC_ALL": "C",
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0",
            "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_AUTHOR_DATE": "1700000000 +0100",
            "GIT_COMMITTER_NAME": "Ben", "GIT_COMMITTER_EMAIL": "ben@example.org",
            "GIT_COMMITTER_DATE": "1700000060 +0000",
        ]
    }

    /// Runs git in `upstream`, or in another folder, and returns what it printed.
    @discardableResult
    func git(_ arguments: String..., input: [UInt8] = [], in folder: String? = nil) async throws -> String {
        try await git(arguments, input: input, in: folder)
    }

    @discardableResult
    func git(_ arguments: [String], input: [UInt8] = [], in folder: String? = nil) async throws -> String {
        let folder = folder ?? upstream
        let result = try await run(
            .name("git"), arguments: Arguments(["-C", folder] + arguments),
            environment: .custom(
                Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0), $1) })),
            input: .array(input), output: .string(limit: 64 << 20), error: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess else {
            throw SandboxError(description: "git \(arguments.joined(separator: " ")): \(result.standardError)")
        }
        return result.standardOutput.trimmingCharacters(in: .newlines)
    }

    struct SandboxError: Error, CustomStringConvertible { var description: String }

    // MARK: - Commits

    enum Entry {
        case file(String)
        case executable(String)
        case symlink(String)
        case submodule(String)
        case removed
    }

    /// Commits changes on top of a branch of `upstream`, or as a first commit, without a work tree.
    @discardableResult
    func commit(
        _ changes: [String: Entry], on branch: String = "main", message: String = "change", afresh: Bool = false
    ) async throws -> RevisionID {
        let exists = try await !git("for-each-ref", "refs/heads/\(branch)").isEmpty
        var stream = "commit refs/heads/\(branch)\ncommitter Ben <ben@example.org> 1700000060 +0000\n"
        stream += "data \(message.utf8.count)\n\(message)\n"
        if exists, !afresh { stream += "from refs/heads/\(branch)^0\n" }
        for (path, entry) in changes.sorted(by: { $0.key < $1.key }) {
            switch entry {
            case .file(let text): stream += "M 100644 inline \(path)\ndata \(text.utf8.count)\n\(text)\n"
            case .executable(let text): stream += "M 100755 inline \(path)\ndata \(text.utf8.count)\n\(text)\n"
            case .symlink(let target): stream += "M 120000 inline \(path)\ndata \(target.utf8.count)\n\(target)\n"
            case .submodule(let id): stream += "M 160000 \(id) \(path)\n"
            case .removed: stream += "D \(path)\n"
            }
        }
        try await git("fast-import", "--quiet", "--force", input: Array(stream.utf8))
        return try await head(branch)
    }

    func head(_ branch: String = "main") async throws -> RevisionID {
        try await revision(git("rev-parse", "refs/heads/\(branch)"))
    }

    func revision(_ text: String) throws -> RevisionID {
        guard let revision = RevisionID(text) else { throw SandboxError(description: "“\(text)” is no id") }
        return revision
    }

    // MARK: - Trees no git command would write

    /// Writes a tree from raw entries as they are, in the order given.
    func rawTree(_ entries: [(mode: String, name: [UInt8], id: String)]) async throws -> String {
        var bytes: [UInt8] = []
        for entry in entries { bytes += Array("\(entry.mode) ".utf8) + entry.name + [0] + (Hex.decode(entry.id) ?? []) }
        return try await git("hash-object", "-t", "tree", "-w", "--stdin", "--literally", input: bytes)
    }

    func blob(_ text: String) async throws -> String {
        try await git("hash-object", "-w", "--stdin", input: Array(text.utf8))
    }

    /// A commit of a tree, on the branch `main`.
    func commit(tree: String, parent: RevisionID? = nil) async throws -> RevisionID {
        var arguments = ["commit-tree", tree, "-m", "raw"]
        if let parent { arguments += ["-p", parent.text] }
        let id = try await revision(git(arguments))
        try await git("update-ref", "refs/heads/main", id.text)
        return id
    }

    // MARK: - Sources

    func configuration(_ remote: String? = nil, folder: String? = "models", credentials: Credentials = .none) throws
        -> SourceConfiguration
    {
        SourceConfiguration(
            remote: try RemoteAddress(checking: remote ?? upstream), branch: BranchName("main")!,
            manifestFolder: folder.flatMap(RepositoryPath.init), mirror: mirror, credentials: credentials,
            fetchDeadline: .seconds(30))
    }

    /// A source over `upstream` that fetches in this process.
    func source(folder: String? = "models", limits: SourceLimits = SourceLimits()) throws -> GitSource {
        var configuration = try configuration(folder: folder)
        configuration.limits = limits
        return GitSource(configuration, fetching: .thisProcess(environment: [:]))
    }
}

func path(_ text: String) -> RepositoryPath { RepositoryPath(text)! }
