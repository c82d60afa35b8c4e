// An artefact manifest and its files, read back from the blob store and compared before anybody relies on them.
import NIOPosix
import WritArtefacts
import WritBackends
import WritVocabulary

/// Reads artefacts by the digest of their manifest. Hashing runs on threads of its own: large models would hold up
/// everything else.
struct ArtefactReading: Sendable {
    /// A manifest of ten thousand files with the longest paths is smaller.
    static let manifestBytes = 32 << 20

    let blobs: any BlobStore

    /// The manifest, well-formed and canonical, so that its digest names exactly these files.
    func manifest(_ digest: Digest) throws -> ArtefactManifest {
        guard blobs.path(of: digest) != nil else { throw BackendFailure.blobMissing(digest) }
        let bytes = try blobs.read(digest, limit: Self.manifestBytes)
        let manifest: ArtefactManifest
        do {
            manifest = try Canonical.decode(ArtefactManifest.self, from: bytes)
        } catch {
            throw Self.refused(digest, "it is not an artefact manifest")
        }
        guard try manifest.digest == digest else { throw Self.refused(digest, "it is not in canonical form") }
        try check(manifest, digest)
        return manifest
    }

    /// The manifest, after every file's bytes were compared with their digest and size.
    func verified(_ digest: Digest) async throws -> ArtefactManifest {
        let manifest = try manifest(digest)
        for file in manifest.files {
            try Task.checkCancellation()
            try await verify(file)
        }
        return manifest
    }

    /// What each file is, by its content.
    func findings(_ manifest: ArtefactManifest) async throws -> ArtefactFindings {
        var findings: [ArtefactFinding] = []
        for file in manifest.files {
            try Task.checkCancellation()
            guard let blob = blobs.path(of: file.digest) else { throw BackendFailure.blobMissing(file.digest) }
            findings.append(
                try await NIOThreadPool.singleton.runIfActive {
                    try FormatReader().finding(path: file.path, file: blob)
                })
        }
        return ArtefactFindings(of: findings)
    }

    private func verify(_ file: ArtefactManifest.File) async throws {
        guard blobs.path(of: file.digest) != nil else { throw BackendFailure.blobMissing(file.digest) }
        let size = try await NIOThreadPool.singleton.runIfActive { try blobs.verify(file.digest) }
        guard size == file.size else {
            throw BackendFailure(
                code: "size-mismatch",
                message:
                    "The artefact “\(file.path)” has \(size) bytes, its manifest says \(file.size); import or train it again.",
                retry: .terminal)
        }
    }

    /// Paths are laid on a disk later: none may leave the folder, name one file twice, or use a file as a folder.
    private func check(_ manifest: ArtefactManifest, _ digest: Digest) throws {
        var files: Set<String> = []
        var folders: Set<String> = []
        for file in manifest.files {
            guard let path = RepositoryPath(file.path), file.size >= 0 else {
                throw Self.refused(digest, "the path “\(VisibleText.spelled(file.path, first: 64))” is not allowed")
            }
            guard files.insert(path.text).inserted else {
                throw Self.refused(digest, "the path “\(path)” occurs twice")
            }
            folders.formUnion(path.selfAndAncestors.dropFirst().map(\.text))
        }
        if let both = files.intersection(folders).min() {
            throw Self.refused(digest, "“\(both)” is both a file and a folder")
        }
        if files.isEmpty { throw Self.refused(digest, "it lists no file") }
    }

    private static func refused(_ digest: Digest, _ why: String) -> BackendFailure {
        BackendFailure(
            code: "artefact-manifest-refused",
            message: "The artefact manifest \(digest) is refused: \(why). Import or train the version again.",
            retry: .terminal)
    }
}
