// `writ why KIND NAME`: the blocking chain down to its first cause.
import ArgumentParser
import WritServer

struct WhyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", abstract: "Say why a resource is in its condition, down to the first cause, and what to do."
    )

    @OptionGroup var resource: ResourceArguments
    @OptionGroup var data: DataOption
    @OptionGroup var format: FormatOption

    func run() async throws {
        let id = try resource.id()
        try format.say(try await AnswerAccess.open(data).answer(.why(id)))
    }
}
