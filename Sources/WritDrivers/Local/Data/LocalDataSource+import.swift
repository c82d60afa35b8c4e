// Artefacts made elsewhere: copied while hashed, listed in a manifest that is a blob itself.
import Foundation
import WritBackends
import WritVocabulary

extension LocalDataSource {
    public func importArtefacts(_ order: ImportOrder) async throws -> (artefacts: Digest, size: Int64) {
        let manifest: ArtefactManifest
        switch order.source {
        case .content(let content, let name):
            manifest = try await withIncomingFolder { folder in
                try await source.export(content, name: name, to: folder)
                return try await copyFolder(OpenFile(folder), named: "the imported content \(content.short)").manifest
            }
        case .file(let path, let fingerprint):
            manifest = try await copy(path, fingerprint)
        }
        let digest = try manifest.digest
        if let expected = order.expected, expected != digest {
            throw BackendFailure.digestMismatch(
                "The imported files of model “\(order.model)” are not the pinned ones", expected: expected,
                found: digest)
        }
        let kept = try blobs.put(Array(Canonical.encode(manifest)))
        guard kept == digest else {
            throw BackendFailure.digestMismatch("The blob store kept other bytes", expected: digest, found: kept)
        }
        return (digest, manifest.size)
    }

    private func copy(_ path: String, _ fingerprint: FileFingerprint) async throws -> ArtefactManifest {
        let opened = try folders.open(path)
        let facts = try opened.facts()
        if facts.kind == .folder {
            let copied = try await copyFolder(opened, named: "“\(path)”")
            guard copied.fingerprint == fingerprint else { throw BackendFailure.fileChanged(path) }
            return copied.manifest
        }
        guard try opened.regularFacts().fingerprint == fingerprint else { throw BackendFailure.fileChanged(path) }
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        guard RepositoryPath(name) != nil else {
            throw BackendFailure.fileRefused(path, "has a name that artefacts may not have")
        }
        return ArtefactManifest(files: [try await copyFile(opened, as: name, facts)])
    }

    private func copyFolder(
        _ folder: consuming OpenFile, named name: String
    ) async throws -> (manifest: ArtefactManifest, fingerprint: FileFingerprint) {
        let listing = try FolderListing(folder, limits: limits)
        guard !listing.files.isEmpty else {
            throw BackendFailure(
                code: "no-artefacts", message: "Found no file in \(name); an import needs at least one.",
                retry: .stalled)
        }
        guard listing.fingerprint.size <= limits.artefactBytes else {
            throw BackendFailure.tooLarge(name, limit: limits.artefactBytes, unit: "bytes")
        }
        var files: [ArtefactManifest.File] = []
        for file in listing.files {
            let opened = try OpenFile(file.path.components, below: folder)
            files.append(try await copyFile(opened, as: file.path.text, file.facts))
        }
        return (ArtefactManifest(files: files), listing.fingerprint)
    }

    private func copyFile(
        _ file: consuming OpenFile, as name: String, _ before: FileFacts
    ) async throws -> ArtefactManifest.File {
        let writer = try blobs.writer()
        do {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: limits.chunkBytes, alignment: 16)
            defer { buffer.deallocate() }
            var size: Int64 = 0
            while case let count = try file.read(into: buffer), count > 0 {
                size += Int64(count)
                // A file that grows as fast as it is read would otherwise never end.
                guard size <= before.fingerprint.size else { break }
                try writer.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                try Task.checkCancellation()
                await Task.yield()
            }
            guard try file.facts() == before, size == before.fingerprint.size, size <= limits.artefactBytes else {
                throw BackendFailure.fileChanged(file.path)
            }
            let kept = try writer.finish()
            return ArtefactManifest.File(path: name, digest: kept.digest, size: kept.size)
        } catch {
            writer.abandon()
            throw error
        }
    }
}
