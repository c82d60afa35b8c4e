// `writ witness`: cosigns the heads of other installations' ledgers, so that none can show two histories.
import ArgumentParser
import Foundation
import Logging
import WritLedger
import WritServer
import WritVocabulary

struct WitnessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "witness", abstract: "Cosign the heads of other installations' ledgers (C2SP tlog-witness).",
        discussion: """
            Before it cosigns, it checks that a head continues the last one it saw of that log. The key is made in the \
            folder when it is missing; give its public half, printed at the start, to those who set up a policy. It speaks \
            plain HTTP: outside of a trusted network a proxy with TLS belongs in front.
            """)

    @Option(name: .long, help: "Where it keeps its key and what it saw.", completion: .directory)
    var folder: String

    @Option(name: .long, help: "Its name: like a host and a path, witness.example/w1.")
    var name: String

    @Option(name: .long, parsing: .upToNextOption, help: "Public keys (vkey) of the logs it watches, or files that hold one.")
    var log: [String]

    @Option(name: .long, help: "An IPv4 address and a port.")
    var listen = "127.0.0.1:9700"

    @Option(name: .long, help: "Before /add-checkpoint: a path such as /witness.")
    var prefix = ""

    func run() async throws {
        guard let address = OperatorConfiguration.hostAndPort(listen) else {
            throw ValidationError("“\(VisibleText.line(listen))” is not an IPv4 address and a port.")
        }
        let logs = try WitnessLogs(log.map(LedgerOption.verifier))
        let key = try WitnessKey.loadOrCreate(in: folder, name: name, seed: SystemRandom.seed)
        let store = try WitnessStore(folder: folder, key: key, logs: logs)
        let logger = Logger(label: "writ-witness") { StreamLogHandler.standardError(label: $0) }
        Terminal.say("witness \(key.verifier.vkey)\nlogs    \(logs.origins.joined(separator: ", "))\n")
        let server = WitnessServer(
            WitnessServer.Configuration(host: address.host, port: address.port, prefix: prefix), store: store,
            logger: logger, now: { Timestamp.now })
        try await server.run { port in Terminal.say("listens http://\(address.host):\(port)\(prefix)\n") }
    }
}
