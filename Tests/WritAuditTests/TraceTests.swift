// From a request back to run, data, code, author and approvers.
import Testing
import WritAudit
import WritVocabulary

extension AuditReport {
    /// The rows of the first table under a heading.
    func rows(_ heading: String) -> [[String]] {
        for case .table(let table) in blocks(heading) { return table.rows.map(\.cells) }
        return []
    }

    /// The facts under a heading, by name; of equal names the first.
    func facts(_ heading: String) -> [String: Fact] {
        var found: [String: Fact] = [:]
        for case .facts(let facts) in blocks(heading) { found.merge(facts.map { ($0.name, $0) }) { first, _ in first } }
        return found
    }

    func sentences(_ heading: String) -> [String] {
        blocks(heading).compactMap { if case .paragraph(let cited) = $0 { cited.text } else { nil } }
    }

    private func blocks(_ heading: String) -> [Block] { sections.filter { $0.heading == heading }.flatMap(\.blocks) }
}

struct TraceTests {
    typealias Story = AuditFixture

    static func trace(_ minutes: Int64) throws -> AuditReport {
        try TraceQuestion(endpoint: Story.endpoint.name, at: Story.at(minutes)).answer(Story.trail, Story.material)
    }

    static func trace(_ name: RequestName) throws -> AuditReport {
        try TraceQuestion(request: "\(name)").answer(Story.trail, Story.material)
    }

    @Test(
        "which version answered, by time",
        arguments: [
            (30, "Nothing: no route was in force."),
            (100, "flight-time:1 answered: no other version had traffic."),
            (
                270,
                "One of flight-time:1, flight-time:2 answered: the route shares its traffic among them. "
                    + "Only the request's id tells which."
            ),
            (400, "flight-time:2 answered: no other version had traffic."),
            (600, "flight-time:1 answered: no other version had traffic."),
        ] as [(Int64, String)])
    func answered(minutes: Int64, sentence: String) throws {
        #expect(try Self.trace(minutes).sentences("What answered") == [sentence])
    }

    @Test("between an intent and its outcome either table may have answered")
    func between() throws {
        // The intent of table 3 is at minute 300, its outcome at 301.
        let time = Timestamp(milliseconds: Story.at(300).milliseconds + 30_000)
        let report = try TraceQuestion(endpoint: Story.endpoint.name, at: time).answer(Story.trail, Story.material)
        #expect(report.rows("What answered").map { $0[3] } == ["2", "2", "3"])
        #expect(report.sentences("What answered")[0].contains("the gateway was changing from one table to the next"))
    }

