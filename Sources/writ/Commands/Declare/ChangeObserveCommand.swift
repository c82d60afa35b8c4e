// `writ observe`: what is on record, for planning somewhere else.
import ArgumentParser
import Foundation
import WritVocabulary

struct ObserveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "observe", abstract: "Print what is on record, for `writ plan --observation` elsewhere.",
        discussion: """
            Canonical JSON: the same records give the same bytes, and a plan names them by the ledger's root. It holds names, \
            versions, metrics and times, and no secrets: those are references in manifests and never reach the ledger.
            """)

    @OptionGroup var data: DataOption

    func run() async throws {
        let observation = try await ChangeObservation.observe(data)
        Terminal.say(try Canonical.encode(observation.record) + Data("\n".utf8))
    }
}
