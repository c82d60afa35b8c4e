// `writ suspend` and `writ resume`: an operator's act, recorded, with an end.
import ArgumentParser
import WritServer
import WritVocabulary

struct SuspendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend", abstract: "Leave a resource alone for a while; what runs goes on running. Recorded.",
        discussion: "Traffic leaves a replica whose files are not those that were approved all the same.")

    @OptionGroup var resource: ResourceArguments

    @Option(name: .customLong("for"), help: ArgumentHelp("How long: 30m, 2h, at most 30d.", valueName: "time"))
    var span: String

    @Option(name: .long, help: "Why, for the record.")
    var reason: String

    @OptionGroup var data: DataOption

    func run() async throws {
        let order = ControlRequest.SuspendOrder(
            resource: try resource.id(), span: try Typed.span(span), reason: reason)
        let client = try AnswerAccess.controller(data, for: "suspending")
        try await client.act(.suspend(order))
        Terminal.say("\(order.resource) is suspended for \(order.span)\n")
    }
}

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "End a suspension before its time. Recorded.")

    @OptionGroup var resource: ResourceArguments
    @OptionGroup var data: DataOption

    func run() async throws {
        let id = try resource.id()
        let client = try AnswerAccess.controller(data, for: "resuming")
        try await client.act(.resume(ControlRequest.ResumeOrder(resource: id)))
        Terminal.say("\(id) is no longer suspended\n")
    }
}
