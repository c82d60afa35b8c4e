// Laying content into a workspace.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritSource

struct ExportTests {
    @Test("a tree is laid out with its modes, whatever the umask")
    func tree() async throws {
        let sandbox = try await GitSandbox()
        let (source, tree) = try await sandbox.content(
            of: "code",
            [
                "code/train.py": .file("train"), "code/bin/run": .executable("#!"), "code/deep/er/é.txt": .file("é"),
                "code/empty": .file(""),
            ])
        let target = try sandbox.emptyFolder("out")
        try await source.export(tree, name: "ignored", to: target)
        #expect(
            try FileManager.default.subpathsOfDirectory(atPath: target).sorted() == [
                "bin", "bin/run", "deep", "deep/er", "deep/er/é.txt", "empty", "train.py",
            ])
        #expect(try String(contentsOfFile: target + "/train.py", encoding: .utf8) == "train")
        #expect(try sandbox.mode(target + "/train.py") == 0o644)
        #expect(try sandbox.mode(target + "/bin/run") == 0o755)
    }

    @Test("a single file is laid under the name given")
    func file() async throws {
        let sandbox = try await GitSandbox()
        let (source, blob) = try await sandbox.content(of: "data/d.csv", ["data/d.csv": .file("a,b")])
        let target = try sandbox.emptyFolder("out")
        try await source.export(blob, name: "flights.csv", to: target)
        #expect(try String(contentsOfFile: target + "/flights.csv", encoding: .utf8) == "a,b")
        for name in ["..", "a/b", "", ".git"] {
            await #expect(throws: SourceFailure.self) {
                try await source.export(blob, name: name, to: sandbox.emptyFolder("out2"))
            }
        }
    }

    @Test(
        "a tree with a link or submodule anywhere in it is refused before the first byte is written",
        arguments: [("120000", "link"), ("160000", "sub"), ("100644", ".."), ("100644", "a\\b"), ("40000", ".git")])
    func refused(mode: String, name: String) async throws {
        let sandbox = try await GitSandbox()
        let (blob, empty) = (try await sandbox.blob("x"), try await sandbox.rawTree([]))
        let inner = try await sandbox.rawTree([(mode, Array(name.utf8), mode == "40000" ? empty : blob)])
        let code = try await sandbox.rawTree([("100644", Array("a.py".utf8), blob), ("40000", Array("zz".utf8), inner)])
        let tip = try await sandbox.commit(tree: sandbox.rawTree([("40000", Array("code".utf8), code)]))
        let source = try sandbox.source()
        _ = try await source.fetch()
        let tree = try #require(try await source.contents(of: [path("code")], at: tip)[path("code")])
        let target = try sandbox.emptyFolder("out")
        let failure = await #expect(throws: SourceFailure.self) { try await source.export(tree, name: "", to: target) }
        #expect(failure?.message.hasPrefix("“zz/\(name)” ") == true)
        #expect(failure?.retry == .terminal)
        #expect(try FileManager.default.contentsOfDirectory(atPath: target).isEmpty)
    }

    @Test("a folder that is a link, is not empty, or is not there is left alone")
    func folders() async throws {
        let sandbox = try await GitSandbox()
        let (source, tree) = try await sandbox.content(of: "code", ["code/a": .file("a")])
        let real = try sandbox.emptyFolder("real")
        let link = sandbox.folder + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: real)
        await #expect(throws: SourceFailure.self) { try await source.export(tree, name: "", to: link) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: real).isEmpty)
        try Data("mine".utf8).write(to: URL(fileURLWithPath: real + "/a"))
        let failure = await #expect(throws: SourceFailure.self) { try await source.export(tree, name: "", to: real) }
        #expect(failure?.message.contains("is not empty") == true)
        #expect(try String(contentsOfFile: real + "/a", encoding: .utf8) == "mine")
        await #expect(throws: SourceFailure.self) {
            try await source.export(tree, name: "", to: sandbox.folder + "/absent")
        }
    }

    @Test("files and bytes are bounded", arguments: [0, 1, 2])
    func limits(which: Int) async throws {
        let sandbox = try await GitSandbox()
        var limits = SourceLimits()
        switch which {
        case 0: limits.exportFilesMaximum = 2
        case 1: limits.exportBytesMaximum = 20
        default: limits.exportBlobBytesMaximum = 9
        }
        let files: [String: GitSandbox.Entry] = [
            "code/a": .file("0123456789"), "code/b": .file("0123456789"), "code/c": .file("0123456789"),
        ]
        let (source, tree) = try await sandbox.content(of: "code", files, limits: limits)
        let failure = await #expect(throws: SourceFailure.self) {
            try await source.export(tree, name: "", to: sandbox.emptyFolder("out"))
        }
        #expect(failure?.code == "source-limit")
    }
}

extension GitSandbox {
    /// Commits, fetches, and gives the id of one path.
    func content(of name: String, _ files: [String: Entry], limits: SourceLimits = SourceLimits()) async throws -> (
        GitSource, ContentID
    ) {
        let tip = try await commit(files)
        let source = try source(limits: limits)
        _ = try await source.fetch()
        return (source, try #require(try await source.contents(of: [path(name)], at: tip)[path(name)]))
    }

    func emptyFolder(_ name: String) throws -> String {
        let path = "\(folder)/\(name)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}
