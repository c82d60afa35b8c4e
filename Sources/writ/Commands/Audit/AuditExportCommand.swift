// `writ audit export`: the entries for other systems, each at least once and none left out.
import ArgumentParser
import Foundation
import WritAudit
import WritDrivers
import WritLedger
import WritServer
import WritVocabulary

struct AuditExportCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case cloudevents, ocsf, syslog }

    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Send the entries on: CloudEvents 1.0, OCSF-style JSON or syslog (RFC 5424).",
        discussion: """
            --to is a file, an http:// or https:// address, or tcp://ADDRESS:PORT for syslog. Run again, it goes on where \
            it ended: a cursor in the data directory moves only when a batch was taken. A file never holds an entry twice; \
            others may see one again and know it by its id. Syslog over TCP acknowledges nothing. One export to a \
            receiver runs at a time.
            """)

    @Option(name: .long, help: "Where to.")
    var to: String

    @Option(name: .long, help: "How: cloudevents or ocsf for files and addresses; syslog for tcp://.")
    var format: Format = .cloudevents

    @Flag(name: [.long, .customShort("f")], help: "Go on with what is recorded from now on.")
    var follow = false

    @Option(name: .long, help: "A file with a header for the address, such as `Authorization: …`.", completion: .file())
    var header: String?

    @OptionGroup var ledger: LedgerOption

    func validate() throws {
        guard to.hasPrefix("tcp://") == (format == .syslog) else {
            throw ValidationError("--format syslog and --to tcp://ADDRESS:PORT belong together.")
        }
        let scheme = to.firstRange(of: "://").map { String(to[..<$0.lowerBound]) }
        guard scheme.map(["http", "https", "tcp"].contains) ?? true else {
            throw ValidationError("--to is a file, or begins with http://, https:// or tcp://.")
        }
        let address = URLComponents(string: to)
        guard address?.password == nil, address?.user == nil else {
            throw ValidationError("An address must not hold a user or password: give a header in a file, with --header.")
        }
    }

    func run() async throws {
        let reader = try ledger.reader()
        let directory = try ledger.data.directory()
        let sink = try sink(reader.verifier.name)
        let place = try ExportPlace(folder: "\(directory)/exports", sink: "\(format.rawValue) \(receiver)")
        let start = try place.load(origin: reader.verifier.name, entries: Int64(reader.view().size))
        let ports = ExportPorts(
            read: { from, limit in try reader.page(from: from, limit: limit) }, deliver: sink.deliver,
            save: { try place.save($0) },
            wait: { until in
                let span = until - .now
                if span.milliseconds > 0 { try await Task.sleep(for: .milliseconds(span.milliseconds)) }
            }, now: { .now },
            trouble: { Terminal.complain("not delivered yet, trying again: \(VisibleText.line($0))\n") })
        var exporter = Exporter(start, ports: ports, size: sink.size)
        try await exporter.run(untilEnd: !follow)
        let end = exporter.machine.cursor.next
        Terminal.complain("\(end - start.next) entries sent, up to \(end)\n")
    }

    /// What the cursor belongs to. A file is meant whole: the same name in another folder is another file.
    private var receiver: String {
        to.contains("://") ? to : URL(filePath: to).standardizedFileURL.path
    }

    private struct Sink {
        var deliver: @Sendable ([LedgerEntry]) async throws -> ExportAnswer
        var size: @Sendable (LedgerEntry) throws -> Int
    }

    private func sink(_ origin: String) throws -> Sink {
        if format == .syslog { return try syslog(origin) }
        let lines: ExportFormat = format == .ocsf ? .ocsf : .cloudEvents
        let size: @Sendable (LedgerEntry) throws -> Int = { try lines.line($0, origin: origin).count + 1 }
        guard to.hasPrefix("http://") || to.hasPrefix("https://") else {
            let file = AppendedFile(to)
            let export = ExportFile(
                format: lines, origin: origin,
                operations: ExportFileOperations(
                    size: { try file.size() }, tail: { try file.tail($0) }, truncate: { try file.truncate($0) },
                    append: { try file.append($0) }))
            // A file that cannot be used is told at once; whatever befalls it later is waited for.
            _ = try export.recover()
            guard access(URL(filePath: to).deletingLastPathComponent().path, W_OK | X_OK) == 0 else {
                throw CommandFailure(
                    "\(VisibleText.line(to)) cannot be written: \(String(cString: strerror(errno)))",
                    hint: "name a file in a folder that is there and may be written to", code: .unknown)
            }
            return Sink(deliver: { try export.deliver($0) }, size: size)
        }
        let post = HTTPPost(deadline: .seconds(30), headers: try headers())
        let url = to
        return Sink(
            deliver: { entries in
                let body = lines.body(try entries.map { try lines.line($0, origin: origin) })
                let answer = try await post.send(body.bytes, contentType: body.type, to: url)
                return ExportAnswer(status: answer.status, retryAfter: answer.retryAfter)
            }, size: size)
    }

    private func headers() throws -> [(String, String)] {
        guard let header else { return [] }
        let text = String(decoding: try FileBytes.read(header, limit: 16 << 10), as: UTF8.self)
        let line = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard let colon = line.firstIndex(of: ":"), !line.contains(where: \.isNewline) else {
            throw ValidationError("\(header) holds no header, or several: write one line, `Name: value`.")
        }
        return [
            (
                String(line[..<colon]), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            )
        ]
    }

    private func syslog(_ origin: String) throws -> Sink {
        guard let address = OperatorConfiguration.hostAndPort(String(to.dropFirst("tcp://".count))) else {
            throw ValidationError("“\(VisibleText.line(to))” is not tcp:// with an IPv4 address and a port.")
        }
        let connection = SyslogConnection(host: address.host, port: UInt16(address.port))
        let format = SyslogFormat(host: ProcessInfo.processInfo.hostName)
        return Sink(
            deliver: { entries in
                let frames = try entries.flatMap { SyslogFormat.frame(try format.message($0, origin: origin)) }
                try await connection.send(frames)
                return .accepted
            }, size: { try format.message($0, origin: origin).count + 8 })
    }
}

extension LedgerReader {
    /// At most so many entries from one on.
    fileprivate func page(from: Int64, limit: Int) throws -> [LedgerEntry] {
        let view = try view()
        var page: [LedgerEntry] = []
        let end = min(view.size, Int(from) + limit)
        guard Int(from) < end else { return [] }
        try view.forEachEntry(in: Int(from)..<end) { entry, _ in
            page.append(entry)
            return true
        }
        return page
    }
}
