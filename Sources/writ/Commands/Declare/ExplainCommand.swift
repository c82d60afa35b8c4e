// `writ explain` and `writ schema`: the manifest format, in words and as JSON Schema.
import ArgumentParser
import WritManifests
import WritVocabulary

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Explain a kind or a field of a manifest, such as Endpoint.spec.rollout.")

    @Argument(help: "A path; the kinds when left out.", completion: .custom { _, _, _ in Explanation.paths() })
    var path: String?

    func run() throws {
        guard let path else {
            return Terminal.say(try Kind.allCases.map { try Explanation.explain($0.rawValue) }.joined(separator: "\n"))
        }
        Terminal.say(try Explanation.explain(path))
    }
}

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of a kind, or of a manifest of any kind.")

    @Argument(
        help: "dataset, model, endpoint or policy.", completion: .list(Kind.allCases.map { $0.rawValue.lowercased() }))
    var kind: String?

    func run() throws {
        let kind = try kind.map { typed in
            guard let kind = Kind(typed: typed) else {
                throw ValidationError("“\(typed)” is not a kind of resource; kinds are dataset, model and endpoint.")
            }
            return kind
        }
        Terminal.say(try JSONSchema.document(of: kind))
    }
}
