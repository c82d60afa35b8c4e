// What one file declares, and all that is wrong with it.
import WritVocabulary

/// One manifest file, decoded. Either it has diagnostics, or every document of it is a resource.
public struct DecodedManifest: Sendable {
    public internal(set) var path: RepositoryPath
    /// In the order of the file, at most 100.
    public internal(set) var diagnostics: [Diagnostic]
    /// How many problems there are, those beyond the first 100 included.
    public let problemCount: Int
    var documents: [Document]
    /// Kept so that what turns out wrong later can be shown too.
    let source: [UInt8]
    /// Whether the file may declare more than could be read.
    let hidesNames: Bool

    struct Document: Sendable {
        /// Known as soon as kind and name can be read, even where the rest is wrong.
        var id: ResourceID?
        /// Where the name stands, from 1.
        var line: UInt32
        var column: UInt32
        var resource: Resource?
        var mentions: [Mention]
    }

    /// The resources of the file, in its order. Not to be used while there are diagnostics.
    public var resources: [Resource] { documents.compactMap(\.resource) }

    /// The same file under another path: one blob may lie in two places.
    func moved(to path: RepositoryPath) -> DecodedManifest {
        guard path != self.path else { return self }
        var moved = self
        moved.path = path
        for index in moved.documents.indices { moved.documents[index].resource?.location.path = path }
        for index in moved.diagnostics.indices { moved.diagnostics[index].path = path.text }
        return moved
    }
}
