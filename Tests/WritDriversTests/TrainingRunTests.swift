// Whole executions by the local trainer, from an order to an outcome.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritDrivers

@Suite struct TrainingRunTests {
    private let train = """
        import json, os
        facts = json.load(open(os.environ["WRIT_PARAMETERS"]))
        rows = open(os.environ["WRIT_INPUT_BIG_FLIGHTS"]).read()
        assert facts["inputs"]["big-flights"] == os.environ["WRIT_INPUT_BIG_FLIGHTS"]
        os.makedirs(os.environ["WRIT_OUTPUT_DIR"] + "/deep")
        with open(os.environ["WRIT_OUTPUT_DIR"] + "/deep/model.txt", "w") as file:
            file.write(rows + json.dumps(facts["parameters"], sort_keys=True))
        with open(os.environ["WRIT_METRICS"], "a") as file:
            for step in (1, 2):
                file.write(json.dumps({"metric": "mae", "value": 12.5 / step, "step": step}) + "\\n")
        print(os.environ["WRIT_RUN"], os.environ["WRIT_SEED"], os.environ["OMP_NUM_THREADS"], flush=True)
        """

    @Test("a run gets code, inputs and parameters, and leaves artefacts, metrics and a log")
    func success() async throws {
        let world = try TrainingWorld(code: ["train.py": train])
        let input = InputOrder(digest: try world.blobs.put(Array("a,b\n".utf8)), format: .csv)
        let parameters: [String: ParameterValue] = [
            "depth": .integer(3), "rate": .number(MetricValue(0.25)!), "kind": .string("x"), "early": .boolean(true),
        ]
        let order = try world.order(["python3", "train.py"], inputs: ["big-flights": input], parameters: parameters)
        let outcome = try await world.outcome(of: order)
        let said = try await world.log(order.id)
        #expect(outcome.succeeded, "\(outcome.summary): \(said)")
        #expect(outcome.metrics == ["mae": MetricValue(6.25)!])
        let digest = try #require(outcome.artefacts)
        let manifest = try Canonical.decode(ArtefactManifest.self, from: world.blobs.read(digest, limit: 1 << 20))
        #expect(try manifest.digest == digest)
        #expect(manifest.files.map(\.path) == ["deep/model.txt"])
        let model = try world.blobs.read(manifest.files[0].digest, limit: 1 << 20)
        #expect(
            String(decoding: model, as: UTF8.self) == #"a,b"# + "\n"
                + #"{"depth": 3, "early": true, "kind": "x", "rate": 0.25}"#)
        let log = try await world.log(order.id)
        #expect(log == "\(order.id) 13 2\n")
        #expect(try world.blobs.read(try #require(outcome.log), limit: 100) == Array(log.utf8))
        #expect(try await world.trainer.log(of: order.id, from: 4, limit: 3) == Array(log.utf8)[4..<7].map { $0 })
        #expect(try await world.trainer.log(of: order.id, from: 1000, limit: 3).isEmpty)
    }

    @Test("an evaluation sees the version's files, may not change them, and needs no artefact")
    func evaluation() async throws {
        let script = """
            import json, os
            path = os.environ["WRIT_MODEL_DIR"] + "/deep/model.txt"
            print(open(path).read())
            try: open(path, "w")
            except OSError as error: print("refused", error.errno)
            open(os.environ["WRIT_METRICS"], "w").write('{"metric": "mae", "value": 3}\\n')
            """
        let world = try TrainingWorld(code: ["evaluate.py": script])
        let model = try world.blobs.artefacts(["deep/model.txt": "weights"])
        let order = try world.order(["python3", "evaluate.py"], purpose: .evaluation, model: model)
        let outcome = try await world.outcome(of: order)
        #expect(outcome.succeeded, "\(outcome.summary)")
        #expect(outcome.metrics == ["mae": MetricValue(3)!])
        #expect(try await world.log(order.id).contains("weights\nrefused 30"))
        #expect(try await world.log(order.id).contains("weights"))
    }

    @Test("an altered version is not evaluated")
    func alteredModel() async throws {
        let world = try TrainingWorld(code: ["x": ""])
        let model = try world.blobs.artefacts(["model.txt": "weights"])
        let file = Digest(of: Data("weights".utf8))
        try Data("WEIGHTS".utf8).write(to: URL(fileURLWithPath: world.blobs.place(file)))
        let outcome = try await world.outcome(of: world.order(["true"], purpose: .evaluation, model: model))
        #expect(outcome.ending == .notStarted(reason: "The blob \(file) was altered."))
        #expect(outcome.sandbox.kind == "nothing ran")
    }

