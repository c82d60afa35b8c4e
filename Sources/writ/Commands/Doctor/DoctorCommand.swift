// `writ doctor`: whether this machine can run Writ, and what to do where it cannot.
import ArgumentParser
import Foundation
import WritManifests
import WritServer
import WritSource
import WritVocabulary

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look at everything Writ needs of this machine, and say what to do.",
        discussion: "Exit code 1 when something fails. Changes nothing.")

    @OptionGroup var data: DataOption
    @OptionGroup var format: FormatOption

    func run() async throws {
        let findings = try await Terminal.withProgress("looking") { await look() }
        switch format.format {
        case .json: Terminal.say(try Canonical.encodePretty(findings))
        case .text: say(findings)
        }
        if findings.contains(where: { $0.verdict == .fail }) { throw CommandFailure.notSo }
    }

    private func look() async -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        var configuration: OperatorConfiguration?
        do {
            let found = try data.configuration()
            configuration = found
            findings.append(.ok("configuration", found.path))
        } catch let failure as CommandFailure {
            findings.append(.warn("configuration", failure.message, failure.hint ?? ""))
        } catch {
            let message = (error as? ConfigurationFailure)?.diagnostics.first.map {
                "\($0.path):\($0.line): \($0.message)"
            }
            findings.append(
                .fail(
                    "configuration", message ?? FailureRecord(error).message,
                    "correct it; `writ init` writes an example"))
        }
        let isRequired = configuration?.local.sandbox != OperatorConfiguration.Local.Sandbox.none
        findings += await MachineChecks.all(uv: configuration?.local.uv ?? "uv", sandboxIsRequired: isRequired)
        if let folder = (try? data.directory()) ?? configuration?.data {
            findings += await DataChecks.all(folder, now: .now)
            if let gateway = configuration?.gateway {
                findings.append(
                    ListenCheck.gateway.finding(
                        host: gateway.host, port: gateway.port, controllerRuns: AnswerAccess.isHeld(folder)))
            }
        }
        if let configuration { findings += await DoctorCommand.others(configuration) }
        return findings
    }

    /// What the operator's file names beside this machine.
    private static func others(_ configuration: OperatorConfiguration) async -> [DoctorFinding] {
        let environment = ProcessInfo.processInfo.environment
        var findings = [repository(configuration.repository)]
        findings += KeyChecks.all(configuration, environment: environment)
        findings += await ReachChecks(configuration: configuration, environment: environment).all()
        if let webhooks = configuration.governance.webhooks {
            findings.append(
                ListenCheck.webhooks.finding(
                    host: webhooks.host, port: webhooks.port,
                    controllerRuns: AnswerAccess.isHeld(configuration.data)))
        }
        return findings
    }

    private static func repository(_ repository: OperatorConfiguration.Repository) -> DoctorFinding {
        guard let path = repository.address.localPath else {
            return .ok("repository", "\(repository.address), asked by the first fetch")
        }
        let isRepository = ["\(path)/HEAD", "\(path)/.git"].contains { FileManager.default.fileExists(atPath: $0) }
        guard isRepository else {
            return .fail(
                "repository", "\(path) is not a Git repository",
                "git init -b \(repository.branch) \(path), or correct repository.url")
        }
        return .ok("repository", path)
    }

    private func say(_ findings: [DoctorFinding]) {
        let style = Terminal.style
        var table = TextTable("", "CHECK", "FOUND")
        for finding in findings {
            let tone: TextStyle.Tone =
                switch finding.verdict {
                case .ok: .good
                case .warn: .attention
                case .fail: .bad
                }
            let remedy = finding.remedy.map { "; do: \($0)" } ?? ""
            // Some failures are whole sentences.
            let isEnded = !remedy.isEmpty && finding.message.hasSuffix(".")
            let message = isEnded ? String(finding.message.dropLast()) : finding.message
            table.add(
                TextTable.Cell(finding.verdict.rawValue, tone), TextTable.Cell(finding.name),
                TextTable.Cell(message + remedy))
        }
        Terminal.say(table.text(style))
    }
}
