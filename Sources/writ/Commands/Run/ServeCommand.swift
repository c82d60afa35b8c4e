// `writ serve`: the controller, until it is stopped.
import ArgumentParser

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the controller until it is told to stop (TERM, INT).",
        discussion:
            "Training, serving and the gateway are processes of their own: they outlive the controller and are adopted."
    )

    @Option(
        name: .long,
        help: ArgumentHelp("The operator's file; else ./writ.yaml, else /etc/writ/writ.yaml.", valueName: "file"),
        completion: .file(extensions: ["yaml"]))
    var config: String?

    func run() async throws {
        try await Composition.serve(try ConfigurationFile.load(config))
    }
}

struct StopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "End the gateway, the replicas and the runs that outlive a controller.",
        discussion: "Stop the controller first, or it starts them again.")

    @OptionGroup var data: DataOption

    func run() async throws {
        let directory = try data.directory()
        guard !AnswerAccess.isHeld(directory) else {
            throw CommandFailure(
                "a controller still runs on \(directory)", hint: "stop it first: it would start them again",
                code: .notSo)
        }
        try await Composition.stop(data: directory)
    }
}