    @Test(
        "an exit of 0 does not count when what was left is not to be taken",
        arguments: [
            ("ln -s /etc/passwd $WRIT_OUTPUT_DIR/model", "“model” is a symbolic link"),
            ("mkfifo $WRIT_OUTPUT_DIR/model", "“model” is neither a regular file nor a folder"),
            ("mkdir $WRIT_OUTPUT_DIR/d; ln -s / $WRIT_OUTPUT_DIR/d/root", "“d/root” is a symbolic link"),
            ("for i in 1 2 3 4 5; do echo > $WRIT_OUTPUT_DIR/$i; done", "has more than 4 files"),
            ("head -c 2000 /dev/zero > $WRIT_OUTPUT_DIR/big", "larger than 1000"),
            ("true", "left no file in its output folder"),
            ("echo m > $WRIT_OUTPUT_DIR/m; ln -s /etc/passwd $WRIT_METRICS", "metrics file is not a regular file"),
            (
                "echo m > $WRIT_OUTPUT_DIR/m; echo '{\"metric\": \"mae\", \"value\": NaN}' > $WRIT_METRICS",
                "metrics file is wrong in line 1"
            ),
        ])
    func defects(script: String, expected: String) async throws {
        var limits = DataLimits()
        limits.artefactFiles = 4
        limits.artefactBytes = 1000
        let world = try TrainingWorld(code: ["x": ""], artefactLimits: limits)
        let outcome = try await world.outcome(of: world.order(["sh", "-c", script]))
        #expect(outcome.ending == .exited(code: 0))
        #expect(!outcome.succeeded)
        #expect(outcome.artefacts == nil)
        #expect(outcome.defect?.contains(expected) == true, "\(outcome.defect ?? "no defect")")
    }

    @Test("a failed run keeps its exit code, its log and its metrics")
    func failure() async throws {
        let world = try TrainingWorld(code: ["x": ""])
        let script = "echo '{\"metric\": \"loss\", \"value\": 2}' > $WRIT_METRICS; echo broken; exit 9"
        let outcome = try await world.outcome(of: world.order(["sh", "-c", script]))
        #expect(outcome.ending == .exited(code: 9))
        #expect(outcome.metrics == ["loss": MetricValue(2)!])
        #expect(try world.blobs.read(try #require(outcome.log), limit: 100) == Array("broken\n".utf8))
    }

    @Test("a trainer that starts anew finds what runs, prepares what was only asked for, and collects what has ended")
    func adoption() async throws {
        let first = try TrainingWorld(code: ["x": ""])
        let script = "echo ready; while [ ! -e /tmp/never ]; do sleep 0.1; [ -s $WRIT_INPUT_GO ] || true; done"
        let input = InputOrder(digest: try first.blobs.put([]), format: .csv)
        let running = try first.order(["sh", "-c", script], inputs: ["go": input])
        try await first.working {
            try await first.trainer.start(running)
            _ = try await eventually { try await first.log(running.id).contains("ready") ? true : nil }
        }
        // Its service is gone; what is asked for now only lies there.
        let asked = try first.order(["sh", "-c", "echo m > $WRIT_OUTPUT_DIR/m"])
        try await first.trainer.start(asked)
        try await first.trainer.start(asked)
        #expect(
            try await first.trainer.observe([asked.id, running.id]) == [asked.id: .preparing, running.id: .running])

        let second = try TrainingWorld(code: ["x": ""], in: first.folder)
        #expect(try await second.trainer.observe([running.id]) == [running.id: .running])
        try await second.working {
            let collected = try await second.finished(asked.id)
            #expect(collected.succeeded)
            try await second.trainer.cancel(running.id)
            let cancelled = try await second.finished(running.id)
            #expect(cancelled.ending == .cancelled)
            try await second.trainer.cancel(running.id)
        }
        #expect(try await second.finished(asked.id).succeeded)
    }

    @Test("an execution cancelled before it began never runs, and unknown ones are left out")
    func cancelledEarly() async throws {
        let world = try TrainingWorld(code: ["x": ""])
        let order = try world.order(["sh", "-c", "echo m > $WRIT_OUTPUT_DIR/m"])
        try await world.trainer.cancel(order.id)
        #expect(try await world.trainer.observe([order.id]).isEmpty)
        try await world.trainer.start(order)
        try await world.trainer.cancel(order.id)
        let outcome = try await world.working { try await world.finished(order.id) }
        #expect(outcome.ending == .cancelled)
        #expect(!FileManager.default.fileExists(atPath: "\(world.folder.path)/runs/\(order.id)/process/process.json"))
    }

    @Test("an order whose names cannot become files is refused, and says why")
    func refusedOrder() async throws {
        let world = try TrainingWorld(code: ["x": ""])
        let input = InputOrder(digest: try world.blobs.put([1]), format: .csv)
        let outcome = try await world.outcome(of: world.order(["true"], inputs: ["../../etc": input]))
        #expect(
            outcome.ending
                == .notStarted(
                    reason:
                        "The run cannot be laid out: the input name “../../etc” may hold only letters, digits, “-” and “_”."
                ))
    }
}
