// Applying a plan with the built program and a real remote: exactly what was planned, or nothing.
import Foundation
import Testing

struct ChangeApplyTests {
    private let workshop: Workshop
    private let plan: String

    /// A remote at the first commit, a change on a branch of the clone, and its plan in a file.
    init() throws {
        workshop = try Workshop()
        plan = workshop.folder.appending(path: "plan.json").path
        try workshop.commitSmallLife()
        let remote = workshop.folder.appending(path: "remote.git").path
        try workshop.git("init", "-q", "--bare", "-b", "main", remote)
        try workshop.git("remote", "add", "origin", remote)
        try workshop.git("push", "-q", "origin", "main")
        try workshop.git("switch", "-qc", "topic")
        try workshop.edit("manifests/endpoint.yaml", "replicas: 1", "replicas: 2")
        try workshop.commit("two replicas")
        let output = try workshop.writ(
            "plan", "repository", "--from", "main", "--to", "topic", "--format", "json", "--no-cache")
        #expect(output.code == 0, "\(output.errors)")
        try Data(output.text.utf8).write(to: URL(filePath: plan))
    }

    private func apply() throws -> Workshop.Output {
        try workshop.run(
            "/usr/bin/env",
            ["XDG_CACHE_HOME=\(workshop.folder.path)/cache", Workshop.program, "apply", plan, "repository"])
    }

    private func tip() throws -> String {
        try workshop.git("ls-remote", "origin", "refs/heads/main").text.prefix(40) + ""
    }
    private func id(_ name: String) throws -> String { try workshop.git("rev-parse", name).text.prefix(40) + "" }

    @Test("what was planned is pushed as a fast-forward, once")
    func applied() throws {
        let output = try apply()
        #expect(output.code == 0, "\(output.errors)")
        #expect(try tip() == id("topic"))
        let again = try apply()
        #expect(again.code == 1 && again.errors.contains("the base moved"))
    }

    @Test("a base that moved at the remote is refused by name, and nothing is pushed")
    func movedBase() throws {
        try workshop.git("switch", "-q", "main")
        try workshop.write("README", "news\n")
        try workshop.commit("news")
        try workshop.git("push", "-q", "origin", "main")
        let output = try apply()
        #expect(output.code == 1)
        #expect(output.errors.contains("the base moved: main is \(try id("main").prefix(8)) at origin"))
        #expect(try tip() == id("main"))
    }

    @Test("a head that moved is refused by name")
    func movedHead() throws {
        try workshop.edit("manifests/endpoint.yaml", "replicas: 2", "replicas: 3")
        try workshop.commit("three replicas")
        let output = try apply()
        #expect(output.code == 1)
        #expect(output.errors.contains("the head moved: topic is \(try id("topic").prefix(8))"))
        #expect(try tip() == id("main"))
    }

    @Test("a plan that was edited is refused")
    func edited() throws {
        let text = try String(contentsOfFile: plan, encoding: .utf8)
        try Data(text.replacing("1 → 2", with: "1 → 1").utf8).write(to: URL(filePath: plan))
        let output = try apply()
        #expect(output.code == 1)
        #expect(output.errors.contains("was changed after it was made"))
        try Data("{}".utf8).write(to: URL(filePath: plan))
        #expect(try apply().code == 3)
        #expect(try tip() == id("main"))
    }

    @Test("a remote that cannot be asked, and options for git in disguise, end without a push")
    func remotes() throws {
        let gone = try workshop.writ("apply", plan, "repository", "--remote", "nowhere")
        #expect(gone.code == 3 && gone.errors.contains("nowhere"))
        #expect(try workshop.writ("apply", plan, "repository", "--remote=--upload-pack=touch x").code == 2)
        let branch = try String(contentsOfFile: plan, encoding: .utf8)
            .replacing("\"target\" : \"main\"", with: "\"target\" : \"main:refs/heads/other\"")
        try Data(branch.utf8).write(to: URL(filePath: plan))
        #expect(try apply().code == 3, "a target that is no branch makes no plan")
        #expect(try workshop.git("ls-remote", "origin").text.contains("other") == false)
    }
}
