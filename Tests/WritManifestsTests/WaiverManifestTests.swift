// Waivers and the demand for safe formats, as they are written, and what a wrong one says.
import Testing
import WritVocabulary

@testable import WritManifests

struct WaiverManifestTests {
    private static let waiver =
        "{model: churn, version: 3, formats: [pickle, joblib], until: \"2026-12-31T00:00:00Z\", reason: converted soon}"

    private static func text(_ waiver: String = WaiverManifestTests.waiver) -> String {
        """
        apiVersion: writ.dev/v1
        kind: Policy
        metadata: {name: prod}
        spec:
          repository: models
          rules: [{name: all, evidence: {safeFormats: true}}]
          waivers:
            - \(waiver)

        """
    }

    private func policy(_ text: String) throws -> Policy {
        let decoded = decode(text)
        #expect(decoded.diagnostics == [])
        guard case .policy(let policy)? = decoded.resources.first?.spec else { throw NotAPolicy() }
        return policy
    }

    @Test("a waiver is read whole, its formats sorted, and comes back the same from its encoding")
    func whole() throws {
        let policy = try policy(WaiverManifestTests.text())
        let end = try #require(Timestamp("2026-12-31T00:00:00.000Z"))
        #expect(
            policy.waivers == [
                Policy.Waiver(
                    model: resourceName("churn"), version: 3, formats: [.joblib, .pickle], until: end,
                    reason: "converted soon")
            ])
        #expect(policy.rules[0].evidence.safeFormats && !policy.rules[0].evidence.attested)
        #expect(try Canonical.decode(Policy.self, from: Canonical.encode(policy)) == policy)
    }

    @Test("without a version it is for every version, and a policy without waivers encodes as it did before")
    func every() throws {
        let every = WaiverManifestTests.waiver.replacing("version: 3, ", with: "")
        #expect(try policy(WaiverManifestTests.text(every)).waivers.map(\.version) == [nil])
        var none = try policy(WaiverManifestTests.text())
        none.waivers = []
        none.rules[0].evidence.safeFormats = false
        let written = String(decoding: try Canonical.encode(none), as: UTF8.self)
        #expect(!written.contains("waivers") && !written.contains("safeFormats"))
    }

    @Test(
        "a wrong waiver says where, what and what to do",
        arguments: [
            ("pickle, joblib", "pikle", "did you mean `pickle`?"), ("pickle, joblib", "safetensors", "one of"),
            ("pickle, joblib", "pickle, pickle", "stands in the list already"),
            ("[pickle, joblib]", "[]", "must have at least 1 entry"),
            (", reason: converted soon", "", "needs `reason`"),
            (", until: \"2026-12-31T00:00:00Z\"", "", "needs `until`"),
            ("2026-12-31T00:00:00Z", "next year", "a time in UTC"), ("version: 3", "version: 0", "from 1 to"),
            ("model: churn", "model: Churn!", "a name of"),
        ])
    func wrong(_ sound: String, _ edited: String, _ expected: String) {
        let diagnostics = decode(WaiverManifestTests.text(WaiverManifestTests.waiver.replacing(sound, with: edited)))
            .diagnostics
        #expect(diagnostics.count == 1 && diagnostics[0].line == 8, "\(diagnostics.map(\.rendered))")
        #expect(diagnostics.first?.rendered.contains(expected) == true, "\(diagnostics.map(\.rendered))")
    }

    private struct NotAPolicy: Error {}
}
