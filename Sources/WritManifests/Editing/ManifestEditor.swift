// Changes one thing in a manifest's bytes and leaves every other byte as its author wrote it.
import WritVocabulary

/// Edits manifest files in place. Pure: bytes to bytes.
public enum ManifestEditor {
    /// The file with an Endpoint's `version` and `digest` set to `pin`, and everything else byte for byte as it was:
    /// comments, order, quotes, line ends, byte order mark.
    ///
    /// A `digest` that is not there yet is added after `version`, and a `version` after `model`: on lines of their own
    /// in block style, in the same mapping in flow style. The result is decoded and compared with the file as it was;
    /// where they differ by more than the pin, the edit is refused.
    ///
    /// Fails where the file has errors, does not declare the Endpoint, or has a digest and `pin` has none.
    public static func movePin(
        in bytes: [UInt8], path: RepositoryPath, endpoint: ResourceName, to pin: Endpoint.Pin
    ) throws(ManifestFailure) -> [UInt8] {
        let id = ResourceID(.endpoint, endpoint)
        let before = ManifestDecoder.decode(path: path, bytes: bytes)
        if let error = before.diagnostics.first { throw .editOfErrors(id, error) }
        let places = before.resources.indices.filter { before.resources[$0].id == id }
        guard places.count == 1, case .endpoint(let declared) = before.resources[places[0]].spec else {
            throw .editOfNothing(id, path, count: places.count)
        }
        guard declared.pin != pin else { return bytes }
        guard pin.digest != nil || declared.pin?.digest == nil else { throw .editWithoutDigest(id, pin) }
        let tree = YAMLParser.parse(bytes)
        guard let root = root(of: id, in: tree), let edit = PinEdit(tree: tree, root: root),
            let edited = edit.apply(from: declared.pin, to: pin),
            isMoved(edited, from: before, at: places[0], to: pin)
        else { throw .editInDoubt(id, path, pin) }
        return edited
    }

    private static func root(of id: ResourceID, in tree: YAMLTree) -> NodeIndex? {
        tree.documents.first { root in
            guard let kind = tree.value("kind", in: root), let metadata = tree.value("metadata", in: root),
                let name = tree.value("name", in: metadata)
            else { return false }
            return tree.text(of: kind) == id.kind.rawValue && tree.text(of: name) == id.name.text
        }
    }

    /// Whether the edited bytes declare what the old ones did, but for the pin of one Endpoint.
    private static func isMoved(
        _ edited: [UInt8], from before: DecodedManifest, at place: Int, to pin: Endpoint.Pin
    ) -> Bool {
        let after = ManifestDecoder.decode(path: before.path, bytes: edited)
        var expected = before.resources
        guard after.diagnostics.isEmpty, case .endpoint(var endpoint) = expected[place].spec else { return false }
        endpoint.pin = pin
        expected[place].spec = .endpoint(endpoint)
        let added = edited.count { $0 == 0x0A } - before.source.count { $0 == 0x0A }
        for later in expected.indices.dropFirst(place + 1) { expected[later].location.line += added }
        return after.resources == expected
    }
}

extension ManifestFailure {
    fileprivate static func editOfErrors(_ id: ResourceID, _ error: Diagnostic) -> ManifestFailure {
        let place = "\(SafeText.shown(error.path, limit: 200)), line \(error.line)"
        return ManifestFailure(
            code: "edit-of-errors",
            message: "The pin of \(id) cannot be moved while its file has errors (\(place): \(error.message)); "
                + "correct them first, `writ validate` lists them.")
    }

    fileprivate static func editOfNothing(_ id: ResourceID, _ path: RepositoryPath, count: Int) -> ManifestFailure {
        let found = count == 0 ? "does not declare it" : "declares it \(count) times"
        return ManifestFailure(
            code: "edit-of-nothing",
            message: "The pin of \(id) cannot be moved in \(SafeText.shown(path.text, limit: 200)), which \(found); "
                + "`writ describe \(id.kind.rawValue.lowercased()) \(id.name)` says where it is declared.")
    }

    fileprivate static func editWithoutDigest(_ id: ResourceID, _ pin: Endpoint.Pin) -> ManifestFailure {
        ManifestFailure(
            code: "edit-without-digest",
            message: "The pin of \(id) has a digest, so it is not moved to version \(pin.version) without one; "
                + "give the digest of that version.")
    }

    fileprivate static func editInDoubt(_ id: ResourceID, _ path: RepositoryPath, _ pin: Endpoint.Pin)
        -> ManifestFailure
    {
        ManifestFailure(
            code: "edit-in-doubt",
            message: "The pin of \(id) could not be moved to version \(pin.version) in "
                + "\(SafeText.shown(path.text, limit: 200)) without a change of something else; "
                + "set `version` and `digest` by hand.")
    }
}
