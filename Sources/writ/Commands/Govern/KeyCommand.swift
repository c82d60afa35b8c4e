// `writ key`: Writ's own public key, as `allowed_signers` wants it, and new keys for ledger and attestations.
import ArgumentParser
import Foundation
import WritAttestations
import WritLedger
import WritServer
import WritSignatures
import WritVocabulary

struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Writ's own keys: show them, rotate them.",
        subcommands: [KeyShowCommand.self, KeyRotateCommand.self], defaultSubcommand: KeyShowCommand.self)
}

struct KeyShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print the line of allowed_signers for Writ's own commits.",
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

struct KeyRotateCommand: ParsableCommand {
    enum Purpose: String, ExpressibleByArgument, CaseIterable { case ledger, attestation }

    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Give the ledger or the attestations a new key; recorded under both.",
        discussion: """
            The controller must be stopped. Readers who trust the old key go on reading: the log itself holds the \
            hand-over, signed by both keys. Give the new public key to whoever keeps the old one.
            """)

    @Argument(help: "ledger or attestation.")
    var purpose: Purpose

    @Option(name: .long, help: "Why, for the record.")
    var reason: String

    @OptionGroup var data: DataOption

    func validate() throws {
        guard !reason.allSatisfy(\.isWhitespace), reason.count <= 500, VisibleText.line(reason) == reason else {
            throw ValidationError("A reason is one line of 1 to 500 characters without control characters.")
        }
    }

    func run() throws {
        let directory = try data.directory()
        // Held until the end: a controller that starts meanwhile would sign with the old key.
        let held = try DataDirectory(directory)
        defer { withExtendedLifetime(held) {} }
        let actor = NSUserName()
        switch purpose {
        case .ledger:
            let rotation = try LedgerKey.rotate(
                in: directory, seed: SystemRandom.seed, actor: actor, reason: reason, now: .now)
            Terminal.say("\(rotation.new)\n")
        case .attestation: try rotateAttestations(directory, actor)
        }
    }

    private func rotateAttestations(_ directory: String, _ actor: String) throws {
        let records = try Records(data: directory, signer: LedgerKey.load(in: directory))
        let rotation = try AttestationKey.beginRotation(
            in: directory, size: records.state.next, actor: actor, reason: reason, seed: SystemRandom.seed)
        try records.append([
            EntryDraft(
                time: .now, cause: .operatorAct(actor: actor), subject: nil, event: .keyRotated(rotation))
        ])
        try AttestationKey.finishRotation(in: directory)
        try records.close(now: .now)
        Terminal.say(rotation.new)
    }
}
