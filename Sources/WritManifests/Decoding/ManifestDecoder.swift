// YAML text to resources.
import WritVocabulary

/// Decodes manifest files. Pure: the same bytes give the same answer; any bytes give one.
public enum ManifestDecoder {
    /// Decodes one file of any number of documents. Documents that say nothing are passed over.
    public static func decode(path: RepositoryPath, bytes: [UInt8]) -> DecodedManifest {
        let tree = YAMLParser.parse(bytes)
        var reader = Reader(tree: tree, path: path)
        var documents: [DecodedManifest.Document] = []
        for root in tree.documents where reader.scalar(root) != .null {
            documents.append(reader.document(root))
        }
        return DecodedManifest(
            path: path, diagnostics: reader.diagnostics.sorted(), problemCount: reader.problemCount,
            documents: documents,
            source: bytes, hidesNames: tree.isTruncated || documents.contains { $0.id == nil })
    }
}

extension Reader {
    fileprivate mutating func document(_ root: NodeIndex) -> DecodedManifest.Document {
        self.root = root
        mentions.removeAll(keepingCapacity: true)
        let name = tree.value("metadata", in: root).flatMap { tree.value("name", in: $0) }
        let kind = tree.value("kind", in: root)
        let place = tree[name ?? root]
        var document = DecodedManifest.Document(line: place.line + 1, column: UInt32(place.column) + 1, mentions: [])
        guard let declared = self.kind(kind, in: root) else { return document }
        if let name, let valid = ResourceName(tree.text(of: name)) { document.id = ResourceID(declared, valid) }
        document.resource = Schema.form(of: declared).read(&self, root)
        document.mentions = mentions
        return document
    }

    /// The document's kind, which says by which table the rest is read.
    private mutating func kind(_ node: NodeIndex?, in root: NodeIndex) -> Kind? {
        if let node, tree[node].kind == .scalar, let kind = Kind(rawValue: tree.text(of: node)) { return kind }
        let names = Kind.allCases.map(\.rawValue)
        guard tree[root].kind == .mapping else {
            return wrongType(root, "a mapping with `apiVersion`, `kind`, `metadata` and `spec`")
        }
        guard let node else {
            report(at: root, "missing-field", hint: "`kind` is \(Shape.choice(names).words)") { _ in
                "the manifest needs `kind`"
            }
            return nil
        }
        guard tree[node].kind == .scalar else { return wrongType(node, Shape.choice(names).words) }
        let written = tree.text(of: node)
        let words = Shape.choice(names).words
        if tree[node].valueLength == 0 { return wrongType(node, words) }
        report(at: node, "unknown-kind", hint: Suggestion.hint(for: written, among: names)) { _ in
            "“\(SafeText.shown(written))” is not a kind of resource; a kind is \(words)"
        }
        return nil
    }
}
