// `--format text|json`, the same for every reading command.
import ArgumentParser
import WritServer

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

struct FormatOption: ParsableArguments {
    @Option(name: .long, help: "How to print: text for people, json for programs.")
    var format: OutputFormat = .text

    func say(_ answer: Answer) throws {
        switch format {
        case .text: Terminal.say(answer.text(Terminal.style))
        case .json: Terminal.say(try answer.json())
        }
    }
}

/// What `writ validate` can print beside that: what forges show at the line of a pull request.
enum ValidationFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, github, gitlab, sarif
}
