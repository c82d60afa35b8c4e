// `writ history [KIND NAME]`: what was decided and what came of it.
import ArgumentParser
import WritServer

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show what was decided and what came of it, newest first.")

    @Argument(help: "dataset, model, endpoint or policy; everything when left out.", completion: .list(Noun.words))
    var kind: String?

    @Argument(help: "The resource's name.", completion: .custom(NameCompletion.names))
    var name: String?

    @Option(name: .long, help: "At most so many entries, 1 to 1000.")
    var limit = 50

    @Option(name: .long, help: "Only entries before this one: the next page.")
    var before: Int64?

    @OptionGroup var data: DataOption
    @OptionGroup var format: FormatOption

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit is a number from 1 to 1000.") }
    }

    func run() async throws {
        let id = try kind.map { kind in
            var arguments = ResourceArguments()
            (arguments.kind, arguments.name) = (kind, name)
            return try arguments.id()
        }
        try format.say(try await AnswerAccess.open(data).answer(.history(id, before: before, limit: limit)))
    }
}
