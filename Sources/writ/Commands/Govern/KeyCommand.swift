// `writ key`: Writ's own public key, as `allowed_signers` wants it.
import ArgumentParser
import WritSignatures
import WritVocabulary

struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Print the line of allowed_signers for Writ's own commits.",
        discussion: "The key is `identity.key` of the operator's file; it is made when it is missing.")

    @Option(
        name: .long, help: "The operator's file; else ./writ.yaml, else /etc/writ/writ.yaml.",
        completion: .file(extensions: ["yaml"]))
    var config: String?

    func run() throws {
        let identity = try ConfigurationFile.load(config).governance.identity
        if !identity.isNamed {
            Terminal.complain(
                "note: `identity.email` is not set; allowed_signers will know Writ as \(identity.email)\n")
        }
        let key = try CommitKey.loadOrCreate(identity.key, seed: SystemRandom.seed)
        Terminal.say(
            key.allowedSignersLine(principal: identity.email.text, namespaces: [SignatureTrust.commitNamespace]) + "\n")
    }
}
