// What is kept beside the branch: approvals, notes, checkpoints; and references fetched by name.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritSource

struct BesideTests {
    private static let names = ["refs/writ/approvals", "refs/notes/writ", "refs/writ/checkpoints"]

    @Test("a fetch brings them, follows them where they go, and takes away what is gone", arguments: [false, true])
    func follows(http: Bool) async throws {
        let sandbox = try await GitSandbox()
        let tip = try await sandbox.commit(["models/a.yaml": .file("1")])
        let kept = try await sandbox.commit(["x.json": .file("{}")], on: "kept", afresh: true)
        let later = try await sandbox.commit(["y.json": .file("{}")], on: "kept")
        try await sandbox.visit(http) { source in
            #expect(try await source.fetch() == tip)
            #expect(try await sandbox.inMirror("for-each-ref", "--format=%(refname)", "refs/notes") == "")
            for name in Self.names { try await sandbox.git("update-ref", name, kept.text) }
            #expect(try await source.fetch() == tip)
            for name in Self.names { #expect(try await sandbox.inMirror("rev-parse", name) == kept.text) }
            try await sandbox.git("update-ref", Self.names[0], later.text)
            try await sandbox.git("update-ref", "-d", Self.names[1])
            #expect(try await source.fetch() == tip)
            #expect(try await sandbox.inMirror("rev-parse", Self.names[0]) == later.text)
            #expect(try await sandbox.inMirror("show", "\(Self.names[0]):y.json") == "{}")
            #expect(try await sandbox.inMirror("for-each-ref", "--format=%(refname)", "refs/notes") == "")
            #expect(await source.takeComplaints() == [])
            try await sandbox.inMirror("fsck", "--strict", "--connectivity-only")
        }
    }

    @Test("one that is too large, or no commit, holds the branch up in no way, and is told", arguments: [false, true])
    func hostile(http: Bool) async throws {
        let sandbox = try await GitSandbox()
        let tip = try await sandbox.commit(["models/a.yaml": .file("1")])
        var files: [String: GitSandbox.Entry] = [:]
        for index in 0..<50 { files["\(index)"] = .file("\(index)") }
        let large = try await sandbox.commit(files, on: "large", afresh: true)
        try await sandbox.git("update-ref", Self.names[0], large.text)
        var limits = SourceLimits()
        limits.besideObjectsMaximum = 20
        try await sandbox.visit(http, limits: limits) { source in
            #expect(try await source.fetch() == tip)
            #expect(await source.takeComplaints().first?.contains("was not brought") == true)
            #expect(try await source.fetch() == tip)
            #expect(await source.takeComplaints() == [], "it rests")
            try await sandbox.git("update-ref", Self.names[0], sandbox.blob("no commit"))
            try await sandbox.git("update-ref", Self.names[1], tip.text)
            let next = try await sandbox.commit(["models/a.yaml": .file("2")])
            #expect(try await source.fetch() == next)
            let complaints = await source.takeComplaints()
            #expect(complaints.count == 1 && complaints[0].contains("no commit"), "\(complaints)")
            #expect(try await sandbox.inMirror("rev-parse", Self.names[1]) == tip.text)
        }
    }

    @Test(
        "a pull request's head is brought on demand; what is not there is not in the answer", arguments: [false, true])
    func requests(http: Bool) async throws {
        let sandbox = try await GitSandbox()
        let tip = try await sandbox.commit(["models/a.yaml": .file("1")])
        try await sandbox.git("branch", "topic")
        let head = try await sandbox.commit(["models/a.yaml": .file("2")], on: "topic")
        try await sandbox.git("update-ref", "refs/pull/7/head", head.text)
        try await sandbox.git("branch", "-D", "topic")
        try await sandbox.visit(http) { source in
            #expect(try await source.fetch() == tip)
            let found = try await source.fetch(references: ["refs/pull/7/head", "refs/pull/8/head"])
            #expect(found == ["refs/pull/7/head": head])
            #expect(try await source.changes(from: tip, to: head).changedPaths == [path("models/a.yaml")])
            #expect(try await source.fetch(references: ["refs/pull/7/head"]) == found)
            try await sandbox.git("update-ref", "-d", "refs/pull/7/head")
            try await sandbox.git("update-ref", "refs/pull/7/head/deeper", head.text)
            let names = ["refs/pull/7/head", "refs/pull/7/head/deeper"]
            #expect(try await source.fetch(references: names) == ["refs/pull/7/head/deeper": head])
        }
    }

    @Test(
        "names that are no references are refused",
        arguments: ["main", "refs/heads/../x", "--all", "refs/heads/*", "refs/"])
    func names(name: String) async throws {
        let sandbox = try await GitSandbox()
        let source = try sandbox.source()
        await #expect(throws: SourceFailure.self) { try await source.fetch(references: [name]) }
    }
}

extension GitSandbox {
    /// Gives a source over the folder, or over nginx where it is installed.
    func visit(
        _ http: Bool, limits: SourceLimits = SourceLimits(),
        _ body: @escaping @Sendable (GitSource) async throws -> Void
    ) async throws {
        guard http else { return try await body(source(limits: limits)) }
        let password = try file("good", "correct horse")
        try await serveHTTP(push: true) { address in
            try await body(
                self.childSource(
                    address, credentials: .basic(user: "ada", password: .file(password)), limits: limits))
        }
    }
}
