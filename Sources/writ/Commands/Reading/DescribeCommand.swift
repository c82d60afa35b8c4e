// `writ describe KIND NAME`: everything recorded about one thing.
import ArgumentParser
import WritServer
import WritVocabulary

struct DescribeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: "Show everything recorded about one resource, version or run.",
        discussion:
            "writ describe endpoint flights · writ describe version flight-time:3 · writ describe run run-1f2e3d4c5b6a-1"
    )

    @Argument(help: "dataset, model, endpoint, version, run or source.", completion: .list(Noun.words))
    var kind: String

    @Argument(help: "Its name.", completion: .custom(NameCompletion.names))
    var name: String?

    @OptionGroup var data: DataOption
    @OptionGroup var format: FormatOption

    func request() throws -> AnswerRequest {
        let (word, name) = try Typed.kindAndName(kind, name)
        let noun = try Noun(typed: word)
        if noun == .source { return .source }
        guard let name else { throw ValidationError("Which \(word)? Give its name.") }
        switch noun {
        case .resource(let kind): return .describe(ResourceID(kind, try Typed.resourceName(name)))
        case .version: return .version(try Typed.version(name))
        case .run: return .run(try Typed.run(name))
        case .source: return .source
        }
    }

    func run() async throws {
        let request = try request()
        try format.say(try await AnswerAccess.open(data).answer(request))
    }
}
