// The pure parts of training: locks, metrics, index settings, what a process is shown.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritDrivers

@Suite struct TrainingRulesTests {
    private static let hash = "--hash=sha256:" + String(repeating: "a", count: 64)

    @Test(
        "a locked requirements file is taken",
        arguments: [
            "", "# nothing\n", "six==1.17.0 \(hash)\n", "six==1.17.0 \\\n    \(hash) \\\n    \(hash)\n    # via x\n",
            "a[b,c]==1.0 \(hash)\r\nb==2 \(hash)", "x==1 ; python_version >= '3.8' \(hash)",
            "colorama==0.4.6 ; sys_platform == 'win32' \\\n    \(hash)\n",
        ])
    func locked(text: String) throws {
        #expect(try LockedRequirements(Array(text.utf8), limit: 10_000).bytes == Array(text.utf8))
    }

    @Test(
        "a requirements file that could mean something else tomorrow is refused, and says where",
        arguments: [
            ("six==1.17.0\n", "line 1: “six” has no hash"), ("\n\nsix>=1 \(hash)", "line 3: “six>=1” is not pinned"),
            ("six \(hash)", "line 1: “six” is not pinned"), ("six==1.* \(hash)", "is not pinned"),
            ("six==1,!=2 \(hash)", "is not pinned"), ("-r other.txt", "the option “-r” is not allowed"),
            ("--index-url https://evil/ \nsix==1 \(hash)", "the option “--index-url”"), ("-e .", "the option “-e”"),
            ("six @ file:///etc/x \(hash)", "is not pinned"), ("./local \(hash)", "is not pinned"),
            ("six==1 --hash=md5:00", "has no hash"), ("six==1\u{0}", "is not UTF-8 text"),
            ("six==1 \(hash) --config-settings=x", "the option “--config-settings=x”"),
        ])
    func unlocked(text: String, expected: String) throws {
        let failure = try #require(throws: BackendFailure.self) {
            try LockedRequirements(Array(text.utf8), limit: 10_000)
        }
        #expect(failure.message.contains(expected), "\(failure.message)")
        #expect(failure.message.contains("uv pip compile --generate-hashes"))
    }

    @Test("the last value of a metric counts")
    func metrics() throws {
        let text =
            "{\"metric\":\"a\",\"value\":1}\n\n{\"metric\":\"b\",\"value\":-2.5e3,\"step\":7}\r\n{\"metric\":\"a\",\"value\":0.1}"
        let file = MetricsFile(Array(text.utf8), limits: TrainingLimits())
        #expect(file.defect == nil)
        #expect(file.values == ["a": MetricValue(0.1)!, "b": MetricValue(-2500)!])
    }

    @Test(
        "garbage among the metrics is a defect that names its line",
        arguments: [
            ("{\"metric\":\"a\",\"value\":NaN}", 1), ("\n{\"metric\":\"a\",\"value\":Infinity}", 2), ("\n\nhello", 3),
            ("{\"metric\":\"a\",\"value\":1e999}", 1), ("{\"metric\":\"a\",\"value\":\"1\"}", 1),
            ("{\"metric\":\"\",\"value\":1}", 1),
            ("{\"metric\":\"a\"}", 1), ("[]", 1), ("{\"metric\":\"a\",\"value\":null}", 1), ("\u{FF}{}", 1),
        ])
    func metricsGarbage(text: String, line: Int) throws {
        let file = MetricsFile(Array(text.utf8), limits: TrainingLimits())
        #expect(try #require(file.defect).hasPrefix("the metrics file is wrong in line \(line): "))
    }

    @Test("settings made for pip serve uv too, and what is meant for Writ has the last word")
    func indexSettings() {
        let files = [
            "/etc/pip.conf": "[global]\nindex-url = https://a/simple\nfind-links = /w /v\n",
            "/h/.config/uv/uv.toml": "",
        ]
        let settings = IndexSettings(
            environment: [
                "HOME": "/h", "PIP_EXTRA_INDEX_URL": "https://b", "UV_DEFAULT_INDEX": "https://c",
                "UV_INDEX_X_PASSWORD": "p",
                "WRIT_UV_HTTP_TIMEOUT": "9", "UV_CACHE_DIR": "/cache", "AWS_SECRET": "s",
            ], read: { files[$0] })
        #expect(
            settings.variables == [
                "UV_DEFAULT_INDEX": "https://c", "UV_INDEX": "https://b", "UV_FIND_LINKS": "/w,/v",
                "UV_INDEX_X_PASSWORD": "p",
                "UV_HTTP_TIMEOUT": "9",
            ])
        #expect(settings.paths == ["/v", "/w"])
        #expect(settings.configuration == "/h/.config/uv/uv.toml")
    }

    @Test("a process is shown its own folders, its environment's and nothing of the data directory")
    func layout() throws {
        let world = try TrainingWorld()
        let input = InputOrder(digest: Digest(of: Data()), format: .jsonLines)
        let order = try world.order(["python", "t.py"], inputs: ["Rows-a": input], model: Digest(of: Data()))
        let folder = RunFolder(runs: "/d/runs", order.id)
        let spec = RunLayout(order, folder: folder, sandbox: .bubblewrap).spec(
            nil, hidden: ["/d"], limits: TrainingLimits())
        #expect(spec.sandbox.binds.filter(\.writable).map(\.inside) == ["/writ/output", "/writ/metrics"])
        #expect(spec.environment["WRIT_INPUT_ROWS_A"] == "/writ/inputs/Rows-a.jsonl")
        #expect(spec.environment["WRIT_MODEL_DIR"] == "/writ/model")
        let arguments = BubblewrapArguments.make(spec, tree: SystemTree(links: [:], shown: ["/usr"]), accounts: "/a")
        #expect(arguments.contains("--unshare-net"))
        #expect(arguments.suffix(5) == ["--chdir", "/writ/code", "--", "python", "t.py"])
        #expect(!arguments.contains { $0 == "/d" || $0 == "/d/runs" || $0.hasPrefix("/d/blobs") })
    }

    @Test("input names that would become the same variable are refused")
    func ambiguousInputs() throws {
        let world = try TrainingWorld()
        let input = InputOrder(digest: Digest(of: Data()), format: .csv)
        let order = try world.order(["x"], inputs: ["a-b": input, "A_b": input])
        let folder = RunFolder(runs: "/d/runs", order.id)
        #expect(RunLayout(order, folder: folder, sandbox: .bubblewrap).defect?.contains("two input names") == true)
    }

    @Test("the same execution is worked on by one at a time, and is met again after its pause")
    func agenda() throws {
        let agenda = Agenda()
        let ids = (1...3).map { ExecutionID(.training, of: Digest(of: Data()), attempt: $0) }
        ids.forEach(agenda.add)
        let now = ContinuousClock.now
        #expect(agenda.take(width: 2, at: now) == [ids[0], ids[1]])
        #expect(agenda.take(width: 2, at: now).isEmpty)
        agenda.giveBack(ids[0], isDone: true)
        agenda.giveBack(ids[1], isDone: false, next: now + .seconds(5))
        #expect(agenda.take(width: 2, at: now) == [ids[2]])
        #expect(agenda.take(width: 2, at: now + .seconds(5)) == [ids[1]])
        #expect(agenda.countFailure(ids[1]) == 1)
        #expect(agenda.countFailure(ids[1]) == 2)
    }
}
