// The local driver of DataSource: files of the repository and of this machine, streamed into the blob store.
import Foundation
import WritBackends
import WritVocabulary

/// Brings datasets and imported artefacts into the blob store and checks datasets while they stream past.
///
/// Memory does not grow with the file: one chunk, one row and, for `unique` columns, a bounded table.
public struct LocalDataSource: DataSource {
    let blobs: any BlobStore
    let source: any RevisionSource
    let folders: AllowedFolders
    /// Where content of the repository is laid for reading, one folder a call.
    let incoming: String
    let salts: DatasetSalts
    let limits: DataLimits

    /// `roots`: absolute folders of this machine that manifests may name files in. `incoming`: a folder of Writ's own.
    /// `salts`: where the secrets of personal datasets lie, and what makes new ones.
    public init(
        blobs: any BlobStore, source: any RevisionSource, roots: [String], incoming: String, salts: DatasetSalts,
        limits: DataLimits = DataLimits()
    ) {
        self.salts = salts
        self.blobs = blobs
        self.source = source
        self.folders = AllowedFolders(roots: roots)
        self.incoming = incoming
        self.limits = limits
    }

    /// Removes what a controller that was killed left behind. Called once, before the first order.
    public func prepare() throws {
        try? FileManager.default.removeItem(atPath: incoming)
        try FileManager.default.createDirectory(
            atPath: incoming, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    public func snapshot(_ order: SnapshotOrder) async throws -> SnapshotOutcome {
        try checkPrivacy(order)
        switch order.source {
        case .content(let content):
            return try await withIncomingFolder { folder in
                try await source.export(content, name: "content", to: folder)
                return try await keep(OpenFile("\(folder)/content"), order, limit: limits.contentBytes)
            }
        case .file(let path):
            let file = try folders.open(path)
            try checkRecipe(order, path: path, fingerprint: file.regularFacts().fingerprint)
            if order.personal == true { return try await keepSalted(file, order) }
            return try await keep(file, order, limit: limits.snapshotBytes)
        case .blob(let digest):
            return try await check(digest, order)
        case .artefact(let manifest, let path):
            let files = try ArtefactReading(blobs: blobs).manifest(manifest).files
            guard let file = files.first(where: { $0.path == path }) else {
                throw BackendFailure.outputMissing(path, among: files.map(\.path))
            }
            return try await check(file.digest, order)
        }
    }

    /// Checks bytes that are in the store already.
    private func check(_ digest: Digest, _ order: SnapshotOrder) async throws -> SnapshotOutcome {
        guard let path = blobs.path(of: digest) else { throw BackendFailure.blobMissing(digest) }
        let outcome = try await read(OpenFile(path), order, limit: limits.snapshotBytes, into: nil)
        guard outcome.digest == digest else {
            throw BackendFailure.digestMismatch("The blob was altered", expected: digest, found: outcome.digest)
        }
        return outcome
    }

    public func observe(_ files: Set<String>) async throws -> [String: FileObservation] {
        var found: [String: FileObservation] = [:]
        for path in files.sorted() {
            do {
                found[path] = .present(try fingerprint(of: folders.open(path)))
            } catch let failure as BackendFailure {
                found[path] = .missing(reason: failure.message)
            }
        }
        return found
    }

    private func fingerprint(of file: consuming OpenFile) throws -> FileFingerprint {
        let facts = try file.facts()
        guard facts.kind == .folder else { return try file.regularFacts().fingerprint }
        return try FolderListing(file, limits: limits).fingerprint
    }

    /// A recipe names the file by its fingerprint; other bytes must not be entered under it.
    private func checkRecipe(_ order: SnapshotOrder, path: String, fingerprint: FileFingerprint) throws {
        let recipe = SnapshotRecipe(
            source: .file(path: path, fingerprint: fingerprint), format: order.format, columns: order.columns,
            expectations: order.expectations, personal: order.personal)
        guard try recipe.id == order.recipe else { throw BackendFailure.fileChanged(path) }
    }

    private func keep(_ file: consuming OpenFile, _ order: SnapshotOrder, limit: Int64) async throws -> SnapshotOutcome
    {
        let writer = try blobs.writer()
        do {
            return try await read(file, order, limit: limit, into: writer)
        } catch {
            writer.abandon()
            throw error
        }
    }

    func read(
        _ file: consuming OpenFile, _ order: SnapshotOrder, limit: Int64, into writer: (any BlobWriter)?
    ) async throws -> SnapshotOutcome {
        let checker = try RowChecker(columns: order.columns, expectations: order.expectations, limits: limits)
        switch order.format {
        case .csv:
            var reading = SnapshotReading(CSVReader(limits: limits), checker: checker, writer: writer)
            return try await reading.run(over: file, limit: limit, chunkBytes: limits.chunkBytes)
        case .jsonLines:
            var reading = SnapshotReading(JSONLinesReader(limits: limits), checker: checker, writer: writer)
            return try await reading.run(over: file, limit: limit, chunkBytes: limits.chunkBytes)
        }
    }

    /// Lends an empty folder and removes it afterwards.
    func withIncomingFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        var template = Array("\(incoming)/XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemCall.failure("create a folder in", incoming) }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // What cannot be removed now is removed by `prepare`.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }
}
