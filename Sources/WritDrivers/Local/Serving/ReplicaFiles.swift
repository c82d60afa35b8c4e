// Lays a version's files for a replica and compares what was laid with its digests.
import Foundation
import WritBackends
import WritVocabulary

struct ReplicaFiles {
    let blobs: any BlobStore
    let sandbox: Sandbox.Kind
    let limits: DataLimits

    /// Blocks while it reads every file through: run it on a thread of its own kind.
    func lay(_ manifest: ArtefactManifest, at folder: String) throws {
        for file in manifest.files {
            let path = "\(folder)/\(file.path)"
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            guard let blob = blobs.path(of: file.digest) else { throw BackendFailure.blobMissing(file.digest) }
            try place(blob, at: path)
            try compare(file, at: path)
        }
    }

    /// A second name for the blob where walls make it read-only, a copy where the process could write through it.
    private func place(_ blob: String, at path: String) throws {
        switch sandbox {
        case .bubblewrap:
            if link(blob, path) == 0 { return }
            guard [EXDEV, EPERM, EMLINK].contains(errno) else { throw SystemCall.failure("link", path) }
        case .none: break
        }
        try FileManager.default.copyItem(atPath: blob, toPath: path)
    }

    /// The very bytes the process will read, not those of the store.
    private func compare(_ file: ArtefactManifest.File, at path: String) throws {
        let laid = try OpenFile(path)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: limits.chunkBytes, alignment: 16)
        defer { buffer.deallocate() }
        var hash = DigestBuilder()
        while case let count = try laid.read(into: buffer), count > 0 {
            hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        let found = hash.finish()
        guard found == file.digest else {
            var failure = BackendFailure.digestMismatch(
                "The artefact “\(file.path)” was altered", expected: file.digest, found: found)
            // The file can be brought back, and then nothing else has to change.
            failure.retry = .stalled
            throw failure
        }
    }
}
