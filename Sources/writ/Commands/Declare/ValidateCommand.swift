// `writ validate [PATH]`: every error of every manifest, before a commit.
import ArgumentParser
import Foundation
import WritManifests
import WritServer
import WritVocabulary

struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Check manifests: all errors at once, each with its line.",
        discussion: """
            In a repository's root, the manifests are those of its folder `manifests`, when it has one.

            For continuous integration: `github` prints annotations (workflow commands), `gitlab` a Code Quality \
            report, and `sarif` a SARIF 2.1.0 log.
            """)

    @Argument(help: "The folder of the manifests, or the repository.", completion: .directory)
    var path = "."

    @Option(name: .long, help: "Check a commit instead of the files on disk: a commit's id, branch or tag.")
    var revision: String?

    @Option(
        name: .long,
        help: "How to print: text for people, json for programs; github, gitlab and sarif for pull requests.")
    var format: ValidationFormat = .text

    func run() async throws {
        do {
            let resources = try await resources(ManifestFolder(path))
            try report(resources)
        } catch let refusal as ManifestRefusal {
            try report(refusal)
            throw CommandFailure.notSo
        } catch let failure as CommandFailure where format == .github {
            // On its own it would be a line of its own words, and a file's name may hold a line end and a command.
            Terminal.say(Diagnostic.githubFailure(failure.message))
            throw ExitCode(failure.code.rawValue)
        }
    }

    private func resources(_ folder: ManifestFolder) async throws -> [ResourceID] {
        if let revision {
            return try await DeclaredState.committed(folder, revision: revision).resources.keys.sorted()
        }
        let workers = ProcessInfo.processInfo.activeProcessorCount
        return try await ManifestIndex.validate(files: folder.manifests(), workers: workers, exists: folder.exists)
            .get().map(\.id)
    }

    private func report(_ resources: [ResourceID]) throws {
        switch format {
        case .text, .github: Terminal.say("valid: \(ValidateCommand.counts(resources))\n")
        case .json: Terminal.say(try Canonical.encodePretty(ValidationReport(valid: true, resources: resources)))
        case .gitlab, .sarif: try say([], count: 0)
        }
    }

    private static func counts(_ resources: [ResourceID]) -> String {
        Kind.allCases.map { kind in
            let count = resources.filter { $0.kind == kind }.count
            return "\(count) \(count == 1 ? kind.rawValue.lowercased() : kind.plural)"
        }.joined(separator: ", ")
    }

    private func report(_ refusal: ManifestRefusal) throws {
        switch format {
        case .json:
            let report = ValidationReport(valid: false, diagnostics: refusal.diagnostics, count: refusal.count)
            Terminal.say(try Canonical.encodePretty(report))
        case .gitlab, .sarif: try say(refusal.diagnostics, count: refusal.count)
        case .github:
            Terminal.say(Diagnostic.githubAnnotations(refusal.diagnostics))
            sayUnlisted(refusal)
        case .text:
            Terminal.complain(Diagnostic.render(refusal.diagnostics))
            sayUnlisted(refusal)
        }
    }

    private func say(_ diagnostics: [Diagnostic], count: Int) throws {
        let isSARIF = format == .sarif
        Terminal.say(
            isSARIF
                ? try Diagnostic.sarif(diagnostics, count: count, version: Product.version)
                : try Diagnostic.gitlab(diagnostics))
    }

    private func sayUnlisted(_ refusal: ManifestRefusal) {
        guard refusal.count > refusal.diagnostics.count else { return }
        Terminal.complain("… and \(refusal.count - refusal.diagnostics.count) more errors\n")
    }
}

/// `writ validate --format json`.
private struct ValidationReport: Encodable {
    var valid: Bool
    /// What is declared, when it is valid.
    var resources: [ResourceID] = []
    /// In order of path, line and column.
    var diagnostics: [Diagnostic] = []
    /// All errors, listed or not.
    var count = 0
}
