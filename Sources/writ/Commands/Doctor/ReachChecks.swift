// Whether the others Writ talks with answer: the forge, the policy engines, the witnesses.
import Foundation
import WritDrivers
import WritLedger
import WritVocabulary

/// All are asked at once, each for a few seconds, and nothing is changed there.
struct ReachChecks {
    /// The longest wait for one answer.
    static let patience = TimeSpan.seconds(5)
    /// Witnesses shown, each in a row of its own.
    static let witnessesMaximum = 20

    var configuration: OperatorConfiguration
    var environment: [String: String]

    private typealias Check = @Sendable () async -> DoctorFinding

    func all() async -> [DoctorFinding] {
        var checks: [Check] = []
        if let forge = configuration.governance.forge { checks.append { await Self.forge(forge, environment) } }
        for engine in configuration.governance.engines { checks.append { await Self.engine(engine) } }
        var findings: [DoctorFinding] = []
        if let witnesses = configuration.audit.witnesses {
            do {
                let policy = try WitnessPolicy(FileBytes.read(witnesses.policy, limit: WitnessService.policyBytes))
                for witness in policy.witnesses.prefix(Self.witnessesMaximum) {
                    checks.append { await Self.witness(witness) }
                }
            } catch {
                findings.append(
                    .fail(
                        "witnesses", "\(witnesses.policy): \(FailureRecord(error).message)",
                        "correct the file, or audit.witnesses.policy in writ.yaml"))
            }
        }
        return await Self.answers(checks) + findings
    }

    /// In the order of the checks.
    private static func answers(_ checks: [Check]) async -> [DoctorFinding] {
        await withTaskGroup(of: (Int, DoctorFinding).self) { group in
            for (index, check) in checks.enumerated() { group.addTask { (index, await check()) } }
            var found: [Int: DoctorFinding] = [:]
            for await (index, finding) in group { found[index] = finding }
            return checks.indices.compactMap { found[$0] }
        }
    }

    private static func forge(
        _ settings: OperatorConfiguration.ForgeSettings, _ environment: [String: String]
    ) async -> DoctorFinding {
        let name = "forge"
        let driver: any ForgeDriver
        do { driver = try settings.driver(environment, patience: patience) } catch {
            return .fail(name, FailureRecord(error).message, "correct `forge` in writ.yaml")
        }
        let answer: Result<ForgeAccess, any Error>
        do { answer = .success(try await driver.access()) } catch { answer = .failure(error) }
        do { try await driver.shutdown() } catch {
            return .warn(name, "the connection could not be closed: \(FailureRecord(error).message)", "try again")
        }
        switch answer {
        case .success(let access):
            let words = "\(settings.repository) at \(settings.url), as \(access.account)"
            guard access.mayWrite == false, settings.reports else { return .ok(name, words) }
            return .warn(
                name, "\(words), which may only read",
                "let it write, so that Writ can say on a commit what merging it does, or set forge.reports to false")
        case .failure(let error):
            let failure = FailureRecord(error)
            return .fail(name, failure.message, remedy(failure.code))
        }
    }

    private static func remedy(_ code: String) -> String {
        switch code {
        case "forge-token-unreadable": "put the token where forge.token says"
        case "forge-unauthorised": "make a token on the forge and put it where forge.token says"
        case "forge-forbidden": "give the token the right to read the repository, its requests and its commits"
        case "forge-not-found": "correct forge.repository, or let the token's account see it"
        case "forge-unreachable": "correct forge.url, or wait until the forge is back; Writ goes on from Git alone"
        case _: "correct `forge` in writ.yaml"
        }
    }

    /// A command is looked for, a service is knocked at; neither is asked to decide anything.
    private static func engine(_ engine: OperatorConfiguration.Engine) async -> DoctorFinding {
        let name = "engine \(engine.name)"
        let field = "engines.\(engine.name)"
        switch engine.way {
        case .command(let argv):
            let program = argv.first ?? ""
            guard let path = ProgramRun.find(program, on: OperatorEngines.searchPath) else {
                return .fail(
                    name, "\(VisibleText.line(program)) is not there or cannot be run: no change it judges is allowed",
                    "install it, or correct \(field).command in writ.yaml")
            }
            return .ok(name, "\(path) can be run")
        case .url(let url):
            do {
                let code = try await HTTPPost(deadline: min(engine.deadline, patience)).knock(at: url)
                guard code == 404 || code >= 500 else { return .ok(name, "\(place(url)) answers") }
                return .warn(name, "\(place(url)) answers \(code)", "look at its log, or correct \(field).url")
            } catch {
                return .fail(
                    name, "\(place(url)): \(FailureRecord(error).message), so no change it judges is allowed",
                    "start it, or correct \(field).url in writ.yaml")
            }
        }
    }

    private static func witness(_ witness: WitnessPolicy.Witness) async -> DoctorFinding {
        let name = "witness \(VisibleText.line(String(witness.name.description.prefix(40))))"
        guard let url = witness.url else {
            return .warn(
                name, "the policy gives no address, so Writ never asks it", "add its address to the policy's line")
        }
        do {
            // What is there for POST alone refuses GET: any answer shows that somebody is there.
            let code = try await HTTPPost(deadline: patience).knock(at: url)
            guard code >= 500 else { return .ok(name, "\(place(url)) answers") }
            return .warn(name, "\(place(url)) answers \(code)", "ask who runs it")
        } catch {
            return .warn(
                name, "\(place(url)): \(FailureRecord(error).message)",
                "ask who runs it; Writ goes on, and heads lack its cosignature until it is back")
        }
    }

    /// An address as it may be shown: without user, password and query, which may be secrets.
    private static func place(_ url: String) -> String {
        guard var parts = URLComponents(string: url) else { return "its address" }
        (parts.user, parts.password, parts.query, parts.fragment) = (nil, nil, nil, nil)
        return VisibleText.line(parts.string ?? "its address")
    }
}
