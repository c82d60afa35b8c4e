// `writ accept REVISION`: take a tip that does not descend from the accepted revision.
import ArgumentParser
import WritServer
import WritVocabulary

struct AcceptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Accept a rewritten branch that froze the source. Recorded.",
        discussion: "`writ get source` shows the revision the source is frozen at; it must be given in full.")

    @Argument(help: "The frozen tip: 40 hexadecimal digits.")
    var revision: String

    @Option(name: .long, help: "Why, for the record.")
    var reason: String

    @OptionGroup var data: DataOption

    func run() async throws {
        guard let id = RevisionID(revision) else {
            throw ValidationError("“\(VisibleText.line(revision))” is not a full revision: 40 hexadecimal digits.")
        }
        let client = try AnswerAccess.controller(data, for: "accepting a tip")
        try await client.act(.acceptTip(ControlRequest.AcceptTipOrder(revision: id, reason: reason)))
        Terminal.say("revision \(id.short) is accepted\n")
    }
}
