// Rules that a reader relies on: no hidden clocks, no loose tasks, no drawers, no rooms too large to see across.
import Foundation
import Testing

struct HouseRuleTests {
    static let sources = SourceFile.all(under: "Sources")

    /// What no source says, and why.
    static let banned: [(text: String, reason: String)] = [
        (" Task {", "work lives in task groups"),
        ("Task.detached", "work lives in task groups"),
        ("try!", "errors are thrown or handled"),
        ("as!", "casts are checked"),
        ("FIXME", "it is fixed or it is an issue"),
        ("TODO", "it is done or it is an issue"),
        ("Thread.sleep", "waiting is an event or a clock's"),
        ("usleep(", "waiting is an event or a clock's"),
    ]

    @Test("no source uses what the house bans", arguments: banned.map(\.text))
    func bannedText(text: String) {
        for file in Self.sources {
            for (number, line) in file.code where line.contains(text) {
                Issue.record("\(file.path):\(number) has “\(text)”: \(line.trimmingCharacters(in: .whitespaces))")
            }
        }
    }

    @Test(
        "time, ids and randomness come from outside: only the program itself makes them",
        arguments: ["Date()", "UUID()", ".random(in", "Date.now"])
    func determinism(text: String) {
        for file in Self.sources where !file.path.hasPrefix("Sources/writ/") {
            for (number, line) in file.code where line.contains(text) && !line.contains("using:") {
                Issue.record("\(file.path):\(number) has “\(text)”")
            }
        }
    }

    @Test("every file begins by saying what it is for")
    func firstLine() {
        for file in Self.sources {
            #expect(file.lines.first?.hasPrefix("// ") == true, "\(file.path) begins without a purpose")
        }
    }

    @Test("no room is too large to see across: 500 lines a file")
    func length() {
        for file in Self.sources + SourceFile.all(under: "Tests") {
            #expect(file.lines.count <= 500, "\(file.path) has \(file.lines.count) lines")
        }
    }

    @Test("lines end at 120 columns; only text that cannot be broken may go on, to 170")
    func width() {
        for file in Self.sources {
            for (index, line) in file.lines.enumerated() where line.count > 120 {
                let isText = line.contains("\"") || line.hasSuffix("\\")
                guard line.count > 170 || !isText else { continue }
                Issue.record("\(file.path):\(index + 1) is \(line.count) columns wide")
            }
        }
    }

    @Test("no drawer is called Utils, Common, Helpers or Core")
    func drawers() {
        for file in Self.sources {
            let name = file.path.split(separator: "/").last.map(String.init) ?? ""
            for drawer in ["Utils", "Util", "Common", "Helpers", "Helper", "Misc"] {
                #expect(!name.contains(drawer), "\(file.path) is a drawer")
            }
        }
    }

    @Test("an exception to checked concurrency gives its reason on the lines before it")
    func unchecked() {
        for file in Self.sources {
            for (index, line) in file.lines.enumerated()
            where line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)") {
                let before = file.lines[max(0, index - 4)...index]
                #expect(before.contains { $0.contains("//") }, "\(file.path):\(index + 1) gives no reason")
            }
        }
    }

    @Test("the repository names no machine")
    func machines() {
        for file in Self.sources + SourceFile.all(under: "Tests") + SourceFile.all(under: "examples", suffix: "") {
            for (number, line) in file.lines.enumerated()
            where line.contains("\"/root" + "/") || line.contains("/work" + "/main") {
                Issue.record("\(file.path):\(number + 1) names a path of a machine")
            }
        }
    }
}
