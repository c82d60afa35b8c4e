// Training that fails, for real: by its exit code, by the memory it takes, by the time it takes.
import Foundation
import Testing

struct FailedRunTests {
    @Test("a run that fails says how, keeps its log, and gives no version; reconcile ends with 1 and names what stalls")
    func failures() async throws {
        let workshop = try Workshop()
        try workshop.write(
            "code/fail.py",
            """
            import sys, time
            print("first words", flush=True)
            if sys.argv[1] == "exits": sys.exit(3)
            if sys.argv[1] == "empty": sys.exit(0)
            if sys.argv[1] == "sleeps": time.sleep(600)
            kept = []
            while True: kept.append(bytearray(1 << 20))

            """)
        for (name, limits) in [
            ("exits", "timeout: 1m"), ("empty", "timeout: 1m"), ("sleeps", "timeout: 2s"),
            ("eats", "resources: {memory: 64Mi}"),
        ] {
            try workshop.write(
                "manifests/\(name).yaml",
                """
                apiVersion: writ.dev/v1
                kind: Model
                metadata: {name: \(name)}
                spec:
                  training:
                    code: {path: code}
                    command: [/usr/bin/python3, fail.py, \(name)]
                    \(limits)

                """)
        }
        try workshop.commit("four ways to fail")
        let reconciled = try workshop.writ("reconcile", "--timeout", "3m")
        #expect(reconciled.code == 1, "\(reconciled.text)\(reconciled.errors)")
        #expect(reconciled.errors.contains("stalled: Model/eats, Model/empty, Model/exits, Model/sleeps"))
        #expect(reconciled.errors.contains("writ why model eats"))

        try expect("exits", "failed: exit code 3", in: workshop)
        try expect("sleeps", "failed: timed out", in: workshop)
        try expect("empty", "succeeded, but it left no file in its output folder", in: workshop)
        // Where the kernel has no control groups, the limit is one of addresses, and Python gives up by itself.
        let eats = try workshop.writ("why", "model", "eats").text
        #expect(eats.contains("failed: out of memory") || eats.contains("failed: exit code 1"), "\(eats)")

        for name in ["exits", "eats", "empty"] {
            let run = try #require(try workshop.runs(of: name).first)
            #expect(run.succeeded == false)
            #expect(try workshop.writ("logs", run.id).text.hasPrefix("first words\n"), "the log is kept as evidence")
        }
        #expect(try workshop.writ("get", "versions").text.contains("no version"))
        #expect(try workshop.writ("audit", "verify", "--blobs").code == 0)

        // Looked at again, nothing is tried again: the same recipe was answered.
        #expect(try workshop.writ("reconcile", "--timeout", "3m").code == 1)
        #expect(try workshop.runs(of: "exits").count == 1)
    }

    private func expect(_ model: String, _ words: String, in workshop: Workshop) throws {
        let why = try workshop.writ("why", "model", model).text
        #expect(why.contains("Stalled") && why.contains(words), "\(why)")
        #expect(why.contains("writ logs run-"), "it names the command that shows the log:\n\(why)")
    }
}
