// `writ internal-supervise FOLDER`: the process that watches one training, evaluation or serving process.
import ArgumentParser
import Foundation
import WritDrivers
import WritVocabulary

/// Started by the controller, never by people. Outlives the controller and writes down how its process ended.
struct SuperviseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "internal-supervise", abstract: "Watch one sandboxed process.", shouldDisplay: false)

    @Argument(help: "The folder that holds spec.json.")
    var folder: String

    func run() throws {
        let supervisor = Supervisor(
            folder: ProcessFolder(folder), environment: ProcessInfo.processInfo.environment,
            now: { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) })
        try supervisor.run()
    }
}
