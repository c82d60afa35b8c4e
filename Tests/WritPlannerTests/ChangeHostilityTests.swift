// Text from strangers in what people read: it stays text.
import Foundation
import Testing
import WritPlanner
import WritVocabulary

struct ChangeHostilityTests {
    static let pieces = [
        "`", "``", "|", "\\", "\\|", "\n", "\r\n", "\t", "<b>", "</details>", "<!--", "-->", "<script>", "@alice",
        "@org/team",
        "#12", "!7", "$1", "%v1", "~bug", "&amp;", "[x](http://e.example)", "![i](u)", "**", "__", "/merge", "- ", "# ",
        "> ",
        "https://e.example", "www.e.example", "\u{1B}[31m", "\u{202E}", "\u{200B}", "\u{0}", "é", "→", "```", "GH-1",
        " ",
    ]

    @Test("no value becomes markup, a mention, a line or a column", arguments: 0..<60)
    func markdown(seed: UInt64) throws {
        var generator = Chance(seed: seed)
        let plan = plan(&generator)
        let text = ChangePlanMarkdown(limit: .max).render(plan)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let allowed = [
                "###", "####", "| ", "|:", "- ", "  - ", "> **!** ", "<details><summary>", "</details>", "Plan `",
            ]
            let isStep = line.first?.isNumber == true && line.contains(". ")
            #expect(line.isEmpty || isStep || allowed.contains { line.hasPrefix($0) }, "\(line)")
            #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control || $0.value == 0x202E })
            let bare = ChangeHostilityTests.withoutCode(String(line)).replacing(/&#?[a-z0-9]+;/, with: " ")
            #expect(!bare.contains(/[@#][A-Za-z0-9]/), "\(line)")
            #expect(
                !bare.replacing("<details><summary>", with: "").replacing(/<\/(summary|details)>/, with: "").contains(
                    "<"))
            #expect(!bare.contains("://"))
            if line.hasPrefix("| ") { #expect(bare.replacing("\\|", with: "").count { $0 == "|" } >= 3) }
        }
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") && $0.contains("Endpoint/") }
        for row in rows {
            #expect(ChangeHostilityTests.withoutCode(String(row)).replacing("\\|", with: "").count { $0 == "|" } == 4)
        }
    }

    @Test("no value moves the cursor or begins a line in a terminal", arguments: 0..<60)
    func text(seed: UInt64) throws {
        var generator = Chance(seed: seed)
        let plan = plan(&generator)
        let text = ChangePlanText().render(plan)
        let hidden = text.unicodeScalars.filter {
            $0 != "\n" && [.control, .format].contains($0.properties.generalCategory)
        }
        #expect(hidden.isEmpty)
        // Head and basis, five titles of which three have lines, and one line for each fact.
        let facts =
            plan.resources.reduce(0) { $0 + 1 + $1.differences.count }
            + plan.moves.reduce(0) { $0 + 2 + $1.steps.count } + plan.deletions.reduce(0) { $0 + 1 + $1.losses.count }
        #expect(text.split(separator: "\n").count == facts + 2 + 3 + 1)
    }

    private func plan(_ chance: inout Chance) -> ChangePlan {
        func hostile() -> String {
            (0..<6).map { _ in ChangeHostilityTests.pieces[chance.next(ChangeHostilityTests.pieces.count)] }.joined()
        }
        let name = ResourceName("flights")!
        let path = RepositoryPath("m/" + hostile().replacing("/", with: "").replacing("\u{0}", with: "") + "x")!
        let model = ResourceName("flight-time")!
        return ChangePlan(
            base: nil, head: RevisionID(World.hex("head"))!, basis: .assumed,
            resources: [
                .init(
                    resource: ResourceID(.endpoint, name), kind: .changed,
                    location: ManifestLocation(path: path, line: 1), differences: [hostile(), hostile()])
            ],
            moves: [
                .init(
                    endpoint: name, model: model, from: VersionID(model, 1), to: VersionID(model, 2),
                    steps: [hostile()], problem: hostile())
            ],
            deletions: [.init(resource: ResourceID(.dataset, model), dependents: [], losses: [hostile()])])
    }

    /// The line without its code spans, as CommonMark finds them: a run of backticks ends at the next equal run.
    private static func withoutCode(_ line: String) -> String {
        var rest = Substring(line.replacing(/<code>[^<]*<\/code>/, with: ""))
        var kept = ""
        while let tick = rest.firstIndex(where: { $0 == "`" || $0 == "\\" }) {
            kept += rest[..<tick]
            rest = rest[tick...]
            if rest.first == "\\" {
                kept += rest.prefix(2)
                rest = rest.dropFirst(2)
                continue
            }
            let run = rest.prefix { $0 == "`" }
            rest = rest.dropFirst(run.count)
            guard let end = rest.range(of: run) else { return kept + rest }
            rest = rest[end.upperBound...]
        }
        return kept + rest
    }

    private struct Chance {
        private var state: UInt64

        init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

        mutating func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
    }
}
