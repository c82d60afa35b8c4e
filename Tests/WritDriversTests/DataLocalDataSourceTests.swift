// The local data source on real files: what it keeps, what it refuses, and in which words.
import Foundation
import Synchronization
import Testing
import WritBackends
import WritVocabulary

@testable import WritDrivers

@Suite struct DataLocalDataSourceTests {
    let folder: DataFolder
    let blobs: DataBlobs
    let allowed: String
    static let content = ContentID(String(repeating: "a", count: 40))!
    static let tree = ContentID(String(repeating: "b", count: 40))!

    init() throws {
        folder = try DataFolder()
        blobs = try DataBlobs("\(folder.path)/blobs")
        allowed = try folder.folder("allowed")
    }

    private func source(
        _ contents: [ContentID: DataRepository.Content] = [:], limits: DataLimits = DataLimits()
    ) throws -> LocalDataSource {
        let source = LocalDataSource(
            blobs: blobs, source: DataRepository(contents: contents), roots: [allowed],
            incoming: "\(folder.path)/incoming", salts: salts, limits: limits)
        try source.prepare()
        return source
    }

    private var salts: DatasetSalts {
        DatasetSalts(folder: "\(folder.path)/salts") { Array(repeating: 7, count: 32) }
    }

    private func order(
        _ source: SnapshotOrder.Source, _ columns: [Dataset.Column] = [], recipe: RecipeID? = nil
    ) throws -> SnapshotOrder {
        var order = SnapshotOrder(
            recipe: RecipeID(Digest(of: [UInt8]())), dataset: ResourceName("flights")!, source: source, format: .csv,
            columns: columns, expectations: .init())
        if case .file(let path) = source, let fingerprint = try? fingerprint(path) {
            order.recipe = try SnapshotRecipe(
                source: .file(path: path, fingerprint: fingerprint), format: .csv, columns: columns,
                expectations: .init()
            ).id
        }
        if let recipe { order.recipe = recipe }
        return order
    }

    private func fingerprint(_ path: String) throws -> FileFingerprint { try OpenFile(path).facts().fingerprint }

