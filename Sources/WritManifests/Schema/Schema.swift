// The schema: one table of kinds and their fields. Decoding, JSON Schema and `explain` all read it.
import WritVocabulary

enum Schema {
    static func form(of kind: Kind) -> Form<Resource> {
        switch kind {
        case .dataset: dataset
        case .model: model
        case .endpoint: endpoint
        case .policy: policy
        }
    }

    static func summary(of kind: Kind) -> String {
        switch kind {
        case .dataset: "A named source of rows, and what they must look like."
        case .model: "A line of versions: how they are trained or where they come from, and what judges them."
        case .endpoint:
            "Which pinned version of a model serves, by which process, and how one version replaces another."
        case .policy:
            "Who may change what, and what it takes. Once one policy exists, a change no rule covers is refused."
        }
    }

    private static let dataset = manifest(.dataset, datasetSpec) { .dataset($0) }
    private static let model = manifest(.model, modelSpec) { .model($0) }
    private static let endpoint = manifest(.endpoint, endpointSpec) { .endpoint($0) }
    private static let policy = manifest(.policy, policySpec) { .policy($0) }

    private struct ManifestDraft<Spec: Sendable>: Sendable {
        var metadata: Metadata?
        var spec: Spec?
    }

    private static func manifest<Spec: Sendable>(
        _ kind: Kind, _ spec: Form<Spec>, _ wrap: @escaping @Sendable (Spec) -> Resource.Spec
    ) -> Form<Resource> {
        .object(
            ManifestDraft<Spec>(),
            [
                .required("apiVersion", .choice(APIVersion.self), "The version of the manifest format.") { _, _ in },
                .required("kind", constant(kind.rawValue), "What is declared here: `\(kind.rawValue)`.") { _, _ in },
                .required("metadata", metadata, "What the resource is called and who looks after it.") {
                    $0.metadata = $1
                },
                .required("spec", spec, summary(of: kind)) { $0.spec = $1 },
            ],
            finish: { reader, node, draft in
                guard let metadata = draft.metadata, let spec = draft.spec else { return nil }
                let location = ManifestLocation(path: reader.path, line: Int(reader.tree[node].line) + 1)
                return Resource(metadata: metadata, spec: wrap(spec), location: location)
            })
    }

    private enum APIVersion: String, CaseIterable {
        case version1 = "writ.dev/v1"
    }

    /// The decoder has compared it before it chose the table.
    private static func constant(_ text: String) -> Form<Void> {
        Form(shape: .choice([text])) { _, _ in () }
    }
}
