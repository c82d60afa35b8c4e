// What bubblewrap writes about itself: two lines of JSON.
import Foundation

/// `{ "child-pid": 7, … }` once the sandbox is made, `{ "exit-code": 0 }` once a program that did run has ended.
struct SandboxReport: Hashable {
    /// The first process of the sandbox as this machine numbers it; its process group is the program's.
    var firstProcess: Int32?
    var exitCode: Int?

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            guard let facts = try? JSONDecoder().decode(Line.self, from: Data(line.utf8)) else { continue }
            firstProcess = facts.childPid ?? firstProcess
            exitCode = facts.exitCode ?? exitCode
        }
    }

    private struct Line: Decodable {
        var childPid: Int32?
        var exitCode: Int?
        enum CodingKeys: String, CodingKey {
            case childPid = "child-pid"
            case exitCode = "exit-code"
        }
    }

    /// How the program ended. Bubblewrap tells a signal as a shell does, as 128 and its number.
    static func ending(exitCode: Int) -> SupervisionMachine.Report {
        (129...192).contains(exitCode) ? .signalled(exitCode - 128) : .exited(exitCode)
    }

    /// Why nothing ran, from the last of what bubblewrap said.
    static func reason(_ said: [UInt8]) -> String {
        let lines = String(decoding: said, as: UTF8.self).split(separator: "\n")
        let last =
            lines.last.map { $0.hasPrefix("bwrap: ") ? String($0.dropFirst(7)) : String($0) }
            ?? "bubblewrap said nothing"
        if last.hasPrefix("execvp ") {
            return
                "The program could not be run in the sandbox: \(last.dropFirst(7)). Only the declared folders and the "
                + "system's programs are there."
        }
        let isRefused = ["uid map", "namespace", "user_namespaces", "ermission", "not permitted"].contains {
            last.contains($0)
        }
        return "The sandbox could not be made: \(last)."
            + (isRefused
                ? " Allow user namespaces to Writ's user, or set `sandbox: none` in writ.yaml to run without walls."
                : "")
    }
}
