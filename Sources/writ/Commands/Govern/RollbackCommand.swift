// `writ rollback ENDPOINT`: the commit that moves a pin back, made for a person, never behind Git's back.
import ArgumentParser
import Foundation
import WritManifests
import WritServer
import WritSource
import WritVocabulary

struct RollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Commit the pin of an endpoint back to an earlier version.",
        discussion: """
            Without --to, the version the manifest pinned before the one it pins now. The commit is made with your own \
            git and signed as your git signs; nothing is pushed unless --push is given. Writ acts when the branch has \
            it.
            """)

    @Argument(help: "The endpoint's name.")
    var endpoint: String

    @Argument(help: "The repository.", completion: .directory)
    var path = "."

    @Option(name: .long, help: "The version to go back to.")
    var to: Int?

    @Option(name: .long, help: "Why, for the commit's message.")
    var reason: String?

    @Flag(name: .long, help: "Push the commit to the branch's upstream.")
    var push = false

    @OptionGroup var observation: ObservationOption

    func validate() throws {
        guard ResourceName(endpoint) != nil else { throw ValidationError("“\(endpoint)” is not a resource's name.") }
        guard to.map({ $0 > 0 }) ?? true else { throw ValidationError("--to is a version's number.") }
        guard reason.map({ VisibleText.line($0) == $0 && $0.count <= 500 }) ?? true else {
            throw ValidationError("--reason is one line of at most 500 characters.")
        }
    }

    func run() async throws {
        let folder = try ManifestFolder(path)
        let desired: DesiredState
        do {
            desired = try await DeclaredState.committed(folder, revision: "HEAD")
        } catch let refusal as ManifestRefusal {
            throw DeclaredState.report(refusal)
        }
        guard let name = ResourceName(endpoint), let spec = desired.endpoint(name),
            let location = desired.resources[ResourceID(.endpoint, name)]?.location
        else { throw unknown(desired) }
        guard let pin = spec.pin else {
            throw CommandFailure("\(endpoint) pins no version, so there is none to go back from", code: .notSo)
        }
        let git = UserGit(root: folder.root)
        if push { try checkUpstream(git) }
        let target = try await target(of: name, pin, location.path, git, folder)
        let pinned = try await digest(of: target, spec.model)
        guard pinned.version != pin.version else {
            throw CommandFailure("\(endpoint) pins version \(pin.version) already", code: .notSo)
        }
        try commit(name, from: pin, to: pinned, location.path, git)
    }

    private func unknown(_ desired: DesiredState) -> CommandFailure {
        let names = desired.resources.keys.filter { $0.kind == .endpoint }.map(\.name.text).sorted()
        let near = NearestName.suggestion(for: endpoint, among: names).map { "did you mean `\($0)`?" }
        let all = names.isEmpty ? "it declares none" : "it declares \(names.prefix(10).joined(separator: ", "))"
        return CommandFailure("HEAD declares no endpoint \(endpoint)", hint: near ?? all, code: .notSo)
    }

    /// Before anything is committed that could not be pushed then.
    private func checkUpstream(_ git: UserGit) throws {
        guard let branch = try git.look(["symbolic-ref", "--short", "HEAD"]) else {
            throw CommandFailure(
                "HEAD is on no branch, so there is nothing to push", hint: "git switch main", code: .notSo)
        }
        guard try git.look(["rev-parse", "--abbrev-ref", "@{upstream}"]) != nil else {
            throw CommandFailure(
                "the branch \(branch) has no upstream to push to", hint: "git push --set-upstream origin \(branch)",
                code: .notSo)
        }
    }

    /// The version that is asked for, or the one Git pinned before.
    private func target(
        of name: ResourceName, _ pin: Endpoint.Pin, _ path: RepositoryPath, _ git: UserGit, _ folder: ManifestFolder
    ) async throws -> Endpoint.Pin {
        if let to { return Endpoint.Pin(version: to) }
        let source = GitSource(existing: folder.root, manifestFolder: folder.folder)
        let listed = try git.ask(["log", "--format=%H", "--max-count=500", "HEAD", "--", path.text])
        for line in listed.split(separator: "\n") {
            guard let revision = RevisionID(String(line)),
                let blob = try await source.content(of: path, at: revision)
            else { continue }
            let bytes = try await source.read([blob], limit: ManifestFolder.fileBytes)[0]
            for resource in ManifestDecoder.decode(path: path, bytes: bytes).resources {
                guard resource.id == ResourceID(.endpoint, name), case .endpoint(let older) = resource.spec,
                    let before = older.pin, before.version < pin.version
                else { continue }
                return before
            }
        }
        throw CommandFailure(
            "\(path) never pinned a version below \(pin.version) in this history", hint: "name one with --to",
            code: .notSo)
    }

    /// The digest on record, where the records can be read; what Git said otherwise.
    private func digest(of pin: Endpoint.Pin, _ model: ResourceName) async throws -> Endpoint.Pin {
        guard let observed = try await ChangeObservation.read(observation) else {
            if to != nil { Terminal.complain("note: no records are at hand to look version \(pin.version) up in\n") }
            return pin
        }
        guard let version = observed.record.recorded.versions[model]?[pin.version] else {
            throw CommandFailure(
                "\(model) has no version \(pin.version) on record", hint: "`writ get versions \(model)` lists them",
                code: .notSo)
        }
        return Endpoint.Pin(version: pin.version, digest: version.artefacts)
    }

    private func commit(
        _ name: ResourceName, from: Endpoint.Pin, to pin: Endpoint.Pin, _ path: RepositoryPath, _ git: UserGit
    ) throws {
        guard try git.look(["diff", "--quiet", "HEAD", "--", path.text]) != nil else {
            throw CommandFailure(
                "\(path) has changes that are not committed", hint: "commit or stash them first", code: .notSo)
        }
        let file = URL(filePath: "\(git.root)/\(path)")
        let before = try Data(contentsOf: file)
        let edited = try ManifestEditor.movePin(in: Array(before), path: path, endpoint: name, to: pin)
        try Data(edited).write(to: file)
        let why = reason.map { ": \($0)" } ?? ""
        let message = "Roll \(name) back to version \(pin.version)\n\nFrom version \(from.version)\(why)\n"
        guard try git.does(["commit", "--quiet", "--message", message, "--", path.text]) else {
            try before.write(to: file)
            throw CommandFailure(
                "git did not commit: see above; \(path) is as it was", hint: "`git commit` says the same",
                code: .unknown)
        }
        try finish("\(name) goes back to version \(pin.version)", git)
    }

    private func finish(_ what: String, _ git: UserGit) throws {
        guard push else { return Terminal.say("committed: \(what) once the branch has it; next: git push\n") }
        guard try git.does(["push", "--quiet"]) else {
            throw CommandFailure(
                "the commit is made, and git did not push it: see above",
                hint: "when somebody was faster: git pull --rebase, then git push", code: .unknown)
        }
        Terminal.say("committed and pushed: \(what)\n")
    }
}
