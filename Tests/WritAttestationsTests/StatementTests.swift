// Statements read by the in-toto packages, field by field and strictly; the same order is the same bytes.
import Foundation
import Testing
import WritVocabulary

@testable import WritAttestations

struct StatementTests {
    static let strict = """
        import json, sys
        from google.protobuf.json_format import ParseDict
        from in_toto_attestation.v1.statement import Statement
        from in_toto_attestation.v1 import statement_pb2
        from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
        from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
        from in_toto_attestation.predicates.vsa.v1 import vsa_pb2
        protos = {
            "https://slsa.dev/provenance/v1": provenance_pb2.Provenance,
            "https://in-toto.io/attestation/test-result/v0.1": test_result_pb2.TestResult,
            "https://slsa.dev/verification_summary/v1": vsa_pb2.VerificationSummary,
        }
        for path in sys.argv[1:]:
            value = json.load(open(path))
            statement = Statement.copy_from_pb(ParseDict(value, statement_pb2.Statement()))
            statement.validate()
            proto = protos.get(value["predicateType"])
            # The package has one text where the specification has an array (slsa.dev/spec/v1.0/verification_summary).
            if "verifiedLevels" in value["predicate"]:
                levels = value["predicate"].pop("verifiedLevels")
                assert levels and all(isinstance(level, str) for level in levels), levels
            if proto: ParseDict(value["predicate"], proto())
            print("valid", path, value["predicateType"], "strictly" if proto else "loosely")
        """

    private func make(_ order: AttestationOrder, _ facts: Facts, gates: [String] = []) throws -> [Statements.Draft] {
        let evidence = StatementEvidence(manifest: facts.manifest(), review: try facts.review(), gates: gates)
        return try Statements.make(order, by: facts.builder, evidence: evidence)
    }

    private func json(_ drafts: [Statements.Draft], _ kind: AttestationKind) throws -> [String: Any] {
        let payload = try #require(drafts.first { $0.kind == kind }).payload
        return try #require(try JSONSerialization.jsonObject(with: Data(payload)) as? [String: Any])
    }

    private func predicate(_ drafts: [Statements.Draft], _ kind: AttestationKind) throws -> [String: Any] {
        try #require(try json(drafts, kind)["predicate"] as? [String: Any])
    }

    @Test("the in-toto packages take every statement, with no field they do not know")
    func strictly() throws {
        let facts = Facts()
        let digest = Digest(of: Data("x".utf8))
        let inputs = AttestationKind.allCases.prefix(3).map { Attestation(kind: $0, blob: digest, key: digest) }
        let drafts =
            try make(try facts.trained(), facts) + make(try facts.imported(), facts)
            + make(try facts.deployment(inputs, evidence: digest, table: 7), facts, gates: ["mae <= 12.4"])
        let bench = try Workbench()
        let names = drafts.indices.map { "\($0).json" }
        for (draft, name) in zip(drafts, names) { try bench.write(draft.payload, to: name) }
        let answer = try bench.python(Self.strict, names)
        #expect(answer.code == 0, "\(answer.output)")
        #expect(answer.output.components(separatedBy: "strictly").count == 5, "\(answer.output)")
        #expect(drafts.map(\.kind) == [.provenance, .tests, .signature, .provenance, .signature, .approval, .summary])
    }

    @Test("the same order is the same bytes, and an order through its encoding too")
    func same() throws {
        let facts = Facts()
        let order = try facts.trained()
        let again = try Canonical.decode(AttestationOrder.self, from: try Canonical.encode(order))
        #expect(try make(order, facts) == make(again, facts))
        #expect(
            String(decoding: try make(order, facts)[0].payload.prefix(22), as: UTF8.self) == #"{"_type":"https://in-t"#)
    }

    @Test("every statement is about the same files by the same digest")
    func subject() throws {
        let facts = Facts()
        let drafts = try make(try facts.trained(), facts) + make(try facts.deployment([], evidence: nil), facts)
        for draft in drafts {
            let read = try JSONDecoder().decode(StatementHeader.self, from: Data(draft.payload))
            let expected = AttestationVerifier.Subject(
                version: try facts.versionID, artefacts: try facts.manifest().digest)
            #expect(read.problems(draft.kind, expected) == [], "\(draft.kind)")
        }
    }

