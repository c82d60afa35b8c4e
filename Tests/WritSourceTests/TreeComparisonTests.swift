// Our comparison of trees against git's own.
import Testing
import WritBackends
import WritVocabulary

@testable import WritSource

struct TreeComparisonTests {
    @Test(
        "on random histories the changed paths are those of `git diff --name-only`",
        arguments: 1...6 as ClosedRange<UInt64>)
    func agreesWithGit(seed: UInt64) async throws {
        var random = SplitMix(state: seed)
        let sandbox = try await GitSandbox()
        // Names that sort differently as files and as folders: `a`, `a.b`, `a0`, `a/…`.
        let names = ["a", "a.b", "a-b", "a0", "b", "é", "Z"]
        var revisions: [RevisionID] = []
        var present: Set<String> = []
        for step in 0..<8 {
            var changes: [String: GitSandbox.Entry] = [:]
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let depth = Int.random(in: 1...4, using: &random)
                let path = (0..<depth).map { _ in names.randomElement(using: &random) ?? "a" }.joined(separator: "/")
                // One commit must not name a path and something below it: fast-import would depend on their order.
                if changes.keys.contains(where: { $0.hasPrefix(path + "/") || path.hasPrefix($0 + "/") }) { continue }
                changes[path] = entry(present.contains(path), step, &random)
            }
            revisions.append(try await sandbox.commit(changes))
            present = Set(
                try await sandbox.git("ls-tree", "-r", "-z", "--name-only", "main").split(separator: "\0").map(
                    String.init))
        }
        let source = try sandbox.source(folder: nil)
        _ = try await source.fetch()
        for old in revisions {
            for new in revisions {
                let ours = try await source.changes(from: old, to: new).changedPaths.map(\.text)
                let theirs = try await sandbox.git("diff", "--name-only", "-z", "--no-renames", old.text, new.text)
                #expect(Set(ours) == Set(theirs.split(separator: "\0").map(String.init)), "\(old.short)..\(new.short)")
            }
        }
    }

    private func entry(_ isPresent: Bool, _ step: Int, _ random: inout SplitMix) -> GitSandbox.Entry {
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1: isPresent ? .removed : .file("new \(step)")
        case 2: .executable("run \(random.next() % 3)")
        case 3: .symlink("to-\(random.next() % 3)")
        case 4: .submodule("1111111111111111111111111111111111111111")
        default: .file("text \(random.next() % 4)")
        }
    }

    @Test("a folder of 10,000 files with one change gives one path")
    func largeFolder() async throws {
        let sandbox = try await GitSandbox()
        var files: [String: GitSandbox.Entry] = [:]
        for index in 0..<10_000 { files["models/m\(index).yaml"] = .file("\(index)") }
        let first = try await sandbox.commit(files)
        let second = try await sandbox.commit(["models/m4711.yaml": .file("changed")])
        let source = try sandbox.source()
        _ = try await source.fetch()
        #expect(try await source.changes(from: nil, to: first).manifests.count == 10_000)
        #expect(try await source.changes(from: first, to: second).changedPaths == [path("models/m4711.yaml")])
    }
}

/// SplitMix64: a seed gives the same history everywhere.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
