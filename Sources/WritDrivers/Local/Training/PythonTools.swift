// Finds uv and the Python interpreters of this machine.
import Foundation
import WritBackends
import WritVocabulary

/// A Python interpreter, by what an environment needs of it. All paths are real: they lead through no link.
struct PythonInterpreter: Codable, Hashable, Sendable {
    /// `3.11.7`.
    var version: String
    var implementation: String
    var executable: String
    /// The folder it is installed in; shown read-only to every process that uses it.
    var prefix: String
}

struct PythonTools: Sendable {
    /// The controller's environment: where tools are looked for.
    let environment: [String: String]
    /// The operator's choice of uv; nil to look for it.
    let configuredTool: String?

    /// The uv program itself. A shim, a script that would look for it again, does not work inside the sandbox.
    func uv() throws -> String {
        if let configuredTool {
            guard Self.isProgram(configuredTool) else {
                throw Self.missing(
                    "The configured uv \(configuredTool) is not a program; correct its path in writ.yaml.")
            }
            return configuredTool
        }
        let listed = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let usual = environment["HOME"].map { ["\($0)/.local/bin", "\($0)/.cargo/bin"] } ?? []
        let candidates: [String] = (listed + usual).map { $0 + "/uv" }.filter { access($0, X_OK) == 0 }
        if let program = candidates.first(where: Self.isProgram) { return program }
        if !candidates.isEmpty, let program = fromPackage() { return program }
        throw Self.missing(
            "uv makes Python environments and is not on PATH; install it (`pip install uv`) or name it in writ.yaml."
        )
    }

    /// The interpreter of a version such as `3.11`.
    func interpreter(_ version: String) throws -> PythonInterpreter {
        let parts = version.split(separator: ".", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count),
            parts.allSatisfy({ (1...3).contains($0.count) && $0.allSatisfy(\.isASCIIDigit) })
        else {
            throw BackendFailure(
                code: "python-version",
                message: "“\(version.prefix(32))” is not a Python version; write for example 3.11.",
                retry: .terminal)
        }
        let found: String
        do {
            found = try ShortCommand.output(
                [uv(), "python", "find", "--no-project", "--system", "--no-python-downloads", version],
                environment: environment)
        } catch let failure as BackendFailure where failure.code == "command-failed" {
            throw Self.missing("Python \(version) is not on this machine; install it (`uv python install \(version)`).")
        }
        let path = found.split(separator: "\n").last.map(String.init) ?? ""
        return try describe(path)
    }

    private func describe(_ path: String) throws -> PythonInterpreter {
        let question = """
            import json, os, platform, sys; print(json.dumps({"version": platform.python_version(), \
            "implementation": platform.python_implementation(), "prefix": os.path.realpath(sys.base_prefix), \
            "executable": os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)}))
            """
        let answer = try ShortCommand.output([path, "-I", "-S", "-c", question])
        guard let interpreter = try? JSONDecoder().decode(PythonInterpreter.self, from: Data(answer.utf8)) else {
            throw Self.missing("\(path) does not answer as a Python interpreter; repair it.")
        }
        return interpreter
    }

    /// The PyPI package uv knows where its program lies.
    private func fromPackage() -> String? {
        guard let python = Walls.find("python3", on: environment["PATH"]) else { return nil }
        let question = "import uv; print(uv.find_uv_bin())"
        guard let answer = try? ShortCommand.output([python, "-c", question], environment: environment) else {
            return nil
        }
        let path = answer.trimmingCharacters(in: .whitespacesAndNewlines)
        return Self.isProgram(path) ? path : nil
    }

    private static func missing(_ message: String) -> BackendFailure {
        BackendFailure(code: "python-tools-missing", message: message, retry: .stalled)
    }

    /// Whether it is an ELF file that may be executed.
    static func isProgram(_ path: String) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0, access(path, X_OK) == 0 else { return false }
        defer { close(file) }
        var magic = [UInt8](repeating: 0, count: 4)
        return read(file, &magic, 4) == 4 && magic == [0x7f, 0x45, 0x4c, 0x46]
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
