// Content Git can hold and Writ refuses, with the sentence a person reads.
import Testing
import WritBackends
import WritVocabulary

@testable import WritSource

struct HostileTreeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var mode = "100644"
        var name: [UInt8]
        var sentence: String
        var testDescription: String { sentence }

        init(mode: String = "100644", _ name: String, _ sentence: String) {
            self.init(mode: mode, bytes: Array(name.utf8), sentence)
        }

        init(mode: String = "100644", bytes: [UInt8], _ sentence: String) {
            self.mode = mode
            name = bytes
            self.sentence = sentence
        }
    }

    static let cases = [
        Case(mode: "120000", "link.yaml", "“models/link.yaml” is a symbolic link; commit the file itself."),
        Case(mode: "160000", "sub", "“models/sub” is a submodule; commit its files."),
        Case("..", "“models/..” is named “.” or “..”, which would leave its folder; rename it."),
        Case(".", "“models/.” is named “.” or “..”, which would leave its folder; rename it."),
        Case(mode: "40000", "..", "“models/..” is named “.” or “..”, which would leave its folder; rename it."),
        Case(".git", "“models/.git” is named like Git's own folder; rename it."),
        Case(mode: "40000", ".GIT", "“models/.GIT” is named like Git's own folder; rename it."),
        Case(".gIt. ", "“models/.gIt. ” is named like Git's own folder; rename it."),
        Case("GIT~1", "“models/GIT~1” is named like Git's own folder; rename it."),
        Case(".g\u{200C}it", "“models/.g\\u{200C}it” is named like Git's own folder; rename it."),
        Case("a/../b.yaml", "“models/a/../b.yaml” has a slash or backslash within its name; rename it."),
        Case("a\\b.yaml", "“models/a\\b.yaml” has a slash or backslash within its name; rename it."),
        Case("a\nb.yaml", "“models/a\\u{A}b.yaml” has a control character in its name; rename it."),
        Case("\u{1B}[31mred.yaml", "“models/\\u{1B}[31mred.yaml” has a control character in its name; rename it."),
        Case(bytes: [0x61, 0xFF, 0x62], "“models/a\\xffb” has a name that is not UTF-8; rename it."),
        Case(bytes: [0xC0, 0xAF], "“models/\\xc0\\xaf” has a name that is not UTF-8; rename it."),
        Case(
            "cafe\u{301}.yaml",
            "“models/cafe\u{301}.yaml” has a name in decomposed Unicode (NFD), which reads like another name; rename it."
        ),
        Case(mode: "100000", "", "“models/” has an empty name; rename it."),
        Case(mode: "010000", "pipe.yaml", "“models/pipe.yaml” has a file mode Git does not write."),
    ]

    @Test("a hostile entry of the manifest folder is refused and nothing of it listed", arguments: cases)
    func refused(_ entry: Case) async throws {
        let sandbox = try await GitSandbox()
        let target =
            entry.mode == "40000"
            ? try await sandbox.rawTree([("100644", Array("m.yaml".utf8), sandbox.blob("x"))])
            : try await sandbox.blob("x")
        let folder = try await sandbox.rawTree([(entry.mode, entry.name, target)])
        let tip = try await sandbox.commit(tree: sandbox.rawTree([("40000", Array("models".utf8), folder)]))
        let source = try sandbox.source()
        do {
            _ = try await source.fetch()
            let changes = try await source.changes(from: nil, to: tip)
            #expect(changes.refused.map(\.message) == [entry.sentence])
            #expect(changes.manifests.isEmpty)
        } catch let failure as SourceFailure {
            // libgit2 itself will not parse some of these; then the whole revision is refused.
            #expect(failure.message.contains("tree") || failure.message.contains("folder"), "\(failure)")
            #expect(entry.name.isEmpty, "only the empty name: \(failure)")
        }
    }

    @Test("the same names outside the manifest folder are neither listed nor an error")
    func outside() async throws {
        let sandbox = try await GitSandbox()
        let (blob, good) = (
            try await sandbox.blob("x"),
            try await sandbox.rawTree([("100644", Array("a.yaml".utf8), sandbox.blob("a"))])
        )
        let tip = try await sandbox.commit(
            tree: sandbox.rawTree([
                ("100644", Array("..".utf8), blob), ("120000", Array("link".utf8), blob),
                ("40000", Array("models".utf8), good),
                ("100644", Array("models/forged.yaml".utf8), blob),
            ]))
        let source = try sandbox.source()
        _ = try await source.fetch()
        let changes = try await source.changes(from: nil, to: tip)
        #expect(changes.manifests.keys.map(\.text) == ["models/a.yaml"])
        #expect(changes.changedPaths.sorted().map(\.text) == ["link", "models/a.yaml"])
        #expect(
            changes.refused.map(\.message) == [
                "“models/forged.yaml” has a slash or backslash within its name; rename it."
            ])
    }

    @Test("a tree that is out of order or names something twice is refused", arguments: [["b", "a"], ["a", "a"]])
    func disorder(names: [String]) async throws {
        let sandbox = try await GitSandbox()
        let blob = try await sandbox.blob("x")
        let folder = try await sandbox.rawTree(names.map { ("100644", Array($0.utf8), blob) })
        let tip = try await sandbox.commit(tree: sandbox.rawTree([("40000", Array("models".utf8), folder)]))
        let source = try sandbox.source()
        _ = try await source.fetch()
        let failure = await #expect(throws: SourceFailure.self) { try await source.changes(from: nil, to: tip) }
        #expect(failure?.message.contains("“\(names[1])” out of order or twice") == true)
        #expect(failure?.retry == .terminal)
    }

    @Test("a manifest folder that is a symbolic link is refused")
    func linkedFolder() async throws {
        let sandbox = try await GitSandbox()
        let tip = try await sandbox.commit(["models": .symlink("elsewhere"), "elsewhere/a.yaml": .file("a")])
        let source = try sandbox.source()
        _ = try await source.fetch()
        let changes = try await source.changes(from: nil, to: tip)
        #expect(
            changes.refused.map(\.message) == [
                "“models” is the manifest folder and has to be a folder, all the way down."
            ])
        #expect(changes.manifests.isEmpty)
    }

    @Test("a path too long for a manifest is refused")
    func longPath() async throws {
        let sandbox = try await GitSandbox()
        let long =
            "models/" + Array(repeating: String(repeating: "d", count: 200), count: 6).joined(separator: "/")
            + "/m.yaml"
        let tip = try await sandbox.commit(["models/a.yaml": .file("a"), long: .file("b")])
        let source = try sandbox.source()
        _ = try await source.fetch()
        let changes = try await source.changes(from: nil, to: tip)
        #expect(changes.refused.count == 1)
        #expect(changes.refused.first?.message.hasSuffix("is a path longer than 1024 bytes; shorten it.") == true)
    }

    @Test("thousands of refusals are counted, not listed")
    func manyRefusals() async throws {
        let sandbox = try await GitSandbox()
        var links: [String: GitSandbox.Entry] = ["models/a.yaml": .file("a")]
        for index in 0..<1000 { links["models/l\(index)"] = .symlink("x") }
        let tip = try await sandbox.commit(links)
        let source = try sandbox.source()
        _ = try await source.fetch()
        let refused = try await source.changes(from: nil, to: tip).refused
        #expect(refused.count == 201)
        #expect(refused.last?.message == "800 more entries of the manifest folder are refused.")
    }
}
