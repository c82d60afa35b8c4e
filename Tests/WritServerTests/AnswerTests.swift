// Every answer, word for word.
import Testing
import WritVocabulary

@testable import WritServer

struct AnswerTests {
    let source: LogSource

    init() throws { source = try LogSource() }

    @Test("get shows every kind with what is most worth knowing of it")
    func resources() async throws {
        #expect(
            try await source.text(.resources(nil, nil)) == """
                DATASET          CONDITION  ROWS        REASON           AGE
                flights-january  Ready      120         Converged        3m
                flights-march    Stalled    30 refused  SnapshotRefused  3m

                MODEL        CONDITION  VERSION  REASON       AGE
                flight-time  Stalled    1        GatesFailed  3m

                ENDPOINT  CONDITION    SERVES  REASON          AGE
                flights   Reconciling  1 100%  VersionUnknown  3m

                """)
    }

    @Test("get points at the first resource that needs a person")
    func hint() async throws {
        guard case .resources(let answer) = try await Answerer(source).answer(.resources(nil, nil)) else {
            Issue.record("another answer")
            return
        }
        #expect(answer.hint == "2 stalled; next: writ why dataset flights-march")
    }

    @Test("get of one name shows that one")
    func oneResource() async throws {
        #expect(
            try await source.text(.resources(.endpoint, Story.endpoint.name)) == """
                ENDPOINT  CONDITION    SERVES  REASON          AGE
                flights   Reconciling  1 100%  VersionUnknown  3m

                """)
    }

    @Test("why follows the chain to its first cause and shows the numbers behind it")
    func whyGates() async throws {
        #expect(
            try await source.text(.why(Story.endpoint)) == """
                Endpoint/flights  Reconciling  VersionUnknown: version 2 is not registered
                └─ Model/flight-time  Stalled  GatesFailed: 1 gate failed

                Gates of \(Story.badRun)
                  failed  mae 8.4 is above the maximum 8 by 0.4

                Next
                  improve the training, or change the gates, and commit; what serves goes on serving
                  recorded: writ audit show 22

                """)
    }

    @Test("why names the first rows that fail")
    func whyRows() async throws {
        let text = try await source.text(.why(Story.march))
        #expect(
            text.contains("  row 17, column air_time: `-4` is below the minimum 0\n  30 rows, expected at least 100\n"))
        #expect(text.contains("2 violations in 30 rows"))
    }

    @Test("why ends at a cycle instead of following it")
    func whyCycle() async throws {
        let conditions = Conditions(
            ready: false, reconciling: true, stalled: false, reason: Reason(.datasetNotReady, "waits"),
            blockedBy: Story.endpoint)
        try source.add(Story.model, .conditionsChanged(conditions))
        guard case .why(let answer) = try await Answerer(source).answer(.why(Story.endpoint)) else {
            Issue.record("another answer")
            return
        }
        #expect(answer.chain.map(\.resource) == [Story.endpoint, Story.model])
    }

    @Test("why shows who suspended a resource and how to resume it")
    func whySuspended() async throws {
        let suspension = Suspension(actor: "ada", reason: "audit", until: Story.start + .minutes(60))
        try source.add(Story.model, .suspended(suspension))
        try source.add(
            Story.model,
            .conditionsChanged(
                Conditions(
                    ready: false, reconciling: false, stalled: true, reason: Reason(.suspended, "suspended by ada"))))
        let text = try await source.text(.why(Story.model))
        #expect(text.contains("by ada until 2026-11-23T13:00:00Z: audit"))
        #expect(text.contains("writ resume model flight-time"))
    }

    @Test("history tells what happened as sentences, newest first")
    func history() async throws {
        #expect(
            try await source.text(.history(Story.march, before: nil, limit: 50)) == """
                ENTRY  TIME                  CAUSE            ABOUT                  WHAT HAPPENED
                21     2026-11-23T12:01:31Z  commit 1a1a1a1a  Dataset/flights-march  Stalled, SnapshotRefused: 2 violations in 30 rows
                5      2026-11-23T12:00:05Z  commit 1a1a1a1a  Dataset/flights-march  snapshot \(Story.digest("march").short) refused, 2 violations: 30 rows, 900 bytes
                4      2026-11-23T12:00:04Z  commit 1a1a1a1a  Dataset/flights-march  snapshot flights-march, because its content is new

                """)
    }

    @Test("a full page of history says where the next begins, and the pages meet")
    func historyPages() async throws {
        guard case .history(let first) = try await Answerer(source).answer(.history(nil, before: nil, limit: 10)),
            case .history(let second) = try await Answerer(source).answer(
                .history(nil, before: first.before, limit: 10))
        else {
            Issue.record("another answer")
            return
        }
        #expect(first.before == 14)
        #expect((first.entries + second.entries).map(\.sequence) == Array((4...23).reversed()))
    }

    @Test("versions show what serves and what was measured")
    func versions() async throws {
        #expect(
            try await source.text(.versions(Story.model.name)) == """
                VERSION        SERVED BY  DIGEST        REVISION  RUN                 METRICS  AGE
                flight-time:1  flights    \(Story.digest("artefacts").short)  1a1a1a1a  \(Story.goodRun)  mae=7.5  4m

                """)
    }

    @Test("a version tells its lineage")
    func version() async throws {
        #expect(
            try await source.text(.version(Story.version)) == """
                Version    flight-time:1
                Artefacts  \(Story.digest("artefacts"))
                Served by  flights
                Revision   \(Story.first)
                Recipe     \(Story.digest("recipe 1"))
                Run        \(Story.goodRun)
                Trained    in 30s, 4m ago
                Metrics    mae=7.5

                Trained on
                  INPUT  DATASET          ROWS  SNAPSHOT
                  train  flights-january  120   \(Story.digest("january"))

                Gates
                  passed  mae 7.5 is at most 8

                """)
    }

    @Test("a version shows what is signed of it and of its deployment, and how to take that elsewhere")
    func statements() async throws {
        try source.attest()
        let key = Story.digest("key").short
        let deployment = Story.replica.deployment.text
        let about = { (text: String) in text + String(repeating: " ", count: deployment.count - text.count) }
        let text = try await source.text(.version(Story.version))
        #expect(
            text.hasSuffix(
                """
                Signed statements
                  STATEMENT   \(about("ABOUT"))  TABLE  KEY           BLOB
                  provenance  \(about("flight-time:1"))  -      \(key)  \(Story.digest("provenance").short)
                  signature   \(about("flight-time:1"))  -      \(key)  \(Story.digest("signature").short)
                  summary     \(deployment)  -      \(key)  \(Story.digest("summary").short)
                  summary     \(deployment)  2      \(key)  \(Story.digest("summary").short)
                  summary     \(deployment)  10     \(key)  \(Story.digest("summary").short)
                  `writ attestations flight-time:1` prints them as an in-toto bundle.

                """), "\(text)")
    }

    @Test("runs are listed newest first")
    func runs() async throws {
        #expect(
            try await source.text(.runs(Story.model)) == """
                RUN                 FOR                PURPOSE   OUTCOME    TOOK  METRICS  AGE
                \(Story.badRun)  Model/flight-time  training  succeeded  30s   mae=8.4  3m
                \(Story.goodRun)  Model/flight-time  training  succeeded  30s   mae=7.5  4m

                """)
    }

    @Test("a run tells all it depended on and which walls stood around it")
    func run() async throws {
        #expect(
            try await source.text(.run(Story.goodRun)) == """
                Run        \(Story.goodRun)
                For        Model/flight-time
                Purpose    training
                Outcome    succeeded
                Took       in 30s, 4m ago
                Version    flight-time:1
                Metrics    mae=7.5
                Artefacts  \(Story.digest("artefacts"))
                Sandbox    bubblewrap 0.8.0, limits by cgroup v2

                Recipe
                  Digest       \(Story.digest("recipe 1"))
                  Command      python train.py
                  Code         training at 1a1a1a1a, tree c0c0c0c0
                  Environment  Python 3.11, requirements c0c0c0c0
                  Parameters   depth=3
                  Seed         7
                  Limits       1000m cpu, 2Gi memory, 10m
                  Network      none
                  Input train  \(Story.digest("january")) (csv)

                Next
                  writ logs \(Story.goodRun)

                """)
    }

    @Test("describe of an endpoint shows traffic and replicas, with what is live beside what is recorded")
    func describe() async throws {
        var source = source
        source.shown = LiveState(
            replicas: [
                Story.replica: ReplicaObservation(
                    phase: .ready, startedAt: Story.start, address: Story.route.targets[0].replicas[0])
            ], gateway: GatewayObservation(number: 1, active: [Story.replica: 3]))
        let text = try await source.text(.describe(Story.endpoint))
        #expect(
            text.hasPrefix(
                """
                Name        Endpoint/flights
                Condition   Reconciling
                Reason      VersionUnknown
                Message     version 2 is not registered
                Blocked by  Model/flight-time
                Since       2026-11-23T12:01:33Z, 3m ago
                Revision    \(Story.first)

                Traffic, for 3m
                  flight-time:1  100%  1 replicas
                  3 requests in flight

                Replicas
                  REPLICA                   VERSION        PHASE  ADDRESS          AGE
                  \(Story.replica)  flight-time:1  ready  127.0.0.1:20001  3m

                History

                """), "\(text)")
    }

    @Test("the source tells which revision is in force and why a newer one is not")
    func refusedSource() async throws {
        try source.add(
            nil,
            .revisionRefused(Story.second, errors: ["m.yaml:3:5: unknown field `replica`"], count: 2, evidence: nil))
        #expect(
            try await source.text(.source) == """
                Condition  Refused
                In force   \(Story.first), for 4m
                Refused    \(Story.second)

                Errors
                  m.yaml:3:5: unknown field `replica`
                  … and 1 more

                Next
                  correct the manifests and commit; `writ validate` shows the same errors before a commit

                """)
    }

    @Test("a frozen source says how to accept the tip")
    func frozenSource() async throws {
        try source.add(nil, .sourceFrozen(tip: Story.second, accepted: Story.first))
        let text = try await source.text(.source)
        #expect(text.contains("writ accept \(Story.second) --reason \"…\""))
    }

    @Test("an unknown name is refused with the nearest known one")
    func unknown() async throws {
        let failure = await #expect(throws: ServerFailure.self) {
            try await source.text(.why(ResourceID(.endpoint, ResourceName("flihgts")!)))
        }
        #expect(failure?.message == "there is no endpoint `flihgts`")
        #expect(failure?.hint == "did you mean `flights`?")
    }

    @Test("an escape sequence in recorded text does not reach the terminal")
    func hostile() async throws {
        let key = ActionKey("import/flight-time/x")!
        try source.add(
            Story.model,
            .failed(
                key,
                FailureRecord(code: "x", message: "\u{1B}[2Jgone\u{202E}\nEndpoint/flights  Ready", retry: .terminal)))
        let text = try await source.text(.history(Story.model, before: nil, limit: 1))
        #expect(text.contains("import/flight-time/x failed: [2Jgone Endpoint/flights  Ready\n"))
        #expect(!text.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
    }

    @Test("every answer is the same after its JSON was read back")
    func roundTrip() async throws {
        var source = source
        source.shown = LiveState()
        for request in AnswerRequestTests.all {
            let answer = try await Answerer(source).answer(request)
            let bytes = try Canonical.encode(answer)
            #expect(try Canonical.decode(Answer.self, from: bytes) == answer)
            #expect(try Canonical.encode(Canonical.decode(Answer.self, from: bytes)) == bytes)
        }
    }

    @Test("JSON names the answer's kind and writes ids as text")
    func json() async throws {
        let json = try await Answerer(source).answer(.resources(.dataset, Story.january.name)).json()
        #expect(json.contains("\"answer\" : \"resources\""))
        #expect(json.contains("\"condition\" : \"Ready\""))
        #expect(json.contains("\"digest\" : \"\(Story.digest("january"))\""))
        #expect(json.contains("\"since\" : \"2026-11-23T12:01:30.000Z\""))
    }
}
