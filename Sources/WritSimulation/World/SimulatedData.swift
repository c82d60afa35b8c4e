// Simulated datasets and registry.
import WritBackends
import WritVocabulary

struct SimulatedData: DataSource {
    let world: SimulatedWorld

    func snapshot(_ order: SnapshotOrder) async throws -> SnapshotOutcome {
        try world.perform("snapshotting \(order.dataset)") { state in
            let bytes = try state.repository.bytes(of: order) ?? Array("rows of \(order.recipe)".utf8)
            state.blobs[Digest(of: bytes)] = bytes
            return SnapshotOutcome(digest: Digest(of: bytes), size: Int64(bytes.count), rows: 100)
        }
    }

    func importArtefacts(_ order: ImportOrder) async throws -> (artefacts: Digest, size: Int64) {
        try world.perform("importing for \(order.model)") { state in
            // Of the source alone: what is expected of files does not change them.
            let bytes = [UInt8](try Canonical.encode(order.source))
            let manifest = ArtefactManifest(
                files: [ArtefactManifest.File(path: "model", digest: Digest(of: bytes), size: Int64(bytes.count))])
            let encoded = Array(try Canonical.encode(manifest))
            if let expected = order.expected, expected != Digest(of: encoded) {
                throw BackendFailure(
                    code: "digest-mismatch", message: "the files for \(order.model) are not the expected ones",
                    retry: .terminal)
            }
            state.blobs[Digest(of: bytes)] = bytes
            state.blobs[Digest(of: encoded)] = encoded
            return (Digest(of: encoded), Int64(bytes.count))
        }
    }

    func observe(_ files: Set<String>) async throws -> [String: FileObservation] {
        Dictionary(
            uniqueKeysWithValues: files.map { path in
                (path, .present(FileFingerprint(size: 10, modifiedNanoseconds: 1, inode: UInt64(path.utf8.count))))
            })
    }
}

struct SimulatedRegistry: ModelRegistry {
    let world: SimulatedWorld

    func register(_ version: VersionRecord) async throws -> ArtefactFindings {
        try world.perform("registering \(version.id)") { state in
            if let known = state.registry[version.id] {
                guard known.artefacts == version.artefacts else {
                    state.violations.append("\(version.id) was given to two different artefacts")
                    throw BackendFailure(
                        code: "version-taken", message: "\(version.id) is taken by other bytes", retry: .terminal)
                }
                return
            }
            if let twin = state.registry.values.first(where: {
                $0.id.model == version.id.model && $0.artefacts == version.artefacts && $0.recipe == version.recipe
            }) {
                state.violations.append("\(version.id) repeats \(twin.id)")
            }
            state.registry[version.id] = version
        }
        // One in four is a pickle; the same bytes always are the same.
        let isPickle = version.artefacts.hex.first.map { "048c".contains($0) } ?? false
        let detail = isPickle ? "calls os.system" : nil
        return ArtefactFindings(
            of: [ArtefactFinding(path: "model", format: isPickle ? .pickle : .json, detail: detail)])
    }
}
