// The plan of a change with the built program: the same bytes with and without what is kept, and for all who ask.
import Foundation
import Testing
import WritVocabulary

struct ChangePlanTests {
    private let workshop: Workshop
    private var cache: String { workshop.folder.appending(path: "cache").path }

    init() throws { workshop = try Workshop() }

    private func writ(_ arguments: String...) throws -> Workshop.Output {
        try workshop.run("/usr/bin/env", ["XDG_CACHE_HOME=\(cache)", Workshop.program] + arguments)
    }

    /// What a plan of a change prints, in all three forms, and how it ends.
    private func plan(_ from: String, _ to: String, _ more: String...) throws -> String {
        var said = ""
        for format in ["json", "text", "markdown"] {
            let output = try workshop.run(
                "/usr/bin/env",
                ["XDG_CACHE_HOME=\(cache)", Workshop.program, "plan", "repository", "--from", from, "--to", to]
                    + ["--format", format] + more)
            said += "\(output.code)\n\(output.text)\(output.errors)\n"
        }
        return said
    }

    private func stored() throws -> [URL] {
        let folder = URL(filePath: "\(cache)/writ/manifests")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    }

    // MARK: - The same bytes

    @Test("over any row of commits, plans are the same bytes with and without what is kept", arguments: [1, 2])
    func cachedEqualsUncached(seed: UInt64) throws {
        var random = SeededChoice(state: seed)
        for number in 0..<24 { try manifest(number, "data-\(number)", "model-\(number / 2 * 2)") }
        try workshop.write("data/rows.csv", "x\n1\n")
        try workshop.write("code/train.py", "pass\n")
        var base = try workshop.commit("first")
        #expect(try writ("plan", "repository", "--from", base).code == 0)
        #expect(try stored().count == 1)
        var endings: [String: Int] = [:]
        for number in 0..<18 {
            try edit(&random, number)
            let head = try workshop.commit("change \(number)")
            let uncached = try plan(base, head, "--no-cache")
            #expect(try plan(base, head) == uncached, "seed \(seed), change \(number)")
            if number.isMultiple(of: 5) {
                try damage(&random)
                #expect(try plan(base, head) == uncached, "seed \(seed), change \(number), damaged")
            }
            let ending = String(uncached.prefix(1))
            endings[ending, default: 0] += 1
            if ending == "0" { base = head } else { try workshop.git("reset", "-q", "--hard", base) }
        }
        #expect(endings["0", default: 0] > 3 && endings["1", default: 0] > 0, "\(endings)")
    }

    private func manifest(_ number: Int, _ data: String, _ model: String) throws {
        let file = "manifests/team-\(number % 3)/m-\(number).yaml"
        func head(_ kind: String, _ name: String) -> String {
            "apiVersion: writ.dev/v1\nkind: \(kind)\nmetadata: {name: \(name)}\nspec:\n"
        }
        switch number % 3 {
        case 0: try workshop.write(file, head("Dataset", data) + "  source: {path: data/rows.csv}\n  format: csv\n")
        default:
            try workshop.write(
                file,
                head("Model", "model-\(number)")
                    + "  training:\n    code: {path: code}\n    command: [python, train.py]\n"
                    + "    datasets: {rows: data-\(number / 3 * 3)}\n    parameters: {depth: 4}\n")
        }
    }

    private func edit(_ random: inout SeededChoice, _ number: Int) throws {
        let files = try workshop.git("ls-files", "manifests").text.split(separator: "\n").map(String.init)
        let file = files[random.below(files.count)]
        let url = workshop.folder.appending(path: "repository/\(file)")
        let text = try String(contentsOf: url, encoding: .utf8)
        switch random.below(8) {
        case 0: try workshop.git("rm", "-q", file)
        case 1: try workshop.write("manifests/new-\(number).yaml", text.replacing("model-", with: "other-"))
        case 2: try workshop.write(file, text.replacing("data-", with: "dta-"))
        case 3: try workshop.write("data/rows.csv", "x\n\(number)\n")
        case 4: try workshop.write("code/train.py", "print(\(number))\n")
        case 5: try workshop.git("mv", file, "manifests/moved-\(number).yaml")
        default: try workshop.write(file, text.replacing("depth: ", with: "depth: 1") + "# \(number)\n")
        }
        try workshop.write("README", "\(number)\n")
    }

    private func damage(_ random: inout SeededChoice) throws {
        for file in try stored() {
            var bytes = try Data(contentsOf: file)
            for _ in 0..<40 { bytes[random.below(bytes.count)] ^= 0x10 }
            try bytes.write(to: file)
        }
    }

    @Test("a running controller, its directory and what observe printed give the same bytes, and name the ledger")
    func observation() async throws {
        try workshop.commitSmallLife()
        try workshop.serve()
        try await workshop.waitUntilReady("endpoint", "live")
        try workshop.edit("manifests/endpoint.yaml", "replicas: 1", "replicas: 2")
        try workshop.git("switch", "-qc", "proposal")
        let head = try workshop.commit("two replicas")
        let data = workshop.folder.appending(path: "data").path
        let running = try plan("main", head, "--data", data)
        let printed = try workshop.writ("observe", "--data", data)
        try workshop.killController()
        let file = workshop.folder.appending(path: "observation.json")
        try Data(printed.text.utf8).write(to: file)
        #expect(try plan("main", head, "--data", data) == running)
        #expect(try plan("main", head, "--observation", file.path) == running)
        #expect(running.contains("\"observed\""))
        #expect(try !plan("main", head, "--data", "/nonexistent").contains("digest"))
    }

    // MARK: - What is said

    @Test("a head whose manifests are wrong ends with 1 and what validate says of it")
    func refusedHead() throws {
        try workshop.commitSmallLife()
        try workshop.edit("manifests/endpoint.yaml", "model: mean", "model: meen")
        try workshop.commit("a slip")
        let output = try writ("plan", "repository", "--from", "HEAD~1")
        #expect(output.code == 1)
        #expect(output.errors == (try writ("validate", "repository", "--revision", "HEAD").errors))
        let after = try writ("plan", "repository", "--from", "HEAD")
        #expect(after.code == 3)
        #expect(after.errors.contains("is refused itself"))
    }

    @Test("where the head does not descend from the base, the merge base is taken and named")
    func mergeBase() throws {
        let first = try workshop.commitSmallLife()
        try workshop.git("switch", "-qc", "topic")
        try workshop.edit("manifests/endpoint.yaml", "replicas: 1", "replicas: 2")
        try workshop.commit("two replicas")
        try workshop.git("switch", "-q", "main")
        try workshop.write("README", "news\n")
        let second = try workshop.commit("news")
        let output = try writ("plan", "repository", "--from", "main", "--to", "topic", "--format", "json")
        #expect(output.code == 0)
        #expect(output.text.contains("\"base\" : \"\(first)\""))
        #expect(output.errors.contains("does not descend from \(second.prefix(8))"))
    }

    @Test(
        "options that do not go together are usage",
        arguments: [["--to", "HEAD"], ["--from", "a", "--revision", "b"], ["--format", "markdown"]])
    func usage(arguments: [String]) throws {
        #expect(try workshop.run(Workshop.program, ["plan", "repository"] + arguments).code == 2)
    }
}

/// SplitMix64, so that a failure is seen again.
private struct SeededChoice {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }
}
