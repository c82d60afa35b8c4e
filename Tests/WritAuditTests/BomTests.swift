// The bill of materials: valid in the eyes of others, the same bytes every time, and every figure proved.
import Foundation
import Testing
import WritVocabulary

@testable import WritAudit

struct BomTests {
    static func bill(_ version: Int = 2) throws -> ModelBOM {
        try ModelBOM(
            of: VersionID(AuditFixture.model.name, version), in: AuditTrail(DocumentFixture.entries()),
            DocumentFixture.material, files: version == 2 ? DocumentFixture.manifest : nil,
            repository: "https://example.com/ml/models.git")
    }

    @Test("the official validator accepts it strictly, and is no rubber stamp")
    func valid() async throws {
        let bill = String(decoding: try Self.bill().bytes, as: UTF8.self)
        let bare = AuditMaterial(origin: "o")
        let others = try [
            ModelBOM(of: AuditFixture.one, in: AuditFixture.trail, bare),
            ModelBOM(of: AuditFixture.one, in: AuditTrail(DocumentFixture.bareEntries), bare),
            ModelBOM(of: AuditFixture.two, in: AuditTrail(Self.oneSnapshot()), bare),
        ]
        let changes = [
            (#""machine-learning-model""#, #""model""#), (#""type" : "dataset""#, #""type" : "rows""#),
            (#""taskTypes""#, #""kinds""#), (#""alg" : "SHA-256""#, #""alg" : "SHA-0""#),
        ]
        let bad = changes.map { bill.replacingOccurrences(of: $0.0, with: $0.1) }
        #expect(bad.allSatisfy { $0 != bill })
        let verdicts = try await DocumentFixture.validate(
            [bill] + others.map { String(decoding: $0.bytes, as: UTF8.self) } + bad)
        #expect(verdicts.prefix(4) == ["accepted", "accepted", "accepted", "accepted"])
        #expect(verdicts.dropFirst(4).map { $0.hasPrefix("refused") } == [true, true, true, true])
    }

    /// Training and evaluation on the same snapshot: one component, however often it is used.
    static func oneSnapshot() throws -> [LedgerEntry] {
        try DocumentFixture.entries(
            replacing: AuditFixture.digest("flights-test"), with: AuditFixture.digest("flights-train"))
    }

    @Test("an address that is no URL is refused", arguments: ["", "a b", "<x>", "http://\u{e9}", "x\n"])
    func address(text: String) {
        #expect(throws: AuditFailure.self) {
            try ModelBOM(
                of: AuditFixture.one, in: AuditFixture.trail, DocumentFixture.material, repository: text)
        }
    }

    @Test("made twice it is the same bytes, and its serial number is a UUID of version 8")
    func deterministic() throws {
        let bill = try Self.bill()
        #expect(try bill == Self.bill())
        let uuid = try #require(UUID(uuidString: String(bill.serialNumber.dropFirst(9)))).uuid
        #expect(uuid.6 >> 4 == 8)
        #expect(uuid.8 >> 6 == 2)
        #expect(try bill.serialNumber != Self.bill(1).serialNumber)
        try DocumentFixture.expectGolden(String(decoding: bill.bytes, as: UTF8.self), "flight-time-2.cdx.json")
    }

    @Test("every entry it names is one of the ledger, and the metric's is the evaluation's end")
    func proofs() throws {
        let bill = try Self.bill()
        let text = String(decoding: bill.bytes, as: UTF8.self)
        let named = text.matches(of: #/"writ:entry[^"]*",\s*"value" : "(\d+)"/#).compactMap { Int64($0.1) }
        #expect(named.count > 10)
        #expect(named.allSatisfy { (0..<Int64(AuditFixture.entries.count)).contains($0) })
        let finished = AuditFixture.sequence {
            if case .executionFinished(let id, _, _, _) = $0 { id == AuditFixture.evaluationRun(2) } else { false }
        }
        let proof = text.firstMatch(of: #/"writ:entry:metric:mae",\s*"value" : "(\d+)"/#).flatMap { Int64($0.1) }
        #expect(proof == finished)
    }

    @Test("another version's list of files is refused, and so is a version nobody registered")
    func refusals() throws {
        let other = ArtefactManifest(files: [])
        let first = #expect(throws: AuditFailure.self) {
            try ModelBOM(of: AuditFixture.two, in: AuditFixture.trail, DocumentFixture.material, files: other)
        }
        #expect(first?.message == "the list of files is not that of flight-time:2")
        let second = #expect(throws: AuditFailure.self) {
            try ModelBOM(
                of: VersionID(AuditFixture.model.name, 9), in: AuditFixture.trail, DocumentFixture.material)
        }
        #expect(second?.hint == "known: flight-time:1, flight-time:2")
    }

    @Test("a pip lock is read as pip reads it")
    func packages() throws {
        let packages = try LockedPackages(DocumentFixture.requirements)
        #expect(packages.packages.map(\.purl) == ["pkg:pypi/numpy@2.1.0", "pkg:pypi/scikit-learn@1.5.2"])
        #expect(packages.packages.map(\.digests.count) == [2, 1])
        #expect(packages.unread == 1)
    }

    @Test(
        "a line that names no package at one version is counted, never guessed",
        arguments: [
            "numpy>=2", "-e .", "-r other.txt", "git+https://example.com/x.git", "==1.0", "numpy==",
            "num py\u{202e}==1",
            "../wheel.whl",
        ])
    func unread(line: String) throws {
        let packages = try LockedPackages(line + "\n\n# comment \\\nflask==3.0 # why\n")
        #expect(packages.unread == 1)
        #expect(packages.packages.map(\.purl) == ["pkg:pypi/flask@3.0"])
    }

    @Test("a local version is percent-encoded, a package of two platforms stands once, and size is limited")
    func packageEdges() throws {
        let torch = try LockedPackages("torch==2.4.0+cpu\n")
        #expect(torch.packages.first?.purl == "pkg:pypi/torch@2.4.0%2Bcpu")
        let twice = try LockedPackages("a-b==1\nA_b == 1\n")
        #expect(twice.packages.map(\.name) == ["a-b"])
        #expect(throws: AuditFailure.self) {
            try LockedPackages(String(repeating: "#", count: DocumentLimits.requirementsBytes + 1))
        }
    }
}