    @Test("a publish without an outcome may be in force")
    func uncertain() throws {
        let intent = try #require(
            Story.sequence { if case .intended(_, .publish(let change), _) = $0 { change.number == 3 } else { false } })
        let report = try TraceQuestion(endpoint: Story.endpoint.name, at: Story.at(400))
            .answer(Story.trail(Int(intent) + 1), Story.material)
        #expect(report.rows("What answered").map { $0[3] } == ["2", "2", "3"])
    }

    @Test("a version's origin is told whole: run, recipe, code, data, judgement")
    func origin() throws {
        let report = try Self.trace(400)
        let version = report.facts("Version flight-time:2")
        #expect(version["run"]?.value == "\(Story.runTwo), attempt 2")
        #expect(version["recipe"]?.value == Story.recipeTwo.text)
        #expect(version["code"]?.value == "training at revision \(Story.deeper), tree \(Story.codeTree)")
        #expect(version["environment"]?.value == "Python 3.11, requirements \(Story.requirements)")
        #expect(version["parameters"]?.value == "depth = 6, seed = 7")
        #expect(version["attestation: provenance"]?.value == Story.digest("provenance of version 2").text)
        #expect(
            report.rows("Version flight-time:2").map { Array($0.prefix(5)) } == [
                ["trained on", "train", "flights-train", Story.digest("flights-train").text, "12000"],
                ["evaluated on", "test", "flights-test", Story.digest("flights-test").text, "3000"],
            ])
        #expect(
            report.rows("How flight-time:2 was judged") == [
                ["mae", "at most 8.0", "6.9", "", "passed", "mae 6.9 is at most 8"],
                [
                    "mae", "champion, margin 0.0", "6.9", "7.5 (flight-time:1)", "passed",
                    "mae 6.9 is no worse than 7.5 of version 1",
                ],
            ])
    }

    @Test("the change that brought a version names author, approvers, and that it was held before")
    func change() throws {
        let facts = try Self.trace(400).facts("How flight-time:2 came to flights")
        #expect(facts["change"]?.value == Story.pinsTwo.text)
        #expect(facts["author"]?.value == "alice@example.com")
        #expect(facts["approvers"]?.value == "bob@example.com, carol@example.com")
        #expect(facts["held before"]?.value.contains("one more approval") == true)
        #expect(facts["policies"]?.value == "allowed, by the rules at \(Story.deeper)")
        #expect(facts["attestation: approval"]?.value == Story.digest("approval of deployment 2").text)
        let cited = try #require(facts["author"]?.entries.first)
        #expect(Story.entries[Int(cited)].event.kind == "changeAllowed")
    }

    @Test("a version that came back is traced to the change that first brought it, and to what took the other away")
    func wayBack() throws {
        let report = try Self.trace(600)
        let facts = report.facts("How flight-time:1 came to flights")
        #expect(facts["change"]?.value == Story.pinsOne.text)
        #expect(facts["way back"]?.value.hasPrefix("flight-time:2 was taken back") == true)
        #expect(facts["first routed"]?.value == "table 1 at \(Story.at(64))")
    }

    @Test("what went wrong while a version served stands beside it")
    func incident() throws {
        let rows = try Self.trace(495).rows("What happened while it served")
        #expect(rows.map { $0[0] } == ["wrong bytes", "taken back"])
        #expect(
            Array(rows[0].prefix(5)) == [
                "wrong bytes", "\(Story.replica(2))", "\(Story.at(490))", "\(Story.at(505))", "yes",
            ])
        #expect(try Self.trace(400).rows("What happened while it served")[0][4] == "no")
        #expect(try Self.trace(100).rows("What happened while it served").isEmpty)
    }

    @Test("a request's id that fits leads to the one version it names")
    func request() throws {
        let report = try Self.trace(RequestName(time: Story.at(270), table: 2, counter: 9, version: Story.two))
        #expect(report.facts("The request")["verdict"]?.isGap == false)
        #expect(report.sections.map(\.heading).contains("Version flight-time:2"))
        #expect(!report.sections.map(\.heading).contains("Version flight-time:1"))
    }

    @Test(
        "a request's id that does not fit the record is told so, and leads nowhere",
        arguments: [
            (RequestName(time: Story.at(400), table: 9, counter: 0, version: Story.two), "no routing table 9"),
            (RequestName(time: Story.at(100), table: 2, counter: 0, version: Story.two), "was not yet in force"),
            (RequestName(time: Story.at(400), table: 1, counter: 0, version: Story.one), "was no longer in force"),
            (
                RequestName(time: Story.at(400), table: 3, counter: 0, version: Story.one),
                "sends nothing to flight-time:1"
            ),
        ])
    func misfit(name: RequestName, words: String) throws {
        let report = try Self.trace(name)
        let verdict = try #require(report.facts("The request")["verdict"])
        #expect(verdict.isGap && verdict.value.contains("does not fit the record") && verdict.value.contains(words))
        #expect(report.sections.count == 1)
    }

    @Test("an id reads back what a gateway writes, and nothing else")
    func names() {
        let text = "019caefde200-1a2-00000f-flight-time:17"
        #expect(RequestName(text)?.description == text)
        #expect(RequestName(text)?.table == 0x1A2)
        #expect(RequestName(text)?.version == VersionID(ResourceName("flight-time")!, 17))
        for wrong in [
            "", "019caefde200-1a2-00000f", "019CAEFDE200-1a2-00000f-m:1", "19caefde200-1a2-00000f-m:1",
            "019caefde200-01a2-00000f-m:1", "019caefde200-1a2-0f-m:1", "019caefde200-1a2-00000f-m:01",
            "019caefde200-+1-00000f-m:1", "019caefde200-ffffffffffffffffff-00000f-m:1", text + "\n",
        ] {
            #expect(RequestName(wrong) == nil, "\(wrong)")
        }
    }

    @Test("an endpoint that never served is refused with those that did")
    func unknown() {
        let failure = #expect(throws: AuditFailure.self) {
            try TraceQuestion(endpoint: ResourceName("other")!, at: Story.start).answer(Story.trail, Story.material)
        }
        #expect(failure?.hint == "Endpoints on record: flights.")
    }
}
