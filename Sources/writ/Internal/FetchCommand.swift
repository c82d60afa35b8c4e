// `writ internal-fetch`: the process that talks to a Git server for the controller.
import ArgumentParser
import Foundation
import WritSource

/// Reads a request from standard input and writes a reply to standard output; not for people.
struct FetchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "internal-fetch",
        abstract: "Fetch a repository into its mirror (started by Writ itself).",
        shouldDisplay: false)

    func run() throws {
        throw ExitCode(FetchChild.run(environment: ProcessInfo.processInfo.environment))
    }
}