    private func failure(_ body: () async throws -> some Sendable) async -> BackendFailure? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? BackendFailure
        }
    }

    @Test("a file is kept by digest in pieces and checked on the way")
    func file() async throws {
        let text = "id,x\n" + (1...5000).map { "\($0),\($0 == 4321 ? "bad" : "0.5")" }.joined(separator: "\n")
        let path = try folder.file("allowed/deep/a.csv", text)
        var limits = DataLimits()
        limits.chunkBytes = 1000
        let outcome = try await source(limits: limits).snapshot(
            try order(.file(path), [.init(name: "id", type: .integer, unique: true), .init(name: "x", type: .number)]))
        #expect(outcome.digest == Digest(of: Array(text.utf8)))
        #expect(outcome.size == Int64(text.utf8.count))
        #expect(outcome.rows == 5000)
        #expect(outcome.violations == [.init(row: 4321, column: "x", message: "found “bad”, expected a number")])
        #expect(outcome.violationCount == 1 && !outcome.accepted)
        #expect(blobs.pieces.withLock { $0 } == text.utf8.count / 1000 + 1)
        #expect(blobs.path(of: outcome.digest) != nil)
    }

    @Test("content of the repository and blobs of the store give the same outcome as a file")
    func otherSources() async throws {
        let text = "a\n1\nx\n"
        let columns = [Dataset.Column(name: "a", type: .integer)]
        let data = try source([Self.content: .blob(text)])
        let ofFile = try await data.snapshot(order(.file(folder.file("allowed/a.csv", text)), columns))
        let ofContent = try await data.snapshot(order(.content(Self.content), columns))
        let ofBlob = try await data.snapshot(order(.blob(ofFile.digest), columns))
        let artefacts = try blobs.artefacts(["out/a.csv": text])
        let ofArtefact = try await data.snapshot(order(.artefact(manifest: artefacts, path: "out/a.csv"), columns))
        #expect(ofFile.violationCount == 1)
        #expect([ofContent, ofBlob, ofArtefact] == [ofFile, ofFile, ofFile])
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/incoming").isEmpty)
    }

    @Test("an output the command did not leave is refused, naming what it left")
    func missingOutput() async throws {
        let artefacts = try blobs.artefacts(["other.csv": "a\n"])
        let failure = await failure {
            try await source().snapshot(order(.artefact(manifest: artefacts, path: "a.csv")))
        }
        #expect(failure?.retry == .terminal)
        #expect(
            failure?.message
                == "The command left “other.csv”, expected the output “a.csv”; correct the command or its `output`.")
    }

    @Test("a blob that was altered in the store is refused")
    func alteredBlob() async throws {
        let digest = try blobs.put(Array("a\n1\n".utf8))
        try Data("a\n2\n".utf8).write(to: URL(fileURLWithPath: blobs.place(digest)))
        let failure = await failure { try await source().snapshot(order(.blob(digest))) }
        #expect(failure?.code == "digest-mismatch" && failure?.retry == .terminal)
    }

    @Test("files outside the allowed folders are refused, whatever leads there")
    func outside() async throws {
        let secret = try folder.file("secret/key.csv", "a\n")
        try FileManager.default.createSymbolicLink(
            atPath: "\(allowed)/link", withDestinationPath: "\(folder.path)/secret")
        try FileManager.default.createSymbolicLink(atPath: "\(allowed)/inner", withDestinationPath: "\(allowed)/deep")
        try folder.file("allowed/deep/a.csv", "a\n")
        try folder.file("allowed-not/a.csv", "a\n")
        let data = try source()
        for path in [
            secret, "\(allowed)/../secret/key.csv", "\(allowed)/link/key.csv", "\(folder.path)/allowed-not/a.csv",
            "\(folder.path)/nowhere/at/all.csv",
        ] {
            let failure = await failure { try await data.snapshot(order(.file(path))) }
            #expect(failure?.code == "file-not-allowed", "\(path)")
            #expect(failure?.message.contains("(allowed are \(allowed))") == true)
        }
        // A link that stays within the allowed folder is only another way to it.
        let inner = try await data.observe(["\(allowed)/inner/a.csv"])
        #expect(try inner["\(allowed)/inner/a.csv"] == .present(fingerprint("\(allowed)/deep/a.csv")))
    }

    @Test(
        "links, folders, pipes and odd paths are no datasets",
        arguments: [
            ("link.csv", "is a symbolic link; name the file itself"), ("folder", "is a folder, expected a file"),
            ("pipe", "is not a regular file"),
        ])
    func noRegularFile(_ name: String, _ why: String) async throws {
        let path = "\(allowed)/\(name)"
        switch name {
        case "folder": _ = try folder.folder("allowed/folder")
        case "pipe": #expect(mkfifo(path, 0o600) == 0)
        default:
            try FileManager.default.createSymbolicLink(
                atPath: path, withDestinationPath: folder.file("allowed/a.csv", "a\n"))
        }
        let failure = await failure { try await source().snapshot(order(.file(path))) }
        #expect(failure?.message == "“\(path)” \(why).")
    }

    @Test("a path that is none is refused", arguments: ["relative.csv", "/", "", "/a\u{0}b", "/a/.."])
    func oddPaths(_ path: String) async throws {
        let failure = await failure { try await source().snapshot(order(.file(path))) }
        #expect(failure?.code == "file-refused")
    }

    @Test("a missing file is named, and observed as missing with the same words")
    func missing() async throws {
        let path = "\(allowed)/none.csv"
        let data = try source()
        let failure = await failure { try await data.snapshot(order(.file(path))) }
        #expect(failure?.message == "“\(path)” does not exist; put the file there or correct the path.")
        #expect(try await data.observe([path]) == [path: .missing(reason: failure?.message ?? "")])
    }

    @Test("a file that is not the one its recipe names is not entered under it")
    func changedSincePlanned() async throws {
        let path = try folder.file("allowed/a.csv", "a\n1\n")
        let planned = try order(.file(path)).recipe
        try folder.file("allowed/a.csv", "a\n1\n2\n")
        let failure = await failure { try await source().snapshot(order(.file(path), recipe: planned)) }
        #expect(failure?.code == "file-changed" && failure?.retry == .transient)
        #expect(blobs.count == 0)
    }

    @Test("a file that grows while it is read is refused and leaves no blob")
    func changesMeanwhile() async throws {
        let path = try folder.file("allowed/a.csv", "a\n" + String(repeating: "1\n", count: 100))
        var limits = DataLimits()
        limits.chunkBytes = 10
        let store = DataGrowingBlobs(blobs, growing: path)
        let data = LocalDataSource(
            blobs: store, source: DataRepository(), roots: [allowed], incoming: "\(folder.path)/incoming",
            salts: salts, limits: limits)
        let failure = await failure { try await data.snapshot(order(.file(path))) }
        #expect(failure?.code == "file-changed")
        #expect(blobs.count == 0)
    }

    @Test("a file beyond the limit is refused before it is read")
    func tooLarge() async throws {
        var limits = DataLimits()
        limits.snapshotBytes = 3
        let path = try folder.file("allowed/a.csv", "a\n1\n")
        let failure = await failure { try await source(limits: limits).snapshot(order(.file(path))) }
        #expect(failure?.message == "“\(path)” has more than 3 bytes, the most that is taken; make it smaller.")
        #expect(blobs.pieces.withLock { $0 } == 0)
    }

    @Test("an import lists its files in a manifest whose blob is the version's digest")
    func imports() async throws {
        let data = try source([Self.tree: .tree(["model.joblib": "M", "sub/card.md": "C"]), Self.content: .blob("M")])
        let ofTree = try await data.importArtefacts(
            .init(model: ResourceName("m")!, source: .content(Self.tree, name: "x"), expected: nil))
        let expected = ArtefactManifest(files: [
            .init(path: "model.joblib", digest: Digest(of: Array("M".utf8)), size: 1),
            .init(path: "sub/card.md", digest: Digest(of: Array("C".utf8)), size: 1),
        ])
        #expect(try ofTree == (expected.digest, 2))
        #expect(
            try Canonical.decode(ArtefactManifest.self, from: blobs.read(ofTree.artefacts, limit: 1000)) == expected)

        try folder.file("allowed/in/model.joblib", "M")
        try folder.file("allowed/in/sub/card.md", "C")
        let path = "\(allowed)/in"
        let seen = try #require(try await data.observe([path])[path])
        guard case .present(let fingerprint) = seen else { throw DataFolderMissing() }
        let ofFolder = try await data.importArtefacts(
            .init(model: ResourceName("m")!, source: .file(path, fingerprint), expected: ofTree.artefacts))
        #expect(ofFolder == ofTree)

        let ofBlob = try await data.importArtefacts(
            .init(model: ResourceName("m")!, source: .content(Self.content, name: "model.joblib"), expected: nil))
        let single = try folder.file("allowed/model.joblib", "M")
        let ofFile = try await data.importArtefacts(
            .init(model: ResourceName("m")!, source: .file(single, self.fingerprint(single)), expected: nil))
        #expect(ofBlob == ofFile && ofFile.size == 1)
    }

    @Test("an import with another digest than pinned is refused, naming both")
    func wrongDigest() async throws {
        let data = try source([Self.content: .blob("M")])
        let other = Digest(of: Array("other".utf8))
        let failure = await failure {
            try await data.importArtefacts(
                .init(model: ResourceName("m")!, source: .content(Self.content, name: "m"), expected: other))
        }
        let found = try ArtefactManifest(files: [.init(path: "m", digest: Digest(of: Array("M".utf8)), size: 1)]).digest
        #expect(
            failure?.message == """
                The imported files of model “m” are not the pinned ones: expected \(other), found \(found). Correct the \
                digest, or bring back the files it names.
                """)
        #expect(failure?.retry == .terminal)
    }

    @Test("a folder that changed since it was looked at, or holds a link, is not imported")
    func unfitFolders() async throws {
        try folder.file("allowed/in/a", "1")
        let path = "\(allowed)/in"
        let data = try source()
        guard case .present(let fingerprint)? = try await data.observe([path])[path] else { throw DataFolderMissing() }
        try folder.file("allowed/in/b", "2")
        let order = ImportOrder(model: ResourceName("m")!, source: .file(path, fingerprint), expected: nil)
        #expect(await failure { try await data.importArtefacts(order) }?.code == "file-changed")
        try FileManager.default.createSymbolicLink(atPath: "\(path)/link", withDestinationPath: "/etc/passwd")
        #expect(
            await failure { try await data.importArtefacts(order) }?.message
                == "“\(path)/link” is a symbolic link; name the file itself.")
    }

    @Test("what a killed controller left is removed")
    func leftovers() async throws {
        try folder.file("incoming/abc/content", "x")
        _ = try source()
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/incoming").isEmpty)
    }
}

