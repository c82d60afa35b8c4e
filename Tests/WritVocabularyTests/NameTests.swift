// Names and ids: what is one and what is not.
import Testing
import WritVocabulary

struct NameTests {
    @Test(
        "a resource name is a DNS label", arguments: ["a", "flight-time", "v2", "0", String(repeating: "a", count: 63)])
    func valid(text: String) { #expect(ResourceName(text)?.text == text) }

    @Test(
        "what is no DNS label is no resource name",
        arguments: ["", "-a", "a-", "A", "a_b", "a.b", "a/b", "ä", "a b", "a\u{0}", String(repeating: "a", count: 64)])
    func invalid(text: String) { #expect(ResourceName(text) == nil) }

    @Test("a kind is found however a person types it", arguments: ["Endpoint", "endpoint", "endpoints", "ENDPOINTS"])
    func kinds(text: String) { #expect(Kind(typed: text) == .endpoint) }

    @Test("a resource id is its kind and its name")
    func resourceID() throws {
        let id = try #require(ResourceID("Model/flight-time"))
        #expect(id.kind == .model && id.text == "Model/flight-time")
        #expect(ResourceID("model/flight-time") == nil)
        #expect(ResourceID("Model/a/b") == nil)
    }

    @Test(
        "a repository path never leaves its repository",
        arguments: ["", "/a", "a/", "a//b", "../a", "a/../b", "./a", ".git/config", "a/.GIT/b", "a\u{0}b"])
    func hostilePaths(text: String) { #expect(RepositoryPath(text) == nil) }

    @Test("two spellings of an accented letter are two paths, as they are for Git")
    func spellings() throws {
        let composed = try #require(RepositoryPath("data/caf\u{E9}.csv"))
        let decomposed = try #require(RepositoryPath("data/cafe\u{301}.csv"))
        #expect(composed.text == decomposed.text)
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed, composed]).count == 2)
        #expect(decomposed < composed && !(composed < decomposed))
        #expect(try !composed.isWithin(#require(RepositoryPath("data/cafe\u{301}.csv"))))
    }

    @Test("a path lies within its own folders and no others")
    func within() throws {
        let path = try #require(RepositoryPath("a/b/c"))
        let folders = try ["a", "a/b", "a/b/c", "a/bc", "b", "a/b/c/d"].map { try #require(RepositoryPath($0)) }
        #expect(folders.map(path.isWithin) == [true, true, true, false, false, false])
    }

    @Test("a path knows the folders above it")
    func ancestors() throws {
        let path = try #require(RepositoryPath("a/b/c.yaml"))
        #expect(path.selfAndAncestors.map(\.text) == ["a/b/c.yaml", "a/b", "a"])
        #expect(path.isWithin(try #require(RepositoryPath("a/b"))))
        #expect(!path.isWithin(try #require(RepositoryPath("a/bc"))))
    }

    @Test("ids come back from their text")
    func roundTrips() throws {
        let digest = Digest(of: Array("x".utf8))
        let run = ExecutionID(.training, of: digest, attempt: 2)
        #expect(ExecutionID(run.text) == run)
        #expect(ExecutionID("run-xyz-1") == nil)
        let deployment = DeploymentID(endpoint: try #require(ResourceName("flights-eu")), content: digest)
        let replica = ReplicaID(deployment, ordinal: 3, generation: 1)
        #expect(ReplicaID(replica.text) == replica)
        #expect(VersionID("flight-time:3")?.number == 3)
        #expect(VersionID("flight-time:0") == nil)
    }
}
