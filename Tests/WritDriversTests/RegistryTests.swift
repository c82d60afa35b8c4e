// The local registry: a version counts only when its bytes are whole, and its number is never used again.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritDrivers

@Suite struct RegistryTests {
    let folder: DataFolder
    let blobs: DataBlobs
    let registry: LocalRegistry

    init() throws {
        folder = try DataFolder()
        blobs = try DataBlobs("\(folder.path)/blobs")
        registry = LocalRegistry(blobs: blobs, folder: "\(folder.path)/registry")
    }

    private func version(_ number: Int, _ artefacts: Digest) -> VersionRecord {
        VersionRecord(
            id: VersionID(ResourceName("m")!, number), artefacts: artefacts, run: nil, recipe: nil,
            revision: RevisionID(String(repeating: "c", count: 40))!, datasets: [:], evaluation: nil, metrics: [:],
            gates: [],
            card: nil)
    }

    private func failure(_ number: Int, _ artefacts: Digest) async -> BackendFailure? {
        do {
            try await registry.register(version(number, artefacts))
            return nil
        } catch {
            return error as? BackendFailure
        }
    }

    @Test("the same version again is no error, also for a registry that was started anew")
    func idempotent() async throws {
        let artefacts = try blobs.artefacts(["a": "1"])
        try await registry.register(version(1, artefacts))
        try await registry.register(version(1, artefacts))
        try await LocalRegistry(blobs: blobs, folder: "\(folder.path)/registry").register(version(1, artefacts))
        try await registry.register(version(2, artefacts))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/registry/m").sorted() == [
                "1.json", "2.json",
            ])
    }

    @Test("what the files are is told by their content, also for a version that is registered already")
    func findings() async throws {
        let artefacts = try blobs.artefacts(["model.safetensors": "cos\nsystem\n(S'true'\ntR.", "data.pkl": "a,b\n1,2\n"])
        for _ in 1...2 {
            let findings = try await registry.register(version(1, artefacts))
            #expect(
                findings.files == [
                    ArtefactFinding(path: "data.pkl", format: .text),
                    ArtefactFinding(path: "model.safetensors", format: .pickle, detail: "calls os.system"),
                ])
            #expect(findings.codeCarrying == [.pickle])
        }
    }

    @Test("a number never names other bytes")
    func numberTaken() async throws {
        let first = try blobs.artefacts(["a": "1"])
        let second = try blobs.artefacts(["a": "2"])
        try await registry.register(version(1, first))
        let failure = await failure(1, second)
        #expect(failure?.retry == .terminal)
        #expect(
            failure?.message == """
                Version m:1 is registered with the artefacts \(first) and cannot become \(second); numbers are never used again.
                """)
    }

    @Test("of many registrations of one number at once, only one set of bytes wins")
    func race() async throws {
        let artefacts = try (0..<8).map { try blobs.artefacts(["a": "\($0 % 4)"]) }
        let winners = await withTaskGroup(of: Digest?.self) { group in
            for digest in artefacts { group.addTask { await failure(1, digest) == nil ? digest : nil } }
            return await group.reduce(into: Set<Digest>()) { found, digest in if let digest { found.insert(digest) } }
        }
        #expect(winners.count == 1)
    }

    @Test("a file that is missing or was altered keeps the version out, and it may come in once it is whole again")
    func readBack() async throws {
        let artefacts = try blobs.artefacts(["a": "1"])
        let blob = blobs.place(Digest(of: Array("1".utf8)))
        try FileManager.default.removeItem(atPath: blob)
        #expect(await failure(1, artefacts)?.code == "blob-missing")
        try Data("2".utf8).write(to: URL(fileURLWithPath: blob))
        #expect(await failure(1, artefacts)?.code == "digest-mismatch")
        try Data("1".utf8).write(to: URL(fileURLWithPath: blob))
        #expect(await failure(1, artefacts) == nil)
    }

    @Test("a size other than the manifest says is refused")
    func wrongSize() async throws {
        let digest = try blobs.put(Array("1".utf8))
        let artefacts = try blobs.artefacts(ArtefactManifest(files: [.init(path: "a", digest: digest, size: 2)]))
        #expect(
            await failure(1, artefacts)?.message
                == "The artefact “a” has 1 bytes, its manifest says 2; import or train it again.")
    }

    @Test(
        "a manifest that could do harm on a disk is refused",
        arguments: [
            (["../a"], "the path “../a” is not allowed"), (["/a"], "the path “/a” is not allowed"),
            (["a", "a"], "the path “a” occurs twice"),
            (["a", "a/b"], "“a” is both a file and a folder"),
            ([".git/config"], "the path “.git/config” is not allowed"), ([], "it lists no file"),
        ])
    func hostileManifests(_ paths: [String], _ why: String) async throws {
        let digest = try blobs.put(Array("1".utf8))
        let artefacts = try blobs.artefacts(
            ArtefactManifest(files: paths.map { .init(path: $0, digest: digest, size: 1) }))
        let message = await failure(1, artefacts)?.message
        #expect(message == "The artefact manifest \(artefacts) is refused: \(why). Import or train the version again.")
    }

    @Test("bytes that are no manifest, or one written in another way, are refused")
    func noManifest() async throws {
        let text = try blobs.put(Array("hello".utf8))
        #expect(await failure(1, text)?.message.contains("it is not an artefact manifest") == true)
        let loose = try blobs.put(Array(#"{ "files": [] }"#.utf8))
        #expect(await failure(1, loose)?.message.contains("it is not in canonical form") == true)
    }
}
