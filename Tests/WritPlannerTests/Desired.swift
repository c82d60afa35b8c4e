// From a scenario's YAML to desired state, with contents made up from the paths.
import Testing
import WritManifests
import WritVocabulary

enum Desired {
    /// The change that makes the YAML the desired state. Paths in `contents` have other bytes than their name gives.
    static func change(
        _ yaml: String, revision: RevisionID, replacing old: DesiredState = DesiredState(), contents: Set<String> = []
    ) -> DesiredState.Change {
        let decoded = ManifestDecoder.decode(path: RepositoryPath("manifests/all.yaml")!, bytes: Array(yaml.utf8))
        #expect(decoded.diagnostics.isEmpty, "\(decoded.diagnostics.map(\.rendered))")
        var resources: [ResourceID: Resource?] = [:]
        for id in old.resources.keys { resources.updateValue(nil, forKey: id) }
        for resource in decoded.resources { resources.updateValue(resource, forKey: resource.id) }
        var change = DesiredState.Change(revision: revision, resources: resources)
        for path in Set(decoded.resources.flatMap(\.paths)) {
            let bytes = contents.contains(path.text) ? "other bytes of \(path)" : "bytes of \(path)"
            change.contents.updateValue(
                contents.contains("-\(path)") ? nil : ContentID(World.hex(bytes))!, forKey: path)
        }
        return change
    }
}
