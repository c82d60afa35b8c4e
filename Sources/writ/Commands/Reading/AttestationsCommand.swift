// `writ attestations MODEL:N`: the signed statements about a version, for whoever uses it.
import ArgumentParser
import WritLedger
import WritServer
import WritVocabulary

struct AttestationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attestations",
        abstract: "Print the signed statements about a version: an in-toto bundle, one DSSE envelope a line.",
        discussion: """
            writ attestations flight-time:2 > flight-time.intoto.jsonl · A running controller answers the same to \
            `GET /v1/statements/MODEL/NUMBER` on its socket. Nothing is verified here: `writ audit attestations` does that, \
            and gives out the files and keys too. Exit code 1 where nothing is signed.
            """)

    @Argument(help: "MODEL:NUMBER.")
    var version: String

    @OptionGroup var data: DataOption

    private static let bundleBytes = 256 << 20

    func run() async throws {
        let bytes = try await bundle(Typed.version(version))
        guard !bytes.isEmpty else {
            throw CommandFailure("nothing is signed of \(version) yet", code: .notSo)
        }
        Terminal.say(bytes)
    }

    private func bundle(_ id: VersionID) async throws -> [UInt8] {
        switch try AnswerAccess.open(data) {
        case .controller(let client, let data):
            do {
                return try await client.statements(about: id)
            } catch let failure as ServerFailure where failure.code == "no-controller" {
                return try await kept(id, data)
            }
        case .directory(let data): return try await kept(id, data)
        }
    }

    /// It is only starting or ending, or none runs: what is recorded can be read without it.
    private func kept(_ id: VersionID, _ data: String) async throws -> [UInt8] {
        let statements = try await DirectorySource(data: data).recorded().statements(about: id)
        return try FileBlobStore(reading: "\(data)/blobs").bundle(
            of: statements, limit: AttestationsCommand.bundleBytes)
    }
}
