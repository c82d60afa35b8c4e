// Files that can run code when they are loaded, and the exceptions made for them.
import Testing
import WritPlanner
import WritVocabulary

struct WaiverTests {
    private static let pickle = ArtefactFinding(path: "model.pkl", format: .pickle, detail: "calls os.system")

    /// A version with a pickle before a rule that wants safe formats.
    private func change(_ files: [ArtefactFinding] = [WaiverTests.pickle], waiver: Policy.Waiver? = nil) -> PolicyCase {
        var change = PolicyCase()
        change.rule.approvals = []
        change.rule.evidence = Policy.EvidenceDemand(safeFormats: true)
        change.record.formats = ArtefactFindings(of: files)
        change.policy.waivers = [waiver].compactMap(\.self)
        return change
    }

    private func waiver(
        _ formats: [ArtefactFormat] = [.pickle], version: Int? = 8, until: String = "2026-12-01T00:00:00.000Z"
    ) -> Policy.Waiver {
        Policy.Waiver(
            model: PolicyCase.model, version: version, formats: formats, until: PolicyCase.time(until),
            reason: "converted in December")
    }

    private let barred =
        "model.pkl, pickle (calls os.system), of flight-time:8 can run code when it is loaded and no waiver lets it"
        + " through; convert it to safetensors or ONNX, or first bring a waiver with an end into prod"

