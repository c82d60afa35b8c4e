// `writ audit hold`, `release` and `expunge`: acts on what is kept, recorded with who did them and why.
import ArgumentParser
import WritServer
import WritVocabulary

struct AuditHoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Keep everything of a scope until the hold is released. Recorded.")

    @Argument(help: "A name for the hold.")
    var name: String

    @Option(name: .customLong("on"), help: "What it covers: KIND/NAME; everything when left out.")
    var scope: String?

    @Option(name: .long, help: "Why, for the record.")
    var reason: String

    @OptionGroup var data: DataOption

    func run() async throws {
        let scope = try scope.map { text in
            let (kind, name) = try Typed.kindAndName(text, nil)
            guard case .resource(let resource) = try Noun(typed: kind), let name else {
                throw ValidationError("A scope is written KIND/NAME, such as model/flights.")
            }
            return ResourceID(resource, try Typed.resourceName(name))
        }
        let client = try AnswerAccess.controller(data, for: "holding")
        try await client.act(.hold(ControlRequest.HoldOrder(name: name, scope: scope, reason: reason)))
        Terminal.say("nothing of \(scope.map(\.text) ?? "anything") is taken out until \(name) is released\n")
    }
}

struct AuditReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "release", abstract: "End a hold. Recorded.")

    @Argument(help: "The hold's name.")
    var name: String

    @Option(name: .long, help: "Why, for the record.")
    var reason: String

    @OptionGroup var data: DataOption

    func run() async throws {
        let client = try AnswerAccess.controller(data, for: "releasing a hold")
        try await client.act(.release(ControlRequest.ReleaseOrder(name: name, reason: reason)))
        Terminal.say("the hold \(name) is released\n")
    }
}

struct AuditExpungeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expunge", abstract: "Take blobs out for good, such as a person's data. Recorded; the log still verifies.",
        discussion: """
            Refused under a hold and for what serves. Snapshots of datasets that are `personal: true` are salted: once \
            taken out, nothing can be told from the digest that stays in the ledger. Backups are yours to clean.
            """)

    @Argument(help: "Digests: sha256:…")
    var blobs: [String]

    @Option(name: .long, help: "Why, for the record.")
    var reason: String

    @OptionGroup var data: DataOption

    func run() async throws {
        let digests = try blobs.map(Typed.digest)
        let client = try AnswerAccess.controller(data, for: "taking out")
        try await client.act(.expunge(ControlRequest.ExpungeOrder(blobs: digests, reason: reason)))
        Terminal.say("taken out: \(digests.count == 1 ? digests[0].text : "\(digests.count) blobs")\n")
    }
}
