// Engines of the operator's: what counts as a yes, and that nothing else does.
import Testing
import WritVocabulary

@testable import WritDrivers

struct EngineTests {
    @Test(
        "only a clear yes allows",
        arguments: [
            ("true", true), ("false", false), (#"{"result": true}"#, true), (#"{"result": {"allow": true}}"#, true),
            (#"{"result": {"allow": false, "reasons": ["no card"]}}"#, false), (#"{"deny": []}"#, true),
            (#"{"deny": ["no card"]}"#, false), (#"{"allow": true, "deny": ["no card"]}"#, false), ("{}", false),
            (#"{"result": {}}"#, false), (#"{"allow": "yes"}"#, false), ("", false), ("null", false), ("1", false),
        ])
    func answers(text: String, allowed: Bool) {
        #expect(EngineAnswer(Array(text.utf8)).verdict.allowed == allowed)
    }

    @Test("a command reads the plan and its answer decides")
    func command() async {
        let engines = OperatorEngines([
            "grep": .init(
                way: .command(["/usr/bin/env", "sh", "-c", "grep -q churn && echo true"]), deadline: .seconds(10))
        ])
        #expect(await engines.decide("grep", input: Array(#"{"model": "churn"}"#.utf8)).allowed)
        let other = await engines.decide("grep", input: Array(#"{"model": "fraud"}"#.utf8))
        #expect(other == EngineVerdict(allowed: false, reasons: ["its command ended with exited(1)"]))
    }

    @Test("an engine that hangs, is missing or unknown does not allow")
    func failingClosed() async {
        let engines = OperatorEngines([
            "slow": .init(way: .command(["sleep", "60"]), deadline: TimeSpan(milliseconds: 200)),
            "gone": .init(way: .command(["/nowhere/engine"]), deadline: .seconds(5)),
            "dead": .init(way: .url("http://127.0.0.1:1/v1/data/writ"), deadline: .seconds(5)),
        ])
        for name in ["slow", "gone", "dead", "nobody"] {
            let verdict = await engines.decide(name, input: [])
            #expect(!verdict.allowed && verdict.reasons.count == 1, "\(name): \(verdict.reasons)")
        }
    }
}
