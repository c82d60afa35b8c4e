// A Python environment that is there, and how a process is shown it.
import WritVocabulary

/// Made once from a hash-locked requirements file, and read-only from then on.
public struct PythonEnvironment: Hashable, Sendable {
    /// Where it lies on this machine: the folder with `bin/python`.
    public let folder: String
    let interpreter: PythonInterpreter
    let sandbox: Sandbox.Kind

    /// Where every sandbox shows it.
    static let inside = "/writ/env"

    private var seen: String {
        switch sandbox {
        case .bubblewrap: PythonEnvironment.inside
        case .none: folder
        }
    }

    /// What a sandbox must be shown for it to work.
    public var binds: [Sandbox.Bind] {
        PythonEnvironment.binds(interpreter) + [Sandbox.Bind(host: folder, inside: PythonEnvironment.inside)]
    }

    /// `PATH` and what else makes `python` and its programs the environment's.
    public var variables: [String: String] {
        ["PATH": "\(seen)/bin:\(PythonEnvironment.systemPath)", "VIRTUAL_ENV": seen]
    }

    public static let systemPath = "/usr/local/bin:/usr/bin:/bin"

    /// An interpreter below `/usr` is in every sandbox as it is.
    static func binds(_ interpreter: PythonInterpreter) -> [Sandbox.Bind] {
        if interpreter.prefix == "/usr" || interpreter.prefix.hasPrefix("/usr/") { return [] }
        return [Sandbox.Bind(host: interpreter.prefix, inside: interpreter.prefix)]
    }
}

/// One build that was begun or joined. Kept by who waits for it, so that a restart goes on waiting for the same one.
public struct EnvironmentBuild: Codable, Hashable, Sendable {
    /// Digest of interpreter and requirements.
    public var content: Digest
    public var attempt: Int
}

public enum EnvironmentProgress: Hashable, Sendable {
    case building
    case ready(PythonEnvironment)
    /// One sentence or two, with the end of what the build said.
    case failed(reason: String)
}
