// `writ internal-push`: the process that pushes to a Git server for the controller.
import ArgumentParser
import Foundation
import WritSource

/// Reads an order from standard input and writes a reply to standard output; not for people.
struct PushCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "internal-push",
        abstract: "Push commits of Writ's own (started by Writ itself).",
        shouldDisplay: false)

    func run() throws {
        throw ExitCode(PushChild.run(environment: ProcessInfo.processInfo.environment))
    }
}
