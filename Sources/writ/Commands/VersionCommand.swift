// `writ version`: what this binary is, and what the running controller is.
import ArgumentParser
import WritServer

struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print the version of this command, and of the controller when one runs.")

    @OptionGroup var data: DataOption

    func run() async throws {
        Terminal.say("writ \(Product.version)\n")
        // Without a configuration there is no controller to ask.
        guard let access = try? AnswerAccess.open(data), case .controller(let client, _) = access else { return }
        Terminal.say("controller \(try await client.standing().version)\n")
    }
}
