// Commands as a newcomer meets them: wrong input on purpose, and the exit codes.
import Foundation
import Testing

struct CommandTests {
    @Test(
        "what the parser refuses is usage: exit code 2", arguments: [["get", "--nonsense"], ["nonsense"], ["suspend"]])
    func usage(arguments: [String]) throws {
        let workshop = try Workshop()
        let output = try workshop.run(Workshop.program, arguments)
        #expect(output.code == 2)
        #expect(!output.errors.isEmpty && output.text.isEmpty)
    }

    @Test("without a data directory nothing can be told: exit code 3 and what to do")
    func noData() throws {
        let workshop = try Workshop()
        let output = try workshop.writ("get", "endpoint", "--data", "/nonexistent/writ")
        #expect(output.code == 3)
        #expect(output.errors.hasPrefix("error: "))
        #expect(output.errors.contains("hint: "))
    }

    @Test("validate refuses the names and sizes a commit is refused for")
    func unreadable() throws {
        let workshop = try Workshop()
        try workshop.commitSmallLife()
        for (name, text, words) in [
            ("manifests/a\u{1B}b.yaml", "kind: Dataset\n", "has a control character in its name"),
            ("manifests/huge.yaml", String(repeating: "# more\n", count: 200_000), "has more than 1048576 bytes"),
        ] {
            try workshop.write(name, text)
            let output = try workshop.writ("validate", "repository")
            #expect(output.code == 1 && output.errors.contains(words), "\(output)")
            try FileManager.default.removeItem(at: workshop.folder.appending(path: "repository/\(name)"))
        }
    }

    @Test("validate shows the place, the line and a hint, and exits with 1")
    func validate() throws {
        let workshop = try Workshop()
        try workshop.commitSmallLife()
        #expect(try workshop.writ("validate", "repository").code == 0)
        try workshop.edit("manifests/endpoint.yaml", "model: mean", "model: meen")
        let output = try workshop.writ("validate", "repository")
        #expect(output.code == 1)
        let text = output.text + output.errors
        #expect(text.contains("endpoint.yaml:5:"))
        #expect(text.contains("meen"))
        #expect(text.contains("did you mean"))
    }

    @Test("explain knows every field and corrects a near miss")
    func explain() throws {
        let workshop = try Workshop()
        let known = try workshop.writ("explain", "Endpoint.spec.rollout")
        #expect(known.code == 0 && known.text.contains("blueGreen"))
        let missed = try workshop.writ("explain", "Endpoint.spec.rolout")
        #expect(missed.code == 1 && missed.errors.contains("rollout"))
    }

    @Test("plan says what a first commit would do, and does nothing")
    func plan() throws {
        let workshop = try Workshop()
        try workshop.commitSmallLife()
        let output = try workshop.writ("plan", "repository")
        #expect(output.code == 0, "\(output.errors)")
        #expect(output.text.contains("+ snapshot"))
        #expect(try workshop.writ("get", "model").code == 3, "no data directory was made")
    }

    @Test(
        "no output holds a type's name of the program",
        arguments: [["get"], ["why", "model", "x"], ["logs", "run-0"], ["audit", "show", "x"]])
    func noTypeNames(arguments: [String]) throws {
        let workshop = try Workshop()
        let output = try workshop.run(Workshop.program, arguments)
        for name in ["Error(", "Optional(", "DecodingError", "Swift.", "WritVocabulary", "Fatal"] {
            #expect(!output.errors.contains(name), "\(arguments): \(output.errors)")
        }
    }
}
