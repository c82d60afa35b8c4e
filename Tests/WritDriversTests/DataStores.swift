// A blob store and a repository on a temporary folder, for the tests of the local drivers.
import Foundation
import Synchronization
import WritBackends
import WritVocabulary

/// A folder that is removed when the test is over.
final class DataFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("\(NSTemporaryDirectory())writ-data-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw DataFolderMissing() }
        // Without links, so that tests compare the paths the drivers see.
        path =
            URL(fileURLWithPath: String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
            .resolvingSymlinksInPath().path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    @discardableResult
    func file(_ name: String, _ text: String) throws -> String {
        let full = "\(path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: full))
        return full
    }

    func folder(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
        return "\(path)/\(name)"
    }
}

struct DataFolderMissing: Error {}

/// Blobs as plain files named by their digest. Not durable; counts pieces, so that a test sees bytes being streamed.
final class DataBlobs: BlobStore {
    let folder: String
    let pieces = Mutex(0)

    init(_ folder: String) throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    func put(_ bytes: [UInt8]) throws -> Digest {
        let digest = Digest(of: bytes)
        try Data(bytes).write(to: URL(fileURLWithPath: place(digest)))
        return digest
    }

    func ingest(file path: String) throws -> (digest: Digest, size: Int64) {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        return (try put(bytes), Int64(bytes.count))
    }

    func writer() throws -> any BlobWriter { Writer(self) }

    func read(_ digest: Digest, limit: Int) throws -> [UInt8] {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: place(digest))))
        guard bytes.count <= limit else { throw BackendFailure(code: "too-large", message: "", retry: .terminal) }
        guard Digest(of: bytes) == digest else {
            throw BackendFailure(code: "digest-mismatch", message: "The blob \(digest) was altered.", retry: .terminal)
        }
        return bytes
    }

    func verify(_ digest: Digest) throws -> Int64 { Int64(try read(digest, limit: .max).count) }

    func path(of digest: Digest) -> String? {
        FileManager.default.fileExists(atPath: place(digest)) ? place(digest) : nil
    }

    func place(_ digest: Digest) -> String { "\(folder)/\(digest.hex)" }

    var count: Int { (try? FileManager.default.contentsOfDirectory(atPath: folder).count) ?? 0 }

    private final class Writer: BlobWriter {
        private let store: DataBlobs
        private var bytes: [UInt8] = []

        init(_ store: DataBlobs) { self.store = store }

        func write(_ bytes: UnsafeRawBufferPointer) throws {
            self.bytes += bytes
            store.pieces.withLock { $0 += 1 }
        }

        func finish() throws -> (digest: Digest, size: Int64) { (try store.put(bytes), Int64(bytes.count)) }
        func abandon() { bytes = [] }
    }

    /// Keeps files as the artefacts of a version; returns the digest of their manifest.
    func artefacts(_ files: [String: String]) throws -> Digest {
        try artefacts(
            ArtefactManifest(
                files: files.map { path, text in
                    .init(path: path, digest: try put(Array(text.utf8)), size: Int64(text.utf8.count))
                }))
    }

    func artefacts(_ manifest: ArtefactManifest) throws -> Digest { try put(Array(Canonical.encode(manifest))) }
}

/// A repository that can only lay content it was given.
struct DataRepository: RevisionSource {
    enum Content: Sendable {
        case blob(String)
        case tree([String: String])
    }

    var contents: [ContentID: Content] = [:]

    func export(_ content: ContentID, name: String, to folder: String) async throws {
        guard let found = contents[content] else {
            throw BackendFailure(code: "content-missing", message: "There is no \(content).", retry: .stalled)
        }
        switch found {
        case .blob(let text): try write(text, to: "\(folder)/\(name)")
        case .tree(let files): for (path, text) in files { try write(text, to: "\(folder)/\(path)") }
        }
    }

    private func write(_ text: String, to path: String) throws {
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    func read(_ blobs: [ContentID], limit: Int) async throws -> [[UInt8]] {
        try blobs.map { content in
            guard case .blob(let text)? = contents[content] else {
                throw BackendFailure(code: "content-missing", message: "There is no \(content).", retry: .stalled)
            }
            return Array(text.utf8)
        }
    }

    func accept(_ revision: RevisionID) async throws {}
    func fetch() async throws -> RevisionID { throw Self.unused }
    func isAncestor(_ ancestor: RevisionID, of revision: RevisionID) async throws -> Bool { throw Self.unused }
    func changes(from base: RevisionID?, to revision: RevisionID) async throws -> SourceChanges { throw Self.unused }
    func contents(of paths: Set<RepositoryPath>, at revision: RevisionID) async throws -> [RepositoryPath: ContentID] {
        throw Self.unused
    }

    private static let unused = BackendFailure(code: "unused", message: "", retry: .terminal)
}
