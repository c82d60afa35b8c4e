// Where versions come from besides one plain training: a sweep over rows a command made, and files trained elsewhere.
import Foundation
import Testing

@Suite(.serialized)
struct OriginTests {
    @Test("a sweep over rows that a command made runs two trials at a time and registers the best of them")
    func sweep() async throws {
        let workshop = try Workshop()
        try workshop.commitSmallLife(version: nil)
        // The controller runs two at once in all: nothing else may take a place from the sweep.
        for name in ["model", "endpoint"] { try workshop.removeFile("manifests/\(name).yaml") }
        try workshop.write(
            "making/make.py",
            """
            import os
            open(os.path.join(os.environ["WRIT_OUTPUT_DIR"], "rows.csv"), "w").write("x\\n1\\n2\\n3\\n")

            """)
        try workshop.write(
            "sweeping/train.py",
            """
            import csv, json, os
            rows = [float(row["x"]) for row in csv.DictReader(open(os.environ["WRIT_INPUT_ROWS"]))]
            shift = json.load(open(os.environ["WRIT_PARAMETERS"]))["parameters"]["shift"]
            output = open(os.path.join(os.environ["WRIT_OUTPUT_DIR"], "mean.json"), "w")
            json.dump(sum(rows) / len(rows) + shift, output)
            open(os.environ["WRIT_METRICS"], "a").write(json.dumps({"metric": "loss", "value": abs(shift - 3)}) + "\\n")

            """)
        try workshop.write(
            "manifests/sweep.yaml",
            """
            apiVersion: writ.dev/v1
            kind: Dataset
            metadata: {name: made}
            spec:
              source:
                command: {code: {path: making}, argv: [/usr/bin/python3, make.py], output: rows.csv, timeout: 1m}
              format: csv
              columns: [{name: x, type: number}]
            ---
            apiVersion: writ.dev/v1
            kind: Model
            metadata: {name: swept}
            spec:
              training:
                code: {path: sweeping}
                command: [/usr/bin/python3, train.py]
                datasets: {rows: made}
                timeout: 1m
                sweep:
                  grid: {shift: [0, 5, 3, 9]}
                  objective: {metric: loss, goal: minimize}
                  parallel: 2
              evaluation:
                code: {path: code}
                command: [/usr/bin/python3, evaluate.py]
                datasets: {holdout: holdout}
                timeout: 1m
                gates: [{metric: mae, minimum: 2.9, maximum: 3.1}]

            """)
        try workshop.commit("a sweep")
        let reconciled = try workshop.writ("reconcile", "--timeout", "3m")
        let why = try workshop.writ("why", "model", "swept").text
        #expect(reconciled.code == 0, "\(why)\(reconciled.errors)")
        let trials = try workshop.runs(of: "swept")
        #expect(trials.count == 4 && trials.allSatisfy { $0.succeeded == true })
        #expect(Self.mostAtOnce(trials) == 2)
        let best = try #require(trials.first { $0.metrics["loss"] == "0.0" })
        let version = try workshop.writ("get", "version", "swept:1").text
        #expect(version.contains(best.id), "\(version)")
        #expect(try workshop.writ("get", "versions", "swept").text.contains("swept:2") == false)
        #expect(try workshop.writ("describe", "dataset", "made").text.contains("Rows"))
    }

    /// The most trials that were begun and not ended at one moment. Times are text that sorts like time.
    private static func mostAtOnce(_ runs: [Workshop.Run]) -> Int {
        runs.map { run in
            runs.count { $0.intendedAt <= run.intendedAt && run.intendedAt < ($0.finishedAt ?? "~") }
        }.max() ?? 0
    }

    @Test("files trained elsewhere are refused under another digest, and serve once the digest is theirs")
    func imported() async throws {
        let workshop = try Workshop()
        try workshop.commitSmallLife()
        for name in ["model", "data-one", "data-two", "data-holdout"] {
            try workshop.removeFile("manifests/\(name).yaml")
        }
        try workshop.write("elsewhere/mean.json", "42.5")
        let wrong = "sha256:" + String(repeating: "0", count: 64)
        try workshop.write(
            "manifests/import.yaml",
            """
            apiVersion: writ.dev/v1
            kind: Model
            metadata: {name: mean}
            spec:
              import:
                path: elsewhere/mean.json
                digest: \(wrong)
              card: {intendedUse: tests, owner: the desk}

            """)
        try workshop.commit("files trained elsewhere, and a wrong digest")
        try workshop.serve()
        let refused = try await workshop.why("model", "mean", says: "Stalled")
        #expect(refused.contains("are not the pinned ones") && refused.contains(wrong), "\(refused)")
        let found = try #require(
            refused.matches(of: /sha256:[0-9a-f]{64}/).map { String($0.output) }.first { $0 != wrong },
            "the digest they have is named:\n\(refused)")
        #expect(try workshop.ask("/live/x").code != 200)

        try workshop.edit("manifests/import.yaml", wrong, found)
        try workshop.commit("their own digest")
        try await workshop.waitUntilReady("endpoint", "live")
        let answer = try workshop.ask("/live/x")
        #expect(answer.version == "mean:1" && answer.body == #"{"mean": 42.5}"#)
        #expect(try workshop.writ("get", "version", "mean:1").text.contains(found))
        #expect(try workshop.runs(of: "mean").isEmpty)
    }
}
