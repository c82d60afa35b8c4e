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
        let desired = try await DeclaredState.committed(folder, revision: "HEAD")
        guard let name = ResourceName(endpoint), let spec = desired.endpoint(name),
            let location = desired.resources[ResourceID(.endpoint, name)]?.location
        else {
            throw CommandFailure("HEAD declares no endpoint \(endpoint)", hint: "`writ get endpoints`", code: .notSo)
        }
        guard let pin = spec.pin else {
            throw CommandFailure("\(endpoint) pins no version, so there is none to go back from", code: .notSo)
        }
        let git = UserGit(root: folder.root)
        let target = try await target(of: name, pin, location.path, git, folder)
        let pinned = try await digest(of: target, spec.model)
        guard pinned.version != pin.version else {
            throw CommandFailure("\(endpoint) pins version \(pin.version) already", code: .notSo)
        }
        try await commit(name, from: pin, to: pinned, location.path, git)
    }

    /// The version that is asked for, or the one Git pinned before.
    private func target(
        of name: ResourceName, _ pin: Endpoint.Pin, _ path: RepositoryPath, _ git: UserGit, _ folder: ManifestFolder
    ) async throws -> Endpoint.Pin {
        if let to { return Endpoint.Pin(version: to) }
        let source = GitSource(existing: folder.root, manifestFolder: folder.folder)
        let listed = try await git.ask(["log", "--format=%H", "--max-count=500", "HEAD", "--", path.text])
        for line in listed.split(separator: "\n") {
            guard let revision = RevisionID(String(line)),
                let blob = try await source.content(of: path, at: revision)
            else { continue }
            let bytes = try await source.read([blob], limit: ManifestFolder.fileBytes)[0]
            for resource in ManifestDecoder.decode(path: path, bytes: bytes).resources {
                guard resource.id == ResourceID(.endpoint, name), case .endpoint(let older) = resource.spec,
                    let before = older.pin, before.version != pin.version
                else { continue }
                return before
            }
        }
        throw CommandFailure(
            "\(path) never pinned another version in Git", hint: "name one with --to", code: .notSo)
    }

    /// The digest on record, where the records can be read; what Git said otherwise.
    private func digest(of pin: Endpoint.Pin, _ model: ResourceName) async throws -> Endpoint.Pin {
        guard let observed = try await ChangeObservation.read(observation) else { return pin }
        guard let version = observed.record.recorded.versions[model]?[pin.version] else {
            throw CommandFailure(
                "\(model) has no version \(pin.version) on record", hint: "`writ get versions`", code: .notSo)
        }
        return Endpoint.Pin(version: pin.version, digest: version.artefacts)
    }

    private func commit(
        _ name: ResourceName, from: Endpoint.Pin, to pin: Endpoint.Pin, _ path: RepositoryPath, _ git: UserGit
    ) async throws {
        guard try await git.succeeds(["diff", "--quiet", "HEAD", "--", path.text]) else {
            throw CommandFailure(
                "\(path) has changes that are not committed", hint: "commit or stash them first", code: .notSo)
        }
        let file = URL(filePath: "\(git.root)/\(path)")
        let edited = try ManifestEditor.movePin(
            in: Array(try Data(contentsOf: file)), path: path, endpoint: name, to: pin)
        try Data(edited).write(to: file)
        let message =
            "Roll \(name) back to version \(pin.version)\n\nFrom version \(from.version)"
            + (reason.map { ": \($0)" } ?? "") + "\n"
        let code = try UserGit.interact([
            try UserGit.program("git"), "-C", git.root, "commit", "--quiet", "--message", message, "--", path.text,
        ])
        guard code == 0 else {
            throw CommandFailure(
                "git commit ended with \(code); \(path) is edited and not committed",
                hint: "see what git said above; `git checkout -- \(path)` undoes the edit", code: .unknown)
        }
        guard push else {
            return Terminal.say("committed: \(name) goes back to version \(pin.version); next: git push\n")
        }
        _ = try await git.ask(["push", "--quiet"], hint: "the commit is made; push it by hand")
        Terminal.say("committed and pushed: \(name) goes back to version \(pin.version)\n")
    }
}