/// Lets a file grow as soon as its first piece is written.
private struct DataGrowingBlobs: BlobStore {
    let store: DataBlobs
    let path: String

    init(_ store: DataBlobs, growing path: String) {
        self.store = store
        self.path = path
    }

    func writer() throws -> any BlobWriter { Writer(try store.writer(), growing: path) }

    private final class Writer: BlobWriter {
        private let writer: any BlobWriter
        private let path: String

        init(_ writer: any BlobWriter, growing path: String) {
            self.writer = writer
            self.path = path
        }

        func write(_ bytes: UnsafeRawBufferPointer) throws {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try handle.seekToEnd()
            if bytes.count == 10, try handle.offset() < 300 { try handle.write(contentsOf: Data("2\n".utf8)) }
            try writer.write(bytes)
        }

        func finish() throws -> (digest: Digest, size: Int64) { try writer.finish() }
        func abandon() { writer.abandon() }
    }

    func put(_ bytes: [UInt8]) throws -> Digest { try store.put(bytes) }
    func ingest(file path: String) throws -> (digest: Digest, size: Int64) { try store.ingest(file: path) }
    func read(_ digest: Digest, limit: Int) throws -> [UInt8] { try store.read(digest, limit: limit) }
    func verify(_ digest: Digest) throws -> Int64 { try store.verify(digest) }
    func path(of digest: Digest) -> String? { store.path(of: digest) }
}
