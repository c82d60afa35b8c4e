// What the mirror keeps, whatever becomes of the repository it mirrors.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritSource

struct MirrorTests {
    @Test("a fetch brings the new tip, and one without news brings nothing")
    func fetches() async throws {
        let sandbox = try await GitSandbox()
        let first = try await sandbox.commit(["models/a.yaml": .file("1")])
        let source = try sandbox.source()
        #expect(try await source.fetch() == first)
        #expect(try await source.fetch() == first)
        #expect(try sandbox.packs().count == 1)
        let second = try await sandbox.commit(["models/a.yaml": .file("2")])
        #expect(try await source.fetch() == second)
        #expect(try sandbox.packs().count == 2)
        #expect(try await source.isAncestor(first, of: second))
    }

    @Test("a fetch of one commit copies what the commit made, not the repository")
    func copiesTheChange() async throws {
        let sandbox = try await GitSandbox()
        var files: [String: GitSandbox.Entry] = [:]
        for index in 0..<500 { files["models/\(index % 5)/m\(index).yaml"] = .file("\(index)") }
        try await sandbox.commit(files)
        let configuration = try sandbox.configuration()
        let first = try FetchOperation(FetchRequest(configuration), environment: [:]).perform()
        #expect(first.receivedObjects == 1 + 1 + 1 + 5 + 500)
        try await sandbox.commit(["models/3/m3.yaml": .file("changed")])
        // The commit, the root, `models`, `models/3` and the file.
        #expect(try FetchOperation(FetchRequest(configuration), environment: [:]).perform().receivedObjects == 5)
    }

    @Test("the mirror goes on being readable when the repository is rewritten, tidied and deleted")
    func outlivesUpstream() async throws {
        let sandbox = try await GitSandbox()
        let first = try await sandbox.commit(["models/a.yaml": .file("precious")])
        let source = try sandbox.source()
        _ = try await source.fetch()
        let rewritten = try await sandbox.commit(["models/b.yaml": .file("other")], afresh: true)
        try await sandbox.git("reflog", "expire", "--expire=now", "--all")
        try await sandbox.git("gc", "-q", "--prune=now")
        #expect(try await source.fetch() == rewritten)
        try FileManager.default.removeItem(atPath: sandbox.upstream)
        let reopened = try sandbox.source()
        let manifest = try #require(try await reopened.changes(from: nil, to: first).manifests[path("models/a.yaml")])
        #expect(try await reopened.read([manifest.blob], limit: 100) == [Array("precious".utf8)])
        let failure = await #expect(throws: SourceFailure.self) { try await reopened.fetch() }
        #expect(failure?.code == "repository-unreachable")
        #expect(failure?.retry == .transient)
    }

