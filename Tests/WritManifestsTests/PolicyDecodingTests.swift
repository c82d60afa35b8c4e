// A Policy as it is written, and as it is meant.
import Testing
import WritVocabulary

@testable import WritManifests

struct PolicyDecodingTests {
    @Test("every field of a Policy is read")
    func everyField() throws {
        let decoded = decode(Fixtures.policy)
        #expect(decoded.diagnostics == [])
        let resource = try #require(decoded.resources.first)
        #expect(resource.id.text == "Policy/governance")
        guard case .policy(let policy) = resource.spec else { throw NotAPolicy() }
        let (alice, bob, carol) = try (person("alice"), person("bob"), person("carol"))
        #expect(
            policy
                == Policy(
                    repository: "example.com/ml/models", signers: repositoryPath("governance/allowed_signers"),
                    revoked: repositoryPath("governance/revoked_keys"),
                    keyring: repositoryPath("governance/keyring.gpg"),
                    openPGP: ["0123456789ABCDEF0123456789ABCDEF01234567": alice], accounts: ["alice-gh": alice],
                    roles: ["risk": [alice, bob, carol], "oncall": [carol]], rules: try rules))
        #expect(resource.paths.map(\.text).sorted().first == "governance/allowed_signers")
        #expect(decoded.documents[0].mentions.count == 3)
    }

    private var rules: [Policy.Rule] {
        get throws {
            let freeze = Policy.Window.freeze(
                start: try #require(Timestamp("2026-12-20T00:00:00.000Z")),
                end: try #require(Timestamp("2027-01-03T00:00:00.000Z")), reason: "year end")
            let endpoints = Policy.Rule(
                name: "endpoints", paths: [try #require(PathPattern("manifests/endpoints/**"))], kinds: [.endpoint],
                tiers: ["high"], authors: ["risk"], signed: true,
                approvals: [Policy.ApprovalDemand(count: 2, role: "risk", reviews: true)],
                evidence: Policy.EvidenceDemand(
                    gates: ["mae"], card: ["intendedUse", "limits"], sandboxed: true, attested: true, sampleSize: 1000),
                windows: [freeze, .maintenance(days: [1, 7], startMinute: 1320, endMinute: 270)],
                breakGlass: Policy.BreakGlassRule(role: "oncall", longest: .minutes(240)), engine: "opa")
            return [endpoints, Policy.Rule(name: "rest", signed: false)]
        }
    }

    @Test("what is left out of a rule covers everything, asks for a signature and nothing else")
    func defaults() throws {
        let text = """
            apiVersion: writ.dev/v1
            kind: Policy
            metadata: {name: p}
            spec: {repository: models, rules: [{name: all}]}
            """
        let decoded = decode(text)
        #expect(decoded.diagnostics == [])
        guard case .policy(let policy)? = decoded.resources.first?.spec else { throw NotAPolicy() }
        #expect(policy == Policy(repository: "models", rules: [Policy.Rule(name: "all")]))
        #expect(policy.rules[0].signed && policy.rules[0].evidence.isEmpty)
    }

    @Test(
        "times are read to the second and to the millisecond, on every day there is",
        arguments: [
            ("2026-12-20T00:00:00Z", "2026-12-20T00:00:00.000Z"),
            ("2026-12-20T23:59:59.250Z", "2026-12-20T23:59:59.250Z"),
            ("2028-02-29T12:00:00Z", "2028-02-29T12:00:00.000Z"),
        ])
    func times(written: String, meant: String) throws {
        let decoded = decode(
            Fixtures.policy.replacing("from: \"2026-12-20T00:00:00Z\"", with: "from: \(written)")
                .replacing("2027-01-03", with: "2028-12-01"))
        // A freeze of more than a year is refused; its beginning is read all the same.
        guard case .policy(let policy)? = decoded.resources.first?.spec,
            case .freeze(let start, _, _) = policy.rules[0].windows[0]
        else { throw NotAPolicy() }
        #expect(start.text == meant)
    }

    @Test("fingerprints have 40 or 64 digits, and letters of the forges' accounts keep their case")
    func keys() throws {
        let long = String(repeating: "AB12", count: 16)
        let decoded = decode(
            Fixtures.policy.replacing("0123456789ABCDEF0123456789ABCDEF01234567", with: long)
                .replacing("alice-gh", with: "_Alice.G-h"))
        #expect(decoded.diagnostics == [])
        guard case .policy(let policy)? = decoded.resources.first?.spec else { throw NotAPolicy() }
        #expect(policy.openPGP.keys.sorted() == [long])
        #expect(policy.accounts.keys.sorted() == ["_Alice.G-h"])
    }

    private func person(_ name: String) throws -> Person { try #require(Person("\(name)@example.com")) }
    private struct NotAPolicy: Error {}
}
