// Lays out what an execution may see: inputs and the version under evaluation, as links to verified blobs.
import Foundation
import WritBackends
import WritVocabulary

struct Workspace {
    let folder: RunFolder
    let blobs: any BlobStore
    let sandbox: Sandbox.Kind
    let limits: TrainingLimits

    /// Makes the folders anew. What an earlier, interrupted attempt left is removed; nothing has run in it yet.
    func clear() throws {
        let files = FileManager.default
        for path in [folder.code, folder.inputs, folder.model, folder.output, folder.metricsFolder] {
            if access(path, F_OK) == 0 { try files.removeItem(atPath: path) }
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
    }

    func lay(_ layout: RunLayout) throws {
        for (name, input) in layout.order.inputs.sorted(by: { $0.key < $1.key }) {
            let path = "\(folder.inputs)/\(RunLayout.fileName(name, input.format))"
            if input.salted == true {
                try laySalted(input.digest, at: path)
            } else {
                try lay(input.digest, at: path)
            }
        }
        if let model = layout.order.model { try lay(manifest: model) }
        try DurableFile.write(layout.parameters(), to: folder.parameters)
    }

    private func lay(manifest digest: Digest) throws {
        let manifest = try Canonical.decode(
            ArtefactManifest.self, from: blobs.read(digest, limit: limits.manifestBytes))
        for file in manifest.files {
            guard let path = RepositoryPath(file.path) else {
                throw BackendFailure(
                    code: "artefact-path",
                    message: "The artefact manifest \(digest.short) names the path “\(file.path.prefix(64))”, "
                        + "which may not be laid out.", retry: .terminal)
            }
            let parent = path.components.dropLast().joined(separator: "/")
            try FileManager.default.createDirectory(
                atPath: "\(folder.model)/\(parent)", withIntermediateDirectories: true)
            try lay(file.digest, at: "\(folder.model)/\(path)")
        }
    }

    /// A copy without the salt.
    private func laySalted(_ digest: Digest, at path: String) throws {
        try blobs.verify(digest)
        guard let blob = blobs.path(of: digest) else { throw BackendFailure.blobMissing(digest) }
        guard let from = FileHandle(forReadingAtPath: blob),
            FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o400]),
            let to = FileHandle(forWritingAtPath: path)
        else { throw SystemCall.failure("copy", path) }
        defer { for file in [from, to] { try? file.close() } }
        guard try from.read(upToCount: SaltedContent.headerBytes)?.starts(with: SaltedContent.magic) == true else {
            throw BackendFailure(
                code: "not-salted", message: "The snapshot \(digest.short) is not salted as its record says.",
                retry: .terminal)
        }
        while let piece = try from.read(upToCount: 1 << 20), !piece.isEmpty { try to.write(contentsOf: piece) }
    }

    /// A second name for the blob where walls make it read-only, a copy where a process could write through it.
    private func lay(_ digest: Digest, at path: String) throws {
        try blobs.verify(digest)
        guard let blob = blobs.path(of: digest) else { throw BackendFailure.blobMissing(digest) }
        switch sandbox {
        case .bubblewrap:
            if link(blob, path) == 0 { return }
            guard errno == EXDEV || errno == EPERM || errno == EMLINK else { throw SystemCall.failure("link", path) }
        case .none: break
        }
        try FileManager.default.copyItem(atPath: blob, toPath: path)
    }
}
