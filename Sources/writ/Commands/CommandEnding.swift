// How a command ends: its exit code, and what is said on standard error.
import ArgumentParser
import WritAudit
import WritManifests
import WritServer
import WritVocabulary

/// Exit codes, the same for every command.
enum ExitMeaning: Int32 {
    case fine = 0
    /// What was asked is not so: invalid, not converged, tampered, unknown.
    case notSo = 1
    case usage = 2
    /// It could not be told: no data directory, no answer, a disk that does not read.
    case unknown = 3
}

/// A command's own refusal.
struct CommandFailure: Error {
    var message: String
    var hint: String?
    var code: ExitMeaning

    init(_ message: String, hint: String? = nil, code: ExitMeaning) {
        self.message = message
        self.hint = hint
        self.code = code
    }

    /// Ends with 1 and without a message: the answer itself said it.
    static let notSo = ExitCode(ExitMeaning.notSo.rawValue)
}

enum CommandEnding {
    /// Prints what an error of a command says and returns the exit code it means.
    static func report(_ error: any Error, of command: any ParsableCommand.Type) -> Int32 {
        switch error {
        case let failure as CommandFailure:
            return complain(failure.message, failure.hint, failure.code)
        case let failure as AuditFailure:
            return complain(failure.message, failure.hint, .notSo)
        case let failure as ServerFailure:
            let refused = ServerFailure.refusalCodes.contains(failure.code)
            return complain(failure.message, failure.hint, refused ? .notSo : .unknown)
        case let failure as ConfigurationFailure:
            Terminal.complain(Diagnostic.render(failure.diagnostics))
            return complain(failure.message, "`writ init` writes an example with every field explained", .notSo)
        case let failure as ManifestFailure:
            return complain(failure.message, nil, .notSo)
        case let failure as any WritFailure:
            return complain(failure.message, nil, .unknown)
        case let failure as ValidationError:
            return complain("\(failure)", "`\(name(of: command, under: Writ.self) ?? "writ") --help` says more", .usage)
        case is CancellationError:
            return complain("interrupted", nil, .unknown)
        case _:
            return parserEnding(error, command)
        }
    }

    /// The words that call a command, from the program's name on; nil where it is not among another's.
    private static func name(
        of command: any ParsableCommand.Type, under parent: any ParsableCommand.Type
    ) -> String? {
        if command == parent { return parent._commandName }
        for child in parent.configuration.subcommands {
            if let rest = name(of: command, under: child) { return "\(parent._commandName) \(rest)" }
        }
        return nil
    }

    private static func complain(_ message: String, _ hint: String?, _ code: ExitMeaning) -> Int32 {
        Terminal.complain(
            "error: \(VisibleText.lines(message))\n" + (hint.map { "hint: \(VisibleText.lines($0))\n" } ?? ""))
        return code.rawValue
    }

    /// Help, version and completions end with 0; what the parser refuses is usage.
    private static func parserEnding(_ error: any Error, _ command: any ParsableCommand.Type) -> Int32 {
        let code = command.exitCode(for: error)
        let isParsers = code.isSuccess || code == .validationFailure || error is ExitCode
        // Anything else is a failure of the system whose words are the system's.
        guard isParsers else { return complain("\(SystemWords.of(error))", nil, .unknown) }
        let text = command.fullMessage(for: error)
        if code.isSuccess {
            Terminal.say(text.isEmpty ? "" : text + "\n")
        } else if !text.isEmpty {
            let lowered = text.hasPrefix("Error: ") ? "error: " + text.dropFirst("Error: ".count) : text
            Terminal.complain(VisibleText.lines(lowered) + "\n")
            if let near = nearestCommand() { Terminal.complain("hint: did you mean `writ \(near)`?\n") }
        }
        return code == .validationFailure ? ExitMeaning.usage.rawValue : code.rawValue
    }

    /// The command whose name is like the first word, when there is no command of that name.
    private static func nearestCommand() -> String? {
        let names = Writ.configuration.subcommands.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
        guard let typed = CommandLine.arguments.dropFirst().first, !typed.hasPrefix("-"), !names.contains(typed) else {
            return nil
        }
        return NearestName.suggestion(for: typed, among: names)
    }
}
