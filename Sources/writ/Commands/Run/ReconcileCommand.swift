// `writ reconcile`: until what is equals what should be, for continuous integration.
import ArgumentParser
import WritServer
import WritVocabulary

struct ReconcileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile", abstract: "Look at the source now and wait until everything is as declared.",
        discussion: """
            A running controller is woken; without one, a controller runs here until it is done. Exit code 1 when something \
            needs a person or the time is up; `writ why` says what.
            """)

    @Option(name: .long, help: ArgumentHelp("How long to wait at most.", valueName: "time"))
    var timeout = "30m"

    @OptionGroup var data: DataOption

    func run() async throws {
        let span = try Typed.span(timeout)
        let standing = try await standing(within: span)
        try report(standing, span)
    }

    /// nil when the time was up.
    private func standing(within span: TimeSpan) async throws -> ControllerStanding? {
        try await withThrowingTaskGroup(of: ControllerStanding?.self) { group in
            group.addTask { try await settled(span) }
            group.addTask {
                try await Task.sleep(for: .milliseconds(span.milliseconds))
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    private func settled(_ span: TimeSpan) async throws -> ControllerStanding? {
        // The first reconcile of all makes the data directory.
        guard let access = try? AnswerAccess.open(data), case .controller(let client, _) = access else {
            return try await Composition.reconcile(try data.configuration(), timeout: span)
        }
        var standing = try await client.act(.reconcile)
        while standing.word == .working {
            try await Task.sleep(for: .milliseconds(250))
            standing = try await client.standing()
        }
        return standing
    }

    private func report(_ standing: ControllerStanding?, _ span: TimeSpan) throws {
        guard let standing, standing.word != .working else {
            throw CommandFailure(
                "not converged within \(span)", hint: "`writ get` shows what is still going on", code: .notSo)
        }
        guard standing.word == .converged else {
            let first =
                standing.stalled.first.map { "writ why \($0.kind.rawValue.lowercased()) \($0.name)" }
                ?? "writ get source"
            let names = standing.stalled.map(\.text).joined(separator: ", ")
            throw CommandFailure(
                names.isEmpty ? "the source needs a person" : "stalled: \(names)", hint: "`\(first)` says why",
                code: .notSo)
        }
        Terminal.say("converged at \(standing.revision?.short ?? "no revision")\n")
    }
}
