// What a process left in its output folder, brought into the blob store.
import Foundation
import WritBackends
import WritVocabulary

/// Copies regular files while hashing them. Doing it again finds the same blobs.
struct ArtefactCollection {
    let blobs: any BlobStore
    let limits: DataLimits

    enum Result: Hashable {
        case collected(Digest, ArtefactManifest)
        /// The output is not to be taken, and why.
        case refused(String)
    }

    func collect(_ folder: String) throws -> Result {
        let listing: FolderListing
        do {
            listing = try FolderListing(OpenFile(folder), limits: limits)
        } catch let failure as BackendFailure where failure.code != "system" {
            return .refused("its output is refused: \(failure.message.replacing(folder + "/", with: ""))")
        }
        guard listing.fingerprint.size <= limits.artefactBytes else {
            return .refused("its output is larger than \(ByteCount(bytes: limits.artefactBytes))")
        }
        let files: [ArtefactManifest.File]
        do {
            files = try listing.files.map { file in
                let kept = try blobs.ingest(file: "\(folder)/\(file.path)")
                return ArtefactManifest.File(path: file.path.text, digest: kept.digest, size: kept.size)
            }
        } catch let failure as any WritFailure where failure.retry == .terminal {
            return .refused("its output is refused: \(failure.message)")
        }
        let manifest = ArtefactManifest(files: files)
        let digest = try blobs.put(Array(Canonical.encode(manifest)))
        return .collected(digest, manifest)
    }
}