    @Test("files that run no code need no waiver")
    func safe() {
        let change = change([ArtefactFinding(path: "model.onnx", format: .onnx)])
        #expect(change.decide().verdict == .allowed)
        #expect(
            change.decide().rules[0].met.contains(
                "flight-time:8: its files run no code when they are loaded (onnx)"))
    }

    @Test("a pickle without a waiver is refused, with the file, what was seen in it, and what to do")
    func refused() {
        #expect(change().missing == [barred])
        #expect(change().decide().verdict == .refused)
    }

    @Test("with a waiver it is allowed, and the record says which, why and until when")
    func waived() {
        for version in [8, nil] {
            let decision = change(waiver: waiver(version: version)).decide()
            #expect(decision.verdict == .allowed)
            #expect(
                decision.rules[0].met.contains(
                    "flight-time:8: model.pkl, pickle (calls os.system), of flight-time:8 is let through until"
                        + " 2026-12-01T00:00:00Z by a waiver of prod (“converted in December”), and is loaded only in"
                        + " the sandbox"))
        }
    }

    @Test("a waiver counts only where replicas stand behind walls", arguments: ["none", "bubblewrapped"])
    func withoutWalls(kind: String) {
        var change = change(waiver: waiver())
        change.sandbox = kind
        #expect(change.decide().verdict == .refused)
        #expect(
            change.missing == [
                "model.pkl, pickle (calls os.system), of flight-time:8 can run code when it is loaded and its waiver in"
                    + " prod counts only behind the sandbox's walls, which this controller does not put around replicas"
                    + " (\(kind)); first set local.sandbox to required in the operator's file, or convert it to"
                    + " safetensors or ONNX"
            ])
    }

    @Test("behind walls the record says which")
    func walls() {
        var change = change(waiver: waiver())
        change.sandbox = "bubblewrap"
        #expect(change.decide().verdict == .allowed)
        #expect(
            change.decide().rules[0].met.contains { $0.hasSuffix("and is loaded only in the sandbox (bubblewrap)") })
        change.sandbox = "none"
        change.record.formats = ArtefactFindings(of: [ArtefactFinding(path: "model.onnx", format: .onnx)])
        #expect(change.decide().verdict == .allowed, "what runs no code needs no walls")
    }

    @Test("a replica of what runs code is ordered behind walls where a waiver let it through or a rule wants one")
    func ordered() throws {
        let end = "2026-03-02T00:00:00Z"
        for (format, text, expected) in [
            (ArtefactFormat.pickle, WaiverTests.policy(until: end), true),
            // The rule stands when the waiver is gone.
            (.pickle, WaiverTests.policy(until: end).replacing("model: flight-time", with: "model: other"), true),
            (.pickle, "", nil as Bool?), (.onnx, WaiverTests.policy(until: end), nil),
        ] {
            var world = World()
            try world.serving()
            world.recorded.versions[ResourceName("flight-time")!]?[1]?.formats = ArtefactFindings(of: [
                ArtefactFinding(path: "model", format: format)
            ])
            world.declare(world.yaml + text)
            world.crash(world.replica(0))
            world.advance(.minutes(1))
            let plan = try world.plan()
            let orders = plan.actions.compactMap { planned -> ReplicaOrder? in
                if case .startReplica(let order) = planned.action { order } else { nil }
            }
            #expect(orders.map(\.walled) == [expected], "\(format)")
            #expect(
                PlanChecker().check(plan, scope: world.scope, desired: world.desired, observed: world.observed) == [])
            guard expected == true, text.contains("model: flight-time") else { continue }
            var bare = plan
            for index in bare.actions.indices {
                guard case .startReplica(var order) = bare.actions[index].action else { continue }
                order.walled = nil
                bare.actions[index].action = .startReplica(order)
            }
            let found = PlanChecker().check(bare, scope: world.scope, desired: world.desired, observed: world.observed)
            #expect(found == ["\(orders[0].id) starts pickle under a waiver and not behind walls"])
        }
    }

    @Test("a waiver for another format, version or model lets nothing through")
    func others() {
        var other = waiver()
        other.model = ResourceName("other")!
        for waiver in [waiver([.joblib]), waiver(version: 7), other] {
            #expect(change(waiver: waiver).missing == [barred])
        }
    }

    @Test("it counts until its end and not at it, and not from more than a year ahead")
    func ends() {
        var change = change(waiver: waiver())
        change.now = PolicyCase.time("2026-11-30T23:59:59.999Z")
        #expect(change.decide().verdict == .allowed)
        change.now = PolicyCase.time("2026-12-01T00:00:00.000Z")
        #expect(change.missing.count == 1 && change.missing[0].contains("ended on 2026-12-01T00:00:00Z"))
        #expect(change.decide().verdict == .refused)
        let eternal = self.change(waiver: waiver(until: "2028-01-01T00:00:00.000Z"))
        #expect(eternal.missing.count == 1 && eternal.missing[0].contains("more than 366 days ahead"))
    }

    @Test("every dangerous format needs one")
    func several() {
        let files = [WaiverTests.pickle, ArtefactFinding(path: "a/layer.joblib", format: .joblib)]
        #expect(change(files, waiver: waiver()).missing.map { String($0.prefix(14)) } == ["a/layer.joblib"])
        #expect(change(files, waiver: waiver([.pickle, .joblib])).decide().verdict == .allowed)
    }

    @Test("a waiver counts for the rules of its own policy only")
    func own() {
        var change = change()
        change.policies[ResourceName("lax")!] = Policy(
            repository: "example.com/ml/models", rules: [Policy.Rule(name: "all", signed: false)], waivers: [waiver()])
        #expect(change.missing == [barred])
    }

    @Test("what an older Writ registered was not looked at")
    func unknown() {
        var change = change()
        change.record.formats = nil
        #expect(change.decide().verdict == .waiting)
        #expect(
            change.missing == [
                "what the files of flight-time:8 are was not looked at when it was registered; train or import it again"
                    + " and move to the version that gives"
            ])
    }

    @Test("a signed provenance on record is evidence, and is named")
    func attested() {
        var change = change()
        change.rule.evidence = Policy.EvidenceDemand(attested: true)
        let blob = Digest(of: Array("envelope".utf8))
        change.recorded.attestations[.attestation(of: PolicyCase.version)] = [
            Attestation(kind: .tests, blob: blob, key: blob)
        ]
        #expect(change.decide().verdict == .waiting)
        change.recorded.attestations[.attestation(of: PolicyCase.version)] = [
            Attestation(kind: .provenance, blob: blob, key: blob)
        ]
        #expect(change.decide().verdict == .allowed)
        #expect(change.decide().rules[0].met.contains("flight-time:8: its provenance is signed (\(blob.short))"))
    }

    @Test("what serves when its waiver ends goes on, is woken for, and says so from then on")
    func serving() throws {
        var world = World()
        try world.serving()
        let (model, flights) = (ResourceName("flight-time")!, ResourceName("flights")!)
        let scope: Set = [ResourceID(.endpoint, flights)]
        world.recorded.versions[model]?[1]?.formats = ArtefactFindings(of: [WaiverTests.pickle])
        world.declare(world.yaml + WaiverTests.policy(until: "2026-03-02T00:00:00Z"))
        let before = try world.plan(scope)
        let end = Timestamp("2026-03-02T00:00:00.000Z")!
        #expect(before.isEmpty && before.findings[0].until == end)
        world.now = end
        let after = try world.plan(scope)
        #expect(after.isEmpty && after.findings[0].standing == .settled)
        #expect(
            after.findings[0].reason.message
                == "version 1 serves with 2 replicas; the waiver for pickle of flight-time:1 ended on"
                + " 2026-03-02T00:00:00Z; renew it or move to another version")
        #expect(PlanText().render(after).contains("the waiver for pickle of flight-time:1 ended"))
        let policy = try world.plan([ResourceID(.policy, ResourceName("prod")!)])
        #expect(policy.findings[0].reason.message.hasSuffix("ended on 2026-03-02T00:00:00Z; take it out or renew it"))
    }

    private static func policy(until: String) -> String {
        """
        ---
        apiVersion: writ.dev/v1
        kind: Policy
        metadata: {name: prod}
        spec:
          repository: models
          rules: [{name: all, signed: false, evidence: {safeFormats: true}}]
          waivers:
            - {model: flight-time, version: 1, formats: [pickle], until: "\(until)", reason: until it is converted}

        """
    }
}
