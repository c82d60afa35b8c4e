// The published schemas and `explain`, both made from the table manifests are decoded by.
import Foundation
import Testing
import WritVocabulary

@testable import WritManifests

struct SchemaTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../manifests/schema").standardizedFileURL

    @Test(
        "manifests/schema holds what the table says (WRIT_UPDATE_GOLDEN=1 writes it)",
        arguments: [
            "dataset.schema.json", "endpoint.schema.json", "manifest.schema.json", "model.schema.json", "policy.schema.json",
        ])
    func published(name: String) throws {
        let bytes = try #require(try JSONSchema.documents()[name])
        let file = Self.folder.appending(path: name)
        if ProcessInfo.processInfo.environment["WRIT_UPDATE_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }
        #expect(
            try Array(Data(contentsOf: file)) == bytes,
            "run the tests with WRIT_UPDATE_GOLDEN=1 and review the difference")
    }

    @Test("no other file lies among the published schemas")
    func nothingElse() throws {
        let found = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
        #expect(found == (try JSONSchema.documents()).keys.sorted())
    }

    @Test("every kind and every field can be explained, in lines that end in no space")
    func everyPath() throws {
        let paths = Explanation.paths()
        #expect(paths.count > 100)
        for path in paths {
            let text = try Explanation.explain(path)
            #expect(text.hasPrefix(path))
            #expect(text.split(separator: "\n").allSatisfy { !$0.hasSuffix(" ") && $0.count <= 180 }, "\(path)")
        }
    }

    @Test("explain shows a field's type, default and fields")
    func rollout() throws {
        #expect(
            try Explanation.explain("endpoints.spec.rollout") == """
                Endpoint.spec.rollout: mapping

                  How one version replaces another.
                  Optional.

                Fields:
                  strategy  one of `blueGreen`, `recreate` (default `blueGreen`)
                            `blueGreen` starts the new replicas beside the old and moves traffic when all are ready;
                            `recreate` stops the old first, and requests fail in between.
                  drain     a length of time from 0s to 1h (default `10s`)
                            How long a replica may finish the requests it has.

                """)
    }

    @Test(
        "an unknown path is answered with the nearest name",
        arguments: [
            (
                "Endpiont",
                "“Endpiont” is not a kind of resource: did you mean `Endpoint`? Kinds are `Dataset`, `Model`, "
                    + "`Endpoint`, `Policy`."
            ),
            (
                "Endpoint.spec.rolout.drain",
                "`rolout` is not a field of Endpoint.spec: did you mean `rollout`? Its fields are `model`, "
                    + "`version`, `digest`, `runtime`, `replicas`, `resources`, `rollout`, `promotion`."
            ),
            (
                "Endpoint.spec.replicas.x",
                "Endpoint.spec.replicas has no fields: it is a whole number from 0 to 64. "
                    + "Run `writ explain Endpoint.spec.replicas`."
            ),
            ("", "“” is not a kind of resource. Kinds are `Dataset`, `Model`, `Endpoint`, `Policy`."),
        ])
    func unknown(path: String, expected: String) {
        #expect(throws: ManifestFailure.self) { try Explanation.explain(path) }
        do throws(ManifestFailure) { _ = try Explanation.explain(path) } catch { #expect(error.message == expected) }
    }
}
