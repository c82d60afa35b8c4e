// Bytes by id, ids by path.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritSource

struct ReadingTests {
    @Test("files and folders have ids, links and submodules and what is not there have none")
    func contents() async throws {
        let sandbox = try await GitSandbox()
        let tip = try await sandbox.commit([
            "models/a.yaml": .file("a"), "code/train.py": .file("t"), "code/link": .symlink("train.py"),
            "code/sub": .submodule("1111111111111111111111111111111111111111"), "to-code": .symlink("code"),
        ])
        let source = try sandbox.source()
        _ = try await source.fetch()
        let asked = [
            "code", "code/train.py", "code/link", "code/sub", "to-code", "to-code/train.py", "code/train.py/x",
            "nowhere/x",
        ]
        let found = try await source.contents(of: Set(asked.map(path)), at: tip)
        #expect(found.keys.sorted().map(\.text) == ["code", "code/train.py"])
        #expect(found[path("code")]?.text == (try await sandbox.git("rev-parse", "main:code")))
        #expect(found[path("code/train.py")]?.text == (try await sandbox.git("rev-parse", "main:code/train.py")))
    }

    @Test("blobs come in the order asked for, few or many, repeated or not", arguments: [3, 1500])
    func order(count: Int) async throws {
        let sandbox = try await GitSandbox()
        var files: [String: GitSandbox.Entry] = [:]
        for index in 0..<count { files["models/m\(index).yaml"] = .file("content of \(index)") }
        let tip = try await sandbox.commit(files)
        let source = try sandbox.source()
        _ = try await source.fetch()
        let manifests = try await source.changes(from: nil, to: tip).manifests
        let names = manifests.keys.sorted { $0.text.reversed().lexicographicallyPrecedes($1.text.reversed()) }
        let asked = names + [names[0], names[0]]
        let bytes = try await source.read(asked.map { manifests[$0]!.blob }, limit: 100)
        for (name, bytes) in zip(asked, bytes) {
            #expect(String(decoding: bytes, as: UTF8.self) == "content of \(name.text.dropFirst(8).dropLast(5))")
        }
    }

    @Test("a file over the limit is refused by its header, with its size")
    func oversize() async throws {
        let sandbox = try await GitSandbox()
        let tip = try await sandbox.commit(["models/big.yaml": .file(String(repeating: "x", count: 300_000))])
        let source = try sandbox.source()
        _ = try await source.fetch()
        let blob = try #require(
            try await source.contents(of: [path("models/big.yaml")], at: tip)[path("models/big.yaml")])
        let failure = await #expect(throws: SourceFailure.self) { try await source.read([blob], limit: 262_144) }
        #expect(failure?.message == "The file with the id \(blob) has 300000 bytes; 262144 are allowed.")
        #expect(failure?.retry == .terminal)
        #expect(try await source.read([blob], limit: 300_000)[0].count == 300_000)
    }

    @Test("all blobs of one read together are bounded too")
    func total() async throws {
        let sandbox = try await GitSandbox()
        var limits = SourceLimits()
        limits.readBytesMaximum = 15
        let tip = try await sandbox.commit(["models/a": .file("0123456789")])
        let source = try sandbox.source(limits: limits)
        _ = try await source.fetch()
        let blob = try #require(try await source.contents(of: [path("models/a")], at: tip)[path("models/a")])
        let failure = await #expect(throws: SourceFailure.self) { try await source.read([blob, blob], limit: 10) }
        #expect(failure?.code == "source-limit")
    }

    @Test("a folder's id is not a file's")
    func folderAsFile() async throws {
        let sandbox = try await GitSandbox()
        let tip = try await sandbox.commit(["models/a.yaml": .file("a")])
        let source = try sandbox.source()
        _ = try await source.fetch()
        let folder = try #require(try await source.contents(of: [path("models")], at: tip)[path("models")])
        let failure = await #expect(throws: SourceFailure.self) { try await source.read([folder], limit: 100) }
        #expect(failure?.message == "The content \(folder) is not a file.")
    }

    @Test("bytes that are not those of their id are not given out")
    func corrupted() async throws {
        let sandbox = try await GitSandbox()
        try await sandbox.commit(["models/a.yaml": .file("good")])
        let source = try sandbox.source()
        let tip = try await source.fetch()
        let id = try await sandbox.git("rev-parse", "main:models/a.yaml")
        // A loose object under the id of another: what a broken disk or a stranger could leave.
        let other = try await sandbox.git("hash-object", "-w", "--stdin", input: Array("evil".utf8), in: sandbox.mirror)
        let objects = sandbox.mirror + "/objects"
        try FileManager.default.createDirectory(atPath: "\(objects)/\(id.prefix(2))", withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: "\(objects)/\(other.prefix(2))/\(other.dropFirst(2))",
            toPath: "\(objects)/\(id.prefix(2))/\(id.dropFirst(2))")
        for pack in try FileManager.default.contentsOfDirectory(atPath: objects + "/pack") {
            // Unpack everything else and take the pack away, so that only the forged object is left under this id.
            if pack.hasSuffix(".pack") {
                let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(objects)/pack/\(pack)"))
                for suffix in [".pack", ".idx"] {
                    try FileManager.default.removeItem(atPath: "\(objects)/pack/\(pack.dropLast(5))\(suffix)")
                }
                try await sandbox.git("unpack-objects", "-q", input: Array(bytes), in: sandbox.mirror)
            }
        }
        let fresh = try sandbox.source()
        let blob = try #require(ContentID(id))
        _ = try await fresh.contents(of: [path("models/a.yaml")], at: tip)
        let failure = await #expect(throws: SourceFailure.self) { try await fresh.read([blob], limit: 100) }
        #expect(failure?.message.contains("hash mismatch") == true, "\(String(describing: failure))")
    }
}
