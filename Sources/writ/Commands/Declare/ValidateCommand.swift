// `writ validate [PATH]`: every error of every manifest, before a commit.
import ArgumentParser
import Foundation
import WritManifests
import WritVocabulary

struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Check manifests: all errors at once, each with its line.",
        discussion: "In a repository's root, the manifests are those of its folder `manifests`, when it has one.")

    @Argument(help: "The folder of the manifests, or the repository.", completion: .directory)
    var path = "."

    @Option(name: .long, help: "Check a commit instead of the files on disk: a commit's id, branch or tag.")
    var revision: String?

    @OptionGroup var format: FormatOption

    func run() async throws {
        let folder = try ManifestFolder(path)
        do {
            let resources = try await resources(folder)
            try report(resources)
        } catch let refusal as ManifestRefusal {
            try report(refusal)
            throw CommandFailure.notSo
        }
    }

    private func resources(_ folder: ManifestFolder) async throws -> [ResourceID] {
        if let revision {
            return try await DeclaredState.committed(folder, revision: revision).resources.keys.sorted()
        }
        return try ManifestIndex.validate(files: folder.manifests(), exists: folder.exists).get().map(\.id)
    }

    private func report(_ resources: [ResourceID]) throws {
        if format.format == .json {
            return Terminal.say(try Canonical.encodePretty(ValidationReport(valid: true, resources: resources)))
        }
        let counts = Kind.allCases.map { kind in
            let count = resources.filter { $0.kind == kind }.count
            return "\(count) \(kind.rawValue.lowercased())\(count == 1 ? "" : "s")"
        }
        Terminal.say("valid: \(counts.joined(separator: ", "))\n")
    }

    private func report(_ refusal: ManifestRefusal) throws {
        if format.format == .json {
            let report = ValidationReport(valid: false, diagnostics: refusal.diagnostics, count: refusal.count)
            return Terminal.say(try Canonical.encodePretty(report))
        }
        Terminal.complain(Diagnostic.render(refusal.diagnostics))
        if refusal.count > refusal.diagnostics.count {
            Terminal.complain("… and \(refusal.count - refusal.diagnostics.count) more errors\n")
        }
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
