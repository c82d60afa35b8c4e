// The command line: which commands there are, and what their endings mean.
import ArgumentParser
import Foundation

@main
struct Writ: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "writ",
        abstract: "Git says which model serves. Writ makes it so, proves why, and undoes it.",
        discussion: """
            Exit codes: 0 fine, 1 what you asked is not so, 2 usage, 3 could not tell.
            Environment: WRIT_DATA names the data directory, NO_COLOR turns colour off.
            """,
        version: Product.version,
        groupedSubcommands: [
            CommandGroup(
                name: "Declare",
                subcommands: [
                    InitCommand.self, ValidateCommand.self, PlanCommand.self, ObserveCommand.self, ApplyCommand.self,
                    ExplainCommand.self, SchemaCommand.self,
                ]),
            CommandGroup(
                name: "Run",
                subcommands: [
                    ServeCommand.self, ReconcileCommand.self, StopCommand.self, DoctorCommand.self, FsckCommand.self,
                    WitnessCommand.self,
                ]),
            CommandGroup(
                name: "Look",
                subcommands: [
                    GetCommand.self, DescribeCommand.self, WhyCommand.self, LogsCommand.self, HistoryCommand.self,
                    AttestationsCommand.self, AuditCommand.self,
                ]),
            CommandGroup(
                name: "Govern", subcommands: [ApproveCommand.self, RollbackCommand.self, KeyCommand.self]),
            CommandGroup(
                name: "Intervene", subcommands: [SuspendCommand.self, ResumeCommand.self, AcceptCommand.self]),
            CommandGroup(name: "Other", subcommands: [SimulateCommand.self, VersionCommand.self]),
            CommandGroup(
                name: "Internal",
                subcommands: [FetchCommand.self, PushCommand.self, SuperviseCommand.self, GatewayCommand.self]),
        ])

    static func main() async {
        var command: any ParsableCommand = Writ()
        do {
            command = try await asyncParseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            Foundation.exit(CommandEnding.report(error, of: type(of: command)))
        }
    }
}

/// What this binary is.
enum Product {
    static let version = "0.1.0"
}
