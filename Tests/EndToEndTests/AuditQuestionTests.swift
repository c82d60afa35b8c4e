// One governed deployment as an auditor sees it: every question, every document, and checks by programs of others.
import Foundation
import Testing

@Suite(.serialized)
struct AuditQuestionTests {
    @Test("an auditor is told who, what, when and why of a deployment, and need not believe a word of it")
    func audited() async throws {
        let workshop = try Workshop()
        try workshop.beginGoverning(["alice", "bob", "carol"])
        try workshop.configure(
            """
            audit:
              retention:
                records: {keep: 365d, covers: [decisions, artefacts, data, attestations]}
                chatter: {keep: 30d, covers: [logs]}
            """)
        try workshop.commitAuditedLife(approvals: 2, evidence: "{attested: true, safeFormats: true}")
        try workshop.serve()
        try await workshop.waitUntilReady("endpoint", "live")
        try workshop.edit("manifests/model.yaml", "rows: one", "rows: two")
        let base = try workshop.commit("more rows", by: "alice")
        try await workshop.waitUntilAccepted(base)
        try statements(workshop)
        let head = try await workshop.promote("live-2", from: base)
        try await workshop.wait(for: "version 2") { try workshop.ask("/live/x").version == "mean:2" }
        try await workshop.wait(for: "the approvals as a signed statement") {
            let log = try workshop.writ("audit", "attestations", "mean:2")
            return log.code == 0 && log.text.contains("approval")
        }

        try await capsule(workshop)
        try questions(workshop, base, head)
        try documents(workshop)
        let verified = try workshop.audit("verify", "--blobs")
        #expect(verified.contains("intact"), "\(verified)")
    }

    /// Another program than Writ reads the signature of a version's files.
    private func statements(_ workshop: Workshop) throws {
        let said = try workshop.audit("attestations", "mean:1", "--out", workshop.path("statements"))
        #expect(said.contains("provenance") && said.contains("tests") && said.contains("signature"), "\(said)")
        func verify() throws -> Workshop.Output {
            try workshop.verifier(
                "-m", "model_signing", "verify", "key", workshop.path("statements/files"), "--signature",
                workshop.path("statements/model.sig"), "--public_key", workshop.path("statements/key.pub"))
        }
        try verify().expectSuccess()
        try halfFolder(workshop)
        try workshop.flipBit(of: workshop.path("statements/files/mean.json"), at: 0)
        #expect(try verify().code != 0, "other bytes are told from these")
    }

    /// The keys are looked for when the files lie there already: nothing of them stays without.
    private func halfFolder(_ workshop: Workshop) throws {
        let (key, aside) = (workshop.path("data/keys/attestation.pub"), workshop.path("aside.pub"))
        try FileManager.default.moveItem(atPath: key, toPath: aside)
        #expect(try workshop.writ("audit", "attestations", "mean:1", "--out", workshop.path("half")).code != 0)
        try FileManager.default.moveItem(atPath: aside, toPath: key)
        let names = try FileManager.default.contentsOfDirectory(atPath: workshop.path("."))
        #expect(!names.contains { $0.contains("half") }, "\(names)")
    }

    private func capsule(_ workshop: Workshop) async throws {
        let file = workshop.path("live.writ-audit")
        // An entry is in a capsule once a checkpoint has signed it.
        try await workshop.wait(for: "the capsule") {
            try workshop.writ("audit", "capsule", "live", "-o", file).code == 0
        }
        let script = Workshop.package.appending(path: "examples/verify_capsule.py").path
        let ours = try workshop.audit("check", file)
        let theirs = try workshop.python(script, file)
        #expect(theirs.code == 0, "\(theirs.text)\(theirs.errors)")
        for said in [ours, theirs.text] {
            #expect(said.contains("allowed it, and it moves live to mean:2"), "\(said)")
            #expect(said.contains("bob@example.com") && said.contains("carol@example.com"), "\(said)")
            let gaps = said.split(separator: "\n").filter { $0.hasPrefix("gap") }
            #expect(gaps.allSatisfy { $0.contains("key: ") || $0.contains("witnesses: ") }, "\(gaps)")
        }
        try workshop.flipBit(of: file)
        #expect(try workshop.audit("check", file, code: 1).contains("FAIL"))
        #expect(try workshop.python(script, file).code == 1)
    }

    private func questions(_ workshop: Workshop, _ base: String, _ head: String) throws {
        let run = try #require(try workshop.runs(of: "mean").first).id
        let trace = try workshop.audit("trace", workshop.requestID("/live/x"))
        for words in ["mean:2", run, "bob@example.com", "carol@example.com", head, "The id fits the record"] {
            #expect(trace.contains(words), "\(words) is missing: \(trace)")
        }
        let changes = try workshop.audit("changes", "--sample", "1", "--seed", "s", "--format", "json")
        #expect(changes.contains("bob@example.com, carol@example.com") && changes.contains(base), "\(changes)")
        let replay = try workshop.audit("replay")
        #expect(replay.contains(/different +0/) && replay.contains("changeAllowed"), "\(replay)")
        let answer = try workshop.audit("as-of", "2099-01-01T00:00:00Z")
        #expect(answer.contains(head) && answer.contains("mean:2"), "\(answer)")
        #expect(try workshop.audit("as-of", "1").contains("declared"))
        let person = try workshop.audit("blast-radius", "person", "alice@example.com")
        #expect(person.contains(run) && person.contains(/serving now +live/), "\(person)")
    }

    private func documents(_ workshop: Workshop) throws {
        #expect(try workshop.audit("dossier", "mean").contains("run-"))
        let card = workshop.path("card.html")
        try workshop.audit("card", "mean:1", "--format", "html", "-o", card)
        #expect(try String(contentsOfFile: card, encoding: .utf8).contains("mean:1"))
        let gaps = try workshop.audit("gaps", "--mapping", "soc-2")
        #expect(gaps.contains("CC8.1"), "\(gaps)")
        let retention = try workshop.audit("retention", "--check")
        #expect(retention.contains("365d") && retention.contains("class records"), "\(retention)")

        let bill = workshop.path("bill.json")
        try workshop.audit("bom", "mean:1", "-o", bill)
        let program = """
            import sys
            from cyclonedx.schema import SchemaVersion
            from cyclonedx.validation.json import JsonStrictValidator
            problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read())
            sys.exit(0 if problem is None else str(problem))
            """
        try workshop.verifier("-c", program, bill).expectSuccess()
        let text = try String(contentsOfFile: bill, encoding: .utf8)
        #expect(text.contains(#""mean""#) && text.contains("mean.json"), "\(text)")
    }
}