    @Test("a rewritten branch is seen not to descend from the accepted revision, and keeps it in the mirror")
    func rewritten() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("1")])
        let accepted = try await sandbox.commit(["models/a.yaml": .file("2")])
        let source = try sandbox.source()
        _ = try await source.fetch()
        try await source.accept(accepted)
        try await sandbox.git("update-ref", "refs/heads/main", base.text)
        let forced = try await sandbox.commit(["models/a.yaml": .file("3")])
        #expect(try await source.fetch() == forced)
        #expect(try await !source.isAncestor(accepted, of: forced))
        #expect(try await source.isAncestor(base, of: forced))
        try await source.accept(forced)
        let references = try await sandbox.git("for-each-ref", "--format=%(refname) %(objectname)", in: sandbox.mirror)
        #expect(
            references == """
                refs/writ/accepted \(forced)
                refs/writ/kept/\(accepted) \(accepted)
                refs/writ/tip \(forced)
                """)
        // Tidying the mirror by hand loses nothing either.
        try await sandbox.git("gc", "-q", "--prune=now", in: sandbox.mirror)
        #expect(try await sandbox.source().changes(from: accepted, to: forced).manifests.count == 1)
    }

    @Test("a revision the mirror never saw is nobody's ancestor, and reading it says what to do")
    func unknownRevision() async throws {
        let sandbox = try await GitSandbox()
        let tip = try await sandbox.commit(["models/a.yaml": .file("1")])
        let source = try sandbox.source()
        _ = try await source.fetch()
        let unknown = try sandbox.revision(String(repeating: "ab", count: 20))
        #expect(try await !source.isAncestor(unknown, of: tip))
        let failure = await #expect(throws: SourceFailure.self) { try await source.changes(from: unknown, to: tip) }
        #expect(failure?.code == "object-missing")
        #expect(failure?.message.hasPrefix("The revision abababab") == true)
    }

    @Test("small packs are joined, and a source that was open all along goes on reading")
    func joinsPacks() async throws {
        let sandbox = try await GitSandbox()
        var limits = SourceLimits()
        limits.packsMaximum = 4
        let source = try sandbox.source(limits: limits)
        let bystander = try sandbox.source()
        var revisions: [RevisionID] = []
        for index in 0..<12 {
            revisions.append(try await sandbox.commit(["models/m\(index).yaml": .file("\(index)")]))
            _ = try await source.fetch()
            if index == 3 { #expect(try await bystander.changes(from: nil, to: revisions[3]).manifests.count == 4) }
            #expect(try sandbox.packs().count <= 5)
        }
        for reader in [source, bystander, try sandbox.source()] {
            for (index, revision) in revisions.enumerated() {
                #expect(try await reader.changes(from: nil, to: revision).manifests.count == index + 1)
            }
        }
        #expect(try await sandbox.git("fsck", "--full", "--strict", in: sandbox.mirror).isEmpty)
    }

    @Test("a branch that is not there is named in the message")
    func missingBranch() async throws {
        let sandbox = try await GitSandbox()
        let source = try sandbox.source()
        let failure = await #expect(throws: SourceFailure.self) { try await source.fetch() }
        #expect(failure?.code == "branch-missing")
        #expect(
            failure?.message
                == "\(sandbox.upstream) has no branch “main”. Push it, or name another branch in Writ's configuration.")
        #expect(failure?.retry == .transient)
    }

    @Test("a fetch larger than allowed is refused and leaves nothing", arguments: [true, false])
    func bounded(byCount: Bool) async throws {
        let sandbox = try await GitSandbox()
        try await sandbox.commit(["models/a.yaml": .file(String((0..<9000).map { "\($0 &* 2_654_435_761)" }.joined()))])
        var limits = SourceLimits()
        if byCount { limits.fetchObjectsMaximum = 3 } else { limits.fetchBytesMaximum = 4096 }
        let source = try sandbox.source(limits: limits)
        let failure = await #expect(throws: SourceFailure.self) { try await source.fetch() }
        #expect(failure?.code == "source-limit")
        #expect(try sandbox.packs().isEmpty)
        #expect(try await sandbox.git("for-each-ref", in: sandbox.mirror).isEmpty)
    }

    @Test("a shallow clone is refused with the way out")
    func shallow() async throws {
        let sandbox = try await GitSandbox()
        try await sandbox.commit(["models/a.yaml": .file("1")])
        try await sandbox.commit(["models/a.yaml": .file("2")])
        let clone = sandbox.folder + "/shallow"
        try await sandbox.git("clone", "-q", "--depth", "1", "file://\(sandbox.upstream)", clone, in: sandbox.folder)
        let source = GitSource(try sandbox.configuration(clone), fetching: .thisProcess(environment: [:]))
        let failure = await #expect(throws: SourceFailure.self) { try await source.fetch() }
        #expect(failure?.message.contains("git fetch --unshallow") == true)
    }

    @Test("only the owner may enter the mirror")
    func privateMirror() async throws {
        let sandbox = try await GitSandbox()
        try await sandbox.commit(["models/a.yaml": .file("1")])
        _ = try await sandbox.source().fetch()
        let mode = try FileManager.default.attributesOfItem(atPath: sandbox.mirror)[.posixPermissions] as? Int
        #expect(mode == 0o700)
    }
}

extension GitSandbox {
    func packs() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: mirror + "/objects/pack").filter { $0.hasSuffix(".pack") }
    }
}