    @Test("provenance names all a person chose: what an order has is there, whatever it is")
    func complete() throws {
        let facts = Facts()
        let definition = try #require(
            try predicate(try make(try facts.trained(), facts), .provenance)["buildDefinition"] as? [String: Any])
        let external = try #require(definition["externalParameters"] as? [String: Any])
        #expect(
            Set(external.keys) == [
                "model", "revision", "code", "argv", "parameters", "seed", "inputs", "network", "timeout", "resources",
                "python",
            ])
        #expect(external["seed"] as? [String: String] == ["integer": "9007199254740993"])
        #expect((external["parameters"] as? [String: Any])?["rate"] as? [String: String] == ["decimal": "0.05"])
        let dependencies = try #require(definition["resolvedDependencies"] as? [[String: Any]])
        let digests = dependencies.map { ($0["digest"] as? [String: String])?.keys.first ?? "" }
        #expect(dependencies.map { $0["name"] as? String } == ["source", "code", "input/flights", "requirements"])
        #expect(digests == ["gitCommit", "gitTree", "sha256", "gitBlob"])
        // A field that is added to the order must find its place in the provenance.
        let fields = Mirror(reflecting: try facts.execution(.training).order).children.compactMap(\.label)
        #expect(
            Set(fields) == [
                "id", "purpose", "recipe", "resource", "revision", "code", "codeTree", "argv", "environment", "inputs",
                "model", "parameters", "seed", "resources", "timeout", "network",
            ])
    }

    @Test(
        "gates that pass, that had no champion to compare with and that fail are told apart",
        arguments: [(11.5, nil, "WARNED"), (11.5, 11.6, "PASSED"), (13, 11.6, "FAILED")])
    func tests(measured: Double, champion: Double?, result: String) throws {
        var facts = Facts()
        facts.measured = measured
        facts.champion = champion.flatMap { MetricValue($0) }
        let predicate = try predicate(try make(try facts.trained(), facts), .tests)
        #expect(predicate["result"] as? String == result)
        let listed = ["passedTests", "warnedTests", "failedTests"].flatMap { predicate[$0] as? [String] ?? [] }
        #expect(listed.sorted() == ["mae <= 12.4", "mae at most 0.1 worse than the champion"])
        let gates = try #require((predicate["configuration"] as? [[String: Any]])?.first)
        let notes = try #require(gates["annotations"] as? [String: [String: String]])
        #expect(notes["mae <= 12.4"]?["measured"] == MetricValue(measured)?.text)
    }

    @Test("an import says where it came from and what it was said to be, and nothing of a run")
    func imported() throws {
        let facts = Facts()
        let provenance = try predicate(try make(try facts.imported(), facts), .provenance)
        let definition = try #require(provenance["buildDefinition"] as? [String: Any])
        let external = try #require(definition["externalParameters"] as? [String: Any])
        #expect(definition["buildType"] as? String == "https://writ.dev/import/v1")
        #expect(external["declaredDigest"] as? String == (try facts.manifest().digest.text))
        #expect((external["source"] as? [String: String])?["name"] == "model.json")
        #expect((provenance["runDetails"] as? [String: Any])?.keys.sorted() == ["builder"])
    }

    @Test("an approval that counted is there as it was signed; what was of another tree or expired is not")
    func approvals() throws {
        let facts = Facts()
        let evidence = Digest(of: Data("x".utf8))
        let predicate = try predicate(try make(try facts.deployment([], evidence: evidence), facts), .approval)
        let approvals = try #require(predicate["approvals"] as? [[String: Any]])
        #expect(approvals.map { $0["person"] as? String } == ["alice@example.com"])
        #expect(approvals[0]["key"] as? String == "SHA256:alice")
        let text = try #require(approvals[0]["statement"] as? String)
        let statement = try Canonical.decode(ApprovalStatement.self, from: Data(text.utf8))
        #expect(try Canonical.encode(statement) == Data(text.utf8))
        let named = try #require(approvals[0]["statementDigest"] as? [String: String])
        #expect(named == ["sha256": Digest(of: Data(text.utf8)).hex])
        #expect(predicate["reviewers"] as? [String] == ["bob", "carol", "dave"].map { "\($0)@example.com" })
    }

    @Test("a summary says FAILED where the policies did not allow, and names no level then")
    func summary() throws {
        let facts = Facts()
        let evidence = Digest(of: Data("x".utf8))
        let refused = try make(
            try facts.deployment([], verdict: .waiting, evidence: evidence), facts, gates: ["a >= 1"])
        let failed = try predicate(refused, .summary)
        #expect(failed["verificationResult"] as? String == "FAILED")
        #expect(failed["verifiedLevels"] as? [String] == ["FAILED"])
        let passed = try predicate(
            try make(try facts.deployment([], evidence: evidence), facts, gates: ["a >= 1"]), .summary)
        #expect(passed["verificationResult"] as? String == "PASSED")
        #expect(passed["resourceUri"] as? String == "writ://writ.example/prod/flights")
        #expect((passed["verifiedLevels"] as? [String])?.contains("WRIT_GATE_PASSED a >= 1") == true)
        #expect((passed["verifiedLevels"] as? [String])?.first == "SLSA_BUILD_LEVEL_0")
    }

    @Test("each move of traffic has statements of its own, with the commit; without a table they are what they were")
    func moves() throws {
        let facts = Facts()
        let evidence = Digest(of: Data("x".utf8))
        guard case .deployment(var order) = try facts.deployment([], evidence: evidence) else { return }
        let before = try make(.deployment(order), facts)
        #expect(before.allSatisfy { !String(decoding: $0.payload, as: UTF8.self).contains("table") })
        order.table = 7
        let first = try make(.deployment(order), facts)
        order.table = 9
        order.revision = try Facts.revision("8")
        let second = try make(.deployment(order), facts)
        #expect(first.map(\.kind) == [.approval, .summary])
        for (one, other) in zip(first, second) { #expect(one.payload != other.payload) }
        let subjects = try #require(try json(second, .summary)["subject"] as? [[String: Any]])
        let move = try #require(subjects.first?["annotations"] as? [String: Any])
        #expect(move["revision"] as? String == String(repeating: "8", count: 40))
        #expect(move["table"] as? Int == 9 && move["endpoint"] as? String == "flights")
        #expect(move["deployment"] as? String == order.deployment.text)
    }

    @Test("files that are not the version's, another run or none, and a review of another change, are refused")
    func mismatch() throws {
        let facts = Facts()
        var runless = try facts.trained()
        if case .version(var inner) = runless {
            inner.training = nil
            runless = .version(inner)
        }
        #expect(throws: AttestationFailure.self) { try make(runless, facts) }
        var other = Facts()
        other.files[0].1 = "other"
        #expect(throws: AttestationFailure.self) { try make(try facts.trained(), other) }
        var deployment = try facts.deployment([], evidence: Digest(of: Data("x".utf8)))
        if case .deployment(var inner) = deployment {
            inner.change?.head = try Facts.revision("9")
            deployment = .deployment(inner)
        }
        #expect(throws: AttestationFailure.self) { try make(deployment, facts) }
    }
}
