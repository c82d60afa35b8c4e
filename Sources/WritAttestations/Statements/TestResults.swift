// What the gates found: in-toto test-result v0.1 (in-toto/attestation, spec/predicates/test-result.md).
import WritVocabulary

struct TestResults {
    let facts: AttestationOrder.VersionFacts

    init(_ facts: AttestationOrder.VersionFacts) { self.facts = facts }

    func predicate() throws -> JSONValue {
        let gates = facts.version.gates
        func names(_ fitting: (GateResult) -> Bool) -> [String] { gates.filter(fitting).map(\.gate.name).sorted() }
        let (failed, warned) = (names { !$0.passed }, names(\.isUncompared))
        return [
            "result": failed.isEmpty ? (warned.isEmpty ? "PASSED" : "WARNED") : "FAILED",
            "configuration": .array(try configuration(gates)),
            "passedTests": .strings(names { $0.passed && !$0.isUncompared }),
            "warnedTests": .strings(warned),
            "failedTests": .strings(failed),
        ]
    }

    /// What it was evaluated with, and the gates with what was measured.
    private func configuration(_ gates: [GateResult]) throws -> [JSONValue] {
        let findings = Dictionary(gates.map { ($0.gate.name, $0.finding) }, uniquingKeysWith: { first, _ in first })
        var found = [try Descriptor.json("gates", gates, annotations: findings)]
        guard let evaluation = facts.evaluation else { return found }
        let order = evaluation.order
        found.append(
            Descriptor.of(
                "evaluation", order.recipe.digest,
                annotations: [
                    "execution": .text(order.id), "argv": .strings(order.argv), "network": .boolean(order.network),
                    "sandbox": Provenance.walls(evaluation.outcome.sandbox),
                    "startedOn": .text(evaluation.outcome.startedAt),
                    "finishedOn": .text(evaluation.outcome.finishedAt),
                ]))
        found += Descriptor.inputs(of: order, model: "evaluated")
        found.append(try Descriptor.json("metrics", evaluation.outcome.metrics))
        if let log = evaluation.outcome.log { found.append(Descriptor.of("log", log)) }
        return found
    }

    private struct Reading: Decodable {
        struct Predicate: Decodable {
            var passedTests: [String]
        }
        var predicate: Predicate
    }

    /// The names of the gates a statement says were passed, sorted; without those that compared with nothing.
    static func passed(in payload: [UInt8]) throws -> [String] {
        let read = try BoundedJSON.decode(Reading.self, from: payload, what: "the attestation of the gates")
        return read.predicate.passedTests.sorted()
    }
}

extension GateResult {
    /// It asks for a comparison and there was no champion to compare with: passed, and worth a warning.
    fileprivate var isUncompared: Bool {
        guard case .noWorseThanChampion = gate.rule else { return false }
        return passed && champion == nil
    }

    fileprivate var finding: JSONValue {
        .fields([
            "measured": measured.map(JSONValue.text), "champion": champion.map(JSONValue.text),
            "championVersion": championVersion.map(JSONValue.text), "missedBy": missedBy.map(JSONValue.text),
            "sentence": .string(sentence),
        ])
    }
}

extension Model.Gate {
    /// `mae <= 12.4`, `auc >= 0.8`, `mae at most 0.1 worse than the champion of flights`.
    var name: String {
        switch rule {
        case .minimum(let value): "\(metric) >= \(value)"
        case .maximum(let value): "\(metric) <= \(value)"
        case .noWorseThanChampion(_, let margin, let endpoint):
            "\(metric) at most \(margin) worse than the champion" + (endpoint.map { " of \($0)" } ?? "")
        }
    }
}
