// `writ logs RUN [--follow]`: what a run printed.
import ArgumentParser
import WritLedger
import WritServer
import WritVocabulary

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Print what a training, evaluation or materialisation wrote.",
        discussion: "On a terminal, control characters are left out; through a pipe every byte comes as it was written."
    )

    @Argument(help: "The run's id; `writ get runs` lists them.")
    var run: String

    @Flag(name: [.long, .customShort("f")], help: "Go on until the run ends.")
    var follow = false

    @OptionGroup var data: DataOption

    func run() async throws {
        let id = try Typed.run(run)
        switch try AnswerAccess.open(data) {
        case .controller(let client, _): try await live(id, client)
        case .directory(let data): try await kept(id, data)
        }
    }

    private func live(_ id: ExecutionID, _ client: ControlClient) async throws {
        var offset: Int64 = 0
        while true {
            let isOver = try await client.isOver(id)
            let bytes = try await client.log(of: id, from: offset)
            offset += Int64(bytes.count)
            LogsCommand.say(bytes)
            if !bytes.isEmpty { continue }
            if isOver || !follow { return }
            try await Task.sleep(for: .milliseconds(300))
        }
    }

    /// Without a controller: the log that became evidence.
    private func kept(_ id: ExecutionID, _ data: String) async throws {
        guard case .run(let answer) = try await AnswerAccess.directory(data).answer(.run(id)) else { return }
        guard let log = answer.outcome?.log else {
            throw CommandFailure(
                "the log of \(id) is not kept yet: the run has no recorded end",
                hint: "start a controller to follow it: `writ serve`",
                code: .unknown)
        }
        let blobs = FileBlobStore(reading: "\(data)/blobs")
        LogsCommand.say(try blobs.read(log, limit: LogsCommand.logBytes))
    }

    private static let logBytes = 64 << 20

    private static func say(_ bytes: [UInt8]) {
        guard Terminal.outputIsTerminal else { return Terminal.say(bytes) }
        Terminal.say(VisibleText.lines(String(decoding: bytes, as: UTF8.self)))
    }
}

extension ControlClient {
    fileprivate func isOver(_ id: ExecutionID) async throws -> Bool {
        guard case .run(let run) = try await answer(.run(id)) else { return true }
        return run.outcome != nil
    }
}
