// The editor: exactly the pin changes, in files as people write them; and what it refuses.
import Testing
import WritVocabulary

@testable import WritManifests

struct PinEditTests {
    static let digest = Digest(WildManifest.newDigest)

    private func move(_ text: String, to pin: Endpoint.Pin, endpoint: String = "flights") throws -> String {
        let bytes = try ManifestEditor.movePin(
            in: Array(text.utf8), path: repositoryPath("models/flights.yaml"), endpoint: resourceName(endpoint),
            to: pin)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("in thousands of odd files the pin moves and not one other byte", arguments: 0..<8)
    func wildFiles(batch: Int) throws {
        for seed in 0..<300 {
            let wild = WildManifest(seed: UInt64(batch * 300 + seed))
            let text = wild.text(version: 7, digest: WildManifest.oldDigest, adding: false)
            let before = decode(text)
            try #require(
                before.diagnostics == [], "seed \(batch * 300 + seed) made a file that is no manifest:\n\(text)")
            let pin = Endpoint.Pin(version: seed % 3 == 0 ? 7 : 1234, digest: Self.digest)
            let edited = try move(text, to: pin)
            let expected = wild.text(version: pin.version, digest: WildManifest.newDigest, adding: true)
            #expect(Array(edited.utf8) == Array(expected.utf8), "seed \(batch * 300 + seed)")
            if seed.isMultiple(of: 4) { try expectOnlyPin(moved: pin, from: before, in: edited) }
        }
    }

    private func expectOnlyPin(moved pin: Endpoint.Pin, from before: DecodedManifest, in edited: String) throws {
        let after = decode(edited)
        #expect(after.diagnostics == [])
        #expect(after.resources.map(\.id) == before.resources.map(\.id))
        for (old, new) in zip(before.resources, after.resources) {
            #expect(old.metadata == new.metadata)
            guard case .endpoint(var endpoint) = old.spec, old.id.name.text == "flights" else {
                #expect(old.spec == new.spec)
                continue
            }
            endpoint.pin = pin
            #expect(new.spec == .endpoint(endpoint))
        }
    }

    @Test("a pin that stands there already changes nothing, and a second move takes back the first")
    func andBack() throws {
        for seed in 5000..<5060 {
            let wild = WildManifest(seed: UInt64(seed))
            guard wild.hasDigest else { continue }
            let text = wild.text(version: 7, digest: WildManifest.oldDigest, adding: false)
            let old = Endpoint.Pin(version: 7, digest: Digest(WildManifest.oldDigest))
            #expect(try move(text, to: old) == text)
            let edited = try move(text, to: Endpoint.Pin(version: 8, digest: Self.digest))
            #expect(edited != text)
            #expect(Array(try move(edited, to: old).utf8) == Array(text.utf8))
        }
    }

    @Test("the two lines of a proposal are all that differs")
    func twoLines() throws {
        let edited = try move(Fixtures.all, to: Endpoint.Pin(version: 4, digest: Self.digest))
        let (old, new) = (Fixtures.all.split(separator: "\n"), edited.split(separator: "\n"))
        let differing = zip(old, new).filter { $0 != $1 }
        #expect(old.count == new.count)
        #expect(differing.map(\.1) == ["  version: 4", "  digest: \(WildManifest.newDigest)"])
    }

