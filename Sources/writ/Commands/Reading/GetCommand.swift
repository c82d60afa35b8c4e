// `writ get [KIND [NAME]]`: one line for each thing.
import ArgumentParser
import WritServer
import WritVocabulary

struct GetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "List resources, versions, runs, or the source's condition.",
        discussion:
            "writ get · writ get models · writ get endpoint flights · writ get versions flight-time · writ get runs · writ get source"
    )

    @Argument(
        help: "dataset, model, endpoint, version, run or source; everything when left out.",
        completion: .list(Noun.words))
    var kind: String?

    @Argument(
        help: "One name; for versions and runs, the model they are of.", completion: .custom(NameCompletion.names))
    var name: String?

    @OptionGroup var data: DataOption
    @OptionGroup var format: FormatOption

    func request() throws -> AnswerRequest {
        guard let kind else { return .resources(nil, nil) }
        let (word, name) = try Typed.kindAndName(kind, name)
        switch try Noun(typed: word) {
        case .resource(let kind): return .resources(kind, try name.map(Typed.resourceName))
        case .version:
            guard let name, name.contains(":") else { return .versions(try name.map(Typed.resourceName)) }
            return .version(try Typed.version(name))
        case .run:
            guard let name else { return .runs(nil) }
            return try ExecutionID(name).map { .run($0) } ?? .runs(ResourceID(.model, Typed.resourceName(name)))
        case .source: return .source
        }
    }

    func run() async throws {
        let request = try request()
        let answer = try await AnswerAccess.open(data).answer(request)
        try format.say(answer)
        if case .resources(let answer) = answer, let hint = answer.hint, Terminal.errorIsTerminal {
            Terminal.complain("\n\(hint)\n")
        }
    }
}
