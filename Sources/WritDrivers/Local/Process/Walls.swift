// What is executed for a spec: bubblewrap around the program, or the program itself where the operator said so.
import Foundation
import WritBackends
import WritVocabulary

struct Walls {
    /// For the record: `bubblewrap 0.8.0`, `none`.
    let name: String
    let network: Bool
    let path: String
    let argv: [String]
    let environment: [String: String]
    let workingFolder: String
    /// Whether a report comes on descriptor 3.
    let reports: Bool

    init(_ spec: ProcessSpec, folder: ProcessFolder, environment own: [String: String]) throws {
        guard !spec.argv.isEmpty else { throw Walls.refusal("Its command is empty; name a program.") }
        var variables = own.filter { spec.inherited.contains($0.key) }
        variables.merge(spec.environment) { _, given in given }
        // These would change what bubblewrap itself loads, outside of its own walls.
        if let name = variables.keys.sorted().first(where: {
            $0.hasPrefix("LD_") || $0 == "GLIBC_TUNABLES" || $0.contains("=")
        }) {
            throw Walls.refusal("The environment variable \(name) cannot be given to a sandboxed process; remove it.")
        }
        guard (spec.argv + variables.map { $0.key + $0.value }).allSatisfy({ !$0.utf8.contains(0) }) else {
            throw Walls.refusal("Its command or environment holds a NUL character; remove it.")
        }
        self.environment = variables
        switch spec.sandbox.kind {
        case .bubblewrap:
            guard let program = Walls.find("bwrap", on: own["PATH"]) else {
                throw Walls.refusal(
                    "bubblewrap is not installed (no bwrap on PATH); install it (apt install bubblewrap), or set "
                        + "`sandbox: none` in writ.yaml to run without walls.")
            }
            name = try Walls.version(program)
            network = spec.sandbox.network
            path = program
            try DurableFile.write(Data(BubblewrapArguments.passwords.utf8), to: "\(folder.path)/passwd")
            try DurableFile.write(Data(BubblewrapArguments.groups.utf8), to: "\(folder.path)/group")
            let tree = SystemTree.ofThisMachine(network: spec.sandbox.network)
            argv = ["bwrap"] + BubblewrapArguments.make(spec, tree: tree, accounts: folder.path)
            workingFolder = "/"
            reports = true
        case .none:
            guard let program = Walls.find(spec.argv[0], on: variables["PATH"]) else {
                throw Walls.refusal("The program \(spec.argv[0]) is not on PATH; install it or name its path.")
            }
            name = "none"
            network = true
            path = program
            argv = spec.argv
            workingFolder = spec.workingFolder
            reports = false
        }
    }

    static func refusal(_ message: String) -> BackendFailure {
        BackendFailure(code: "sandbox-refused", message: message, retry: .stalled)
    }

    /// A program by its path, or the first of its name on a `PATH`.
    static func find(_ program: String, on path: String?) -> String? {
        if program.contains("/") { return access(program, X_OK) == 0 ? program : nil }
        return (path ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").map { "\($0)/\(program)" }
            .first { access($0, X_OK) == 0 }
    }

    /// `bubblewrap 0.8.0`, as the program says of itself.
    private static func version(_ program: String) throws -> String {
        let said = try ShortCommand.output([program, "--version"]).trimmingCharacters(in: .whitespacesAndNewlines)
        guard said.hasPrefix("bubblewrap "), said.utf8.count < 64 else {
            throw refusal("\(program) does not say that it is bubblewrap; install bubblewrap.")
        }
        return said
    }
}
