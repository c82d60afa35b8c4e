// What manifests of every kind have in common.
import WritVocabulary

extension Schema {
    private struct MetadataDraft: Sendable {
        var name: ResourceName?
        var owner: String?
        var labels: [String: String] = [:]
    }

    static let metadata = Form<Metadata>.object(
        MetadataDraft(),
        [
            .required("name", .resourceName, "The resource's name, unique among its kind in the repository.") {
                $0.name = $1
            },
            .optional("owner", .text(.line), "Who to ask about it: a person or a team.") { $0.owner = $1 },
            .optional(
                "labels", .map(.labelKey, .text(.labelValue), count: 0...Limits.labels),
                "Names and values of your own, for selection."
            ) { $0.labels = $1 },
        ],
        finish: { _, _, draft in
            draft.name.map { Metadata(name: $0, owner: draft.owner, labels: draft.labels) }
        })

    private struct CodeDraft: Sendable { var path: RepositoryPath? }

    static let code = Form<Code>.object(
        CodeDraft(),
        [
            .required("path", .repositoryPath, "A folder of the repository. It is laid read-only into the workspace.") {
                $0.path = $1
            }
        ],
        finish: { _, _, draft in draft.path.map { Code(path: $0) } })

    private struct EnvironmentDraft: Sendable {
        var python: String?
        var requirements: RepositoryPath?
    }

    static let environment = Form<Environment>.object(
        EnvironmentDraft(),
        [
            .required("python", python, "The interpreter's major and minor version.") { $0.python = $1 },
            .required(
                "requirements", .repositoryPath,
                "A requirements file of the repository in which every package has a version and a hash."
            ) { $0.requirements = $1 },
        ],
        finish: { _, _, draft in
            guard let python = draft.python, let requirements = draft.requirements else { return nil }
            return Environment(python: python, requirements: requirements)
        })

    /// Quotes matter: without them YAML reads 3.10 as the number 3.1.
    private static let python = Form<String>.written(
        #"a Python version in quotes, such as "3.11""#, schema: ["type": "string", "pattern": #"^3\.[0-9]{1,2}$"#],
        limit: 4
    ) { text in
        text.hasPrefix("3.") && text.utf8.count > 2 && text.dropFirst(2).utf8.allSatisfy { (48...57).contains($0) }
    }

    static let resources = Form<Resources>.object(
        Resources(),
        [
            .optional("cpu", .cpu, default: 1, "Cores: `2`, `0.5` or `500m`.") { $0.cpuMillis = $1.value },
            .optional("memory", .memory, default: .string(Resources().memory.text), "Memory: `512Mi`, `2Gi`, or bytes.")
            {
                $0.memory = $1
            },
        ])

    static let argv = Form<[String]>.list(.text(.argument), count: 1...Limits.arguments)
    static let timeout = Form<TimeSpan>.span(Limits.timeoutMilliseconds)
    static let inputs = Form<[String: ResourceName]>.map(.input, .reference(.dataset), count: 1...Limits.datasets)

    /// An absolute path on the controller's machine.
    static let absolutePath = Form<String>.written(
        "an absolute path without `..`",
        schema: [
            "type": "string", "maxLength": .integer(Int64(Limits.pathBytes)),
            "pattern": #"^(?:/(?!\.\.?(?:/|$))[^/\n]+)+$"#,
        ]
    ) { text in
        let parts = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        return text.hasPrefix("/") && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
            && !text.utf8.contains(0x0A)
    }
}

/// The parts of a command, gathered from whatever fields carry them.
struct CommandDraft: Sendable {
    var code: Code?
    var argv: [String]?
    var environment: Environment?
    var resources = Resources()
    var timeout = TimeSpan.minutes(60)
    var network = false

    var command: Command? {
        guard let code, let argv else { return nil }
        return Command(
            code: code, argv: argv, environment: environment, resources: resources, timeout: timeout, network: network)
    }
}

/// A draft that holds a command among other things.
protocol HoldsCommand: Sendable {
    var command: CommandDraft { get set }
}

extension Field where Draft: HoldsCommand {
    /// The fields every sandboxed command has. `argv` is what its argument list is called there.
    static func command(argv name: String, environmentText: String = "The Python environment the command runs in.")
        -> [Field]
    {
        [
            .required("code", Schema.code, "The code the command runs.") { $0.command.code = $1 },
            .required(name, Schema.argv, "The command and its arguments, one a line. There is no shell.") {
                $0.command.argv = $1
            },
            .optional("environment", Schema.environment, environmentText) { $0.command.environment = $1 },
            .optional("resources", Schema.resources, "The most the command and all its processes may use together.") {
                $0.command.resources = $1
            },
            .optional(
                "timeout", Schema.timeout, default: .string(CommandDraft().timeout.text), "After this it is stopped."
            ) {
                $0.command.timeout = $1
            },
            .optional("network", .boolean, default: false, "Whether it may use the network. Recorded with every run.") {
                $0.command.network = $1
            },
        ]
    }
}