    @Test(
        "a digest is added on the line after the version, or beside it",
        arguments: [
            ("  version: 3 # now\n", "  version: 4 # now\n  digest: DIGEST\n"),
            ("  \"version\": 3\n", "  \"version\": 4\n  \"digest\": \"DIGEST\"\n"),
            ("  ? version\n  : 3\n", "  ? version\n  : 4\n  digest: DIGEST\n"),
            ("  version: 0x3\n", "  version: 4\n  digest: DIGEST\n"),
        ])
    func addedDigest(written: String, expected: String) throws {
        let sound = "  version: 3\n  digest: sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n"
        let text = Fixtures.endpoint.replacing(sound, with: written)
        let edited = try move(text, to: Endpoint.Pin(version: 4, digest: Self.digest))
        #expect(
            edited
                == Fixtures.endpoint.replacing(
                    sound, with: expected.replacing("DIGEST", with: WildManifest.newDigest)))
    }

    @Test("a version that means the same number keeps its spelling")
    func spelling() throws {
        let text = Fixtures.endpoint.replacing("version: 3", with: "version: 0x3")
        let edited = try move(text, to: Endpoint.Pin(version: 3, digest: Self.digest))
        #expect(edited.contains("  version: 0x3\n  digest: \(WildManifest.newDigest)\n"))
    }

    @Test("an endpoint without a pin gets one after its model, without a digest where none is known")
    func firstPin() throws {
        let text = "{apiVersion: writ.dev/v1, kind: Endpoint, metadata: {name: flights}, "
        let spec = "spec: {model: flight-time, runtime: {command: [./serve]}}}"
        #expect(
            try move(text + spec, to: Endpoint.Pin(version: 1))
                == text + spec.replacing("flight-time", with: "flight-time, version: 1"))
    }

    // MARK: Refusals

    @Test("a file with errors is not edited, and the first error is named")
    func errors() throws {
        let text = Fixtures.endpoint.replacing("replicas: 2", with: "replicas: two")
        let failure = try #require(throws: ManifestFailure.self) {
            try move(text, to: Endpoint.Pin(version: 4, digest: Self.digest))
        }
        #expect(failure.code == "edit-of-errors")
        #expect(
            failure.message == "The pin of Endpoint/flights cannot be moved while its file has errors "
                + "(models/flights.yaml, line 14: `spec.replicas` must be a whole number from 0 to 64, but is “two”); "
                + "correct them first, `writ validate` lists them.")
    }

    @Test("an endpoint that is not declared in the file, or twice, is refused")
    func wrongFile() throws {
        let pin = Endpoint.Pin(version: 4, digest: Self.digest)
        let absent = try #require(throws: ManifestFailure.self) { try move(Fixtures.model, to: pin) }
        #expect(
            absent.message == "The pin of Endpoint/flights cannot be moved in models/flights.yaml, which does not "
                + "declare it; `writ describe endpoint flights` says where it is declared.")
        let twice = try #require(throws: ManifestFailure.self) {
            try move(Fixtures.endpoint + "---\n" + Fixtures.endpoint, to: pin)
        }
        #expect(twice.code == "edit-of-nothing" && twice.message.contains("declares it 2 times"))
    }

    @Test("a digest is never dropped or left beside another version")
    func droppedDigest() throws {
        let failure = try #require(throws: ManifestFailure.self) {
            try move(Fixtures.endpoint, to: Endpoint.Pin(version: 4))
        }
        #expect(failure.code == "edit-without-digest")
    }

    @Test("a pin no manifest may have, or a file that would grow too large, is refused and nothing else is done")
    func inDoubt() throws {
        for version in [0, -1, Int(Int32.max) + 1] {
            let failure = try #require(throws: ManifestFailure.self) {
                try move(Fixtures.endpoint, to: Endpoint.Pin(version: version, digest: Self.digest))
            }
            #expect(failure.code == "edit-in-doubt")
        }
        let room = 256 * 1024 - Fixtures.endpoint.utf8.count
        let full = "#" + String(repeating: "x", count: room - 2) + "\n" + Fixtures.endpoint
        #expect(throws: ManifestFailure.self) {
            try move(full, to: Endpoint.Pin(version: 10, digest: Self.digest))
        }
    }

    @Test("noise never makes a wrong edit: it is refused, or exactly the pin moves", arguments: 0..<8)
    func noise(seed: Int) throws {
        var random = SplitMix(seed: UInt64(seed) &+ 90_000)
        let pin = Endpoint.Pin(version: 8, digest: Self.digest)
        for round in 0..<60 {
            let wild = WildManifest(seed: UInt64(seed * 60 + round))
            let sources = [Array(wild.text(version: 7, digest: WildManifest.oldDigest, adding: false).utf8)]
            var bytes = sources[0]
            for _ in 0...random.below(3) { random.mutate(&bytes, from: sources) }
            guard
                let edited = try? ManifestEditor.movePin(
                    in: bytes, path: repositoryPath("a.yaml"), endpoint: resourceName("flights"), to: pin)
            else { continue }
            try expectOnlyPin(moved: pin, from: decode(bytes), in: String(decoding: edited, as: UTF8.self))
        }
    }
}
