// What one thing touched, and what it rests on.
import Testing
import WritAudit
import WritVocabulary

struct BlastRadiusTests {
    typealias Story = AuditFixture

    static func radius(_ kind: LineageNode.Kind, _ text: String) throws -> AuditReport {
        try BlastRadiusQuestion(LineageSubject(kind, text)).answer(Story.trail, Story.material)
    }

    static func touched(_ kind: LineageNode.Kind, _ text: String) throws -> [String] {
        try radius(kind, text).rows("Everything it touched").map { "\($0[0]) \($0[1])" }
    }

    static let deployments = [1, 2].map { "deployment \(Story.deployment($0))" }.sorted()

    @Test("from a dataset to its runs, versions and deployments")
    func dataset() throws {
        let found = try Self.touched(.dataset, "flights-train")
        #expect(
            found == [
                "snapshot \(Story.digest("flights-train"))", "run \(Story.runOne)", "run \(Story.runTwoLost)",
                "run \(Story.runTwo)", "version flight-time:1", "version flight-time:2",
            ] + Self.deployments + ["endpoint flights"])
        #expect(try Self.touched(.snapshot, Story.digest("flights-train").short) == Array(found.dropFirst()))
    }

    @Test("what runs call an input is no dataset: the hint is the command that asks about the dataset")
    func input() throws {
        let order = try #require(Story.trail.state.executions.values.first { $0.order.purpose == .training }?.order)
        let name = try #require(order.inputs.keys.sorted().first)
        #expect {
            try Self.radius(.dataset, name)
        } throws: {
            ($0 as? AuditFailure)?.hint?.contains("writ audit blast-radius dataset flights-train`") == true
        }
        #expect {
            try Self.radius(.dataset, "nothing")
        } throws: {
            ($0 as? AuditFailure)?.hint?.hasPrefix("On record: flights-") == true
        }
    }

    @Test("a dataset is found by the order to take it, though its data was never let in")
    func ordered() throws {
        let order = SnapshotOrder(
            recipe: RecipeID(Story.digest("turned away")), dataset: try #require(ResourceName("refused")),
            source: .file("/data/refused.csv"), format: .csv, columns: [], expectations: .init())
        let action = Action.snapshot(order)
        let entry = LedgerEntry(
            sequence: 0, time: Story.start, cause: .schedule("hourly"), subject: nil,
            event: .intended(action.key, action, Reason(.contentChanged, "its content is new")))
        let report = try BlastRadiusQuestion(LineageSubject(.dataset, "refused")).answer(
            AuditTrail([entry]), Story.material)
        #expect(report.question == "writ audit blast-radius dataset refused")
        #expect(report.rows("Everything it touched").isEmpty)
    }

    @Test("from data that only judges to the judgements and what they let pass")
    func judged() throws {
        let kinds = try Self.radius(.dataset, "flights-test").rows("Everything it touched").map { $0[0] }
        #expect(
            kinds == [
                "snapshot", "evaluation", "evaluation", "judgement", "judgement", "version", "version", "deployment",
                "deployment", "endpoint",
            ])
    }

    @Test("from a key to the commits it signed, the approvals, and what they brought")
    func key() throws {
        #expect(
            try Self.touched(.key, Story.carolKey) == [
                "commit \(Story.pinsTwo)", "deployment \(Story.deployment(2))", "endpoint flights",
            ])
        let rows = try Self.radius(.key, Story.carolKey).rows("Everything it touched")
        #expect(rows[0][3] == "key \(Story.carolKey) signed an approval of it")
        #expect(try Self.touched(.key, Story.attestationKey.text).filter { $0.hasPrefix("version") }.count == 2)
    }

    @Test("from a person to the changes written, approved, or forced")
    func person() throws {
        let rows = try Self.radius(.person, "dave@example.com").rows("Everything it touched")
        #expect(rows.map { $0[0] }.first == "key")
        #expect(rows.contains { $0[1] == Story.emergency.text && $0[3] == "person dave@example.com went past the rules for and wrote it" })
        #expect(try Self.touched(.person, "bob@example.com").contains("commit \(Story.stricter)"))
    }

    @Test(
        "from a commit to the runs of its code", arguments: [Story.deeper.text, String(Story.deeper.text.prefix(12))])
    func commit(text: String) throws {
        let found = try Self.touched(.commit, text)
        #expect(found.contains("run \(Story.runTwo)") && found.contains("version flight-time:2"))
        #expect(!found.contains("version flight-time:1"))
    }

    @Test(
        "from a package to the locks that hold it",
        arguments: [
            ("numpy", true), ("NumPy==2.1.0", true), ("Scikit_Learn", true), ("numpy==2.0.0", false), ("num", false),
        ])
    func package(text: String, isFound: Bool) throws {
        guard isFound else {
            #expect(throws: AuditFailure.self) { try Self.radius(.package, text) }
            return
        }
        let found = try Self.touched(.package, text)
        #expect(found.first == "lock \(Story.requirements)")
        #expect(found.contains("version flight-time:1") && found.contains("deployment \(Story.deployment(2))"))
    }

    @Test("when what was touched served, and what serves it now")
    func serving() throws {
        let rows = try Self.radius(.version, "flight-time:2").rows("When it served")
        #expect(
            rows == [
                ["flights", "flight-time:2", "10 %", "\(Story.at(244))", "\(Story.at(301))", "\(Story.deployment(2))"],
                [
                    "flights", "flight-time:2", "100 %", "\(Story.at(301))", "\(Story.at(505))",
                    "\(Story.deployment(2))",
                ],
            ])
        #expect(try Self.radius(.version, "flight-time:2").facts("In numbers")["serving now"]?.value == "nothing of it")
        let first = try Self.radius(.version, "flight-time:1").facts("In numbers")["serving now"]
        #expect(first?.value == "flights" && first?.isGap == true)
    }

    @Test("and back: what a deployment rests on")
    func back() throws {
        let rows = try Self.radius(.deployment, Story.deployment(2).text).rows("What it rests on")
        let found = rows.map { "\($0[0]) \($0[1])" }
        for expected in [
            "person alice@example.com", "person carol@example.com", "key \(Story.carolKey)", "commit \(Story.pinsTwo)",
            "commit \(Story.deeper)", "dataset flights-train", "dataset flights-test", "package numpy==2.1.0",
            "lock \(Story.requirements)", "code \(Story.codeTree)", "run \(Story.runTwo)",
            "judgement \(Story.digest("judgement 2"))", "version flight-time:2",
        ] {
            #expect(found.contains(expected), "\(expected)")
        }
        #expect(!found.contains("run \(Story.runOne)"))
    }

    @Test("a version trained from another one's files rests on that version")
    func base() throws {
        var order = Story.run(Story.runTwo, Story.recipeTwo, Story.deeper, depth: 6)
        order.inputs["base"] = InputOrder(digest: Story.artefacts(1), format: .csv)
        let entries = Story.entries.map { entry in
            guard case .intended(let key, .execute(let old), let reason) = entry.event, old.id == order.id else {
                return entry
            }
            var entry = entry
            entry.event = .intended(key, .execute(order), reason)
            return entry
        }
        let report = try BlastRadiusQuestion(LineageSubject(.version, "flight-time:1"))
            .answer(AuditTrail(entries), Story.material)
        let found = report.rows("Everything it touched").map { $0[1] }
        #expect(found.contains(Story.runTwo.text) && found.contains("flight-time:2"))
    }

    @Test("what is nowhere on record is refused, with what would be needed to find it")
    func unknown() throws {
        let failure = #expect(throws: AuditFailure.self) { try Self.radius(.key, "SHA256:nobody") }
        #expect(failure?.message == "key SHA256:nobody is nowhere on record")
        #expect(failure?.hint?.contains("evidence") == true)
        #expect(throws: AuditFailure.self) { try LineageSubject(.key, "") }
    }

    @Test("the same record gives the same bytes, whatever the order of tables in memory")
    func determined() throws {
        let once = try Self.radius(.person, "alice@example.com")
        for _ in 0..<5 {
            let again = try BlastRadiusQuestion(LineageSubject(.person, "alice@example.com"))
                .answer(AuditTrail(Story.entries), Story.material)
            #expect(try again.json() == once.json())
            #expect(again.page() == once.page() && again.text() == once.text())
        }
    }
}
