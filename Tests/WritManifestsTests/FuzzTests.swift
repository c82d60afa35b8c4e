// Seeded noise: whatever the bytes, there is an answer; and updates agree with a fresh look at the whole.
import Testing
import WritVocabulary

@testable import WritManifests

struct FuzzTests {
    @Test("mutated manifests never crash and are always refused or read", arguments: 0..<16)
    func mutations(seed: Int) {
        var random = SplitMix(seed: UInt64(seed))
        let sources = [Fixtures.dataset, Fixtures.model, Fixtures.endpoint, Fixtures.all].map { Array($0.utf8) }
        for _ in 0..<150 {
            var bytes = sources[random.below(sources.count)]
            for _ in 0...random.below(6) { random.mutate(&bytes, from: sources) }
            let decoded = decode(bytes)
            #expect(decoded.diagnostics.count <= 100 && decoded.problemCount >= decoded.diagnostics.count)
            if decoded.diagnostics.isEmpty {
                #expect(decoded.documents.allSatisfy { $0.resource != nil && $0.id != nil })
            }
            for diagnostic in decoded.diagnostics {
                #expect(diagnostic.line >= 1 && diagnostic.column >= 1 && !diagnostic.rendered.isEmpty)
            }
            #expect(decode(bytes).diagnostics == decoded.diagnostics)
        }
    }

    @Test("after any row of commits the index says what a fresh look at the repository says", arguments: 0..<12)
    func incremental(seed: Int) {
        var random = SplitMix(seed: UInt64(seed) &+ 1000)
        var repository = Repository.flights
        var desired = DesiredState()
        for _ in 0..<40 {
            random.edit(&repository)
            var fresh = repository
            fresh.index = ManifestIndex()
            // All paths are asked for again, so that a folder that vanished is seen.
            repository.changedPaths = [
                "data/january.csv", "data/requirements.lock", "models/flight-time/requirements.lock",
            ]
            switch (repository.update(), fresh.update()) {
            case (.success(let change), .success(let whole)):
                _ = desired.apply(change)
                let resources = Dictionary(uniqueKeysWithValues: desired.resources.map { ($0.key, $0.value) })
                #expect(resources == whole.resources.compactMapValues(\.self))
                #expect(repository.index.declarations.keys.sorted() == fresh.index.declarations.keys.sorted())
                #expect(repository.index.referrers == fresh.index.referrers)
                #expect(repository.index.pathUsers == fresh.index.pathUsers)
            case (.failure(let refusal), .failure(let whole)):
                let files = repository.files
                let filled = refusal.diagnostics.map { $0.adding(source: Array((files[$0.path] ?? "").utf8)) }
                #expect(filled.map(\.rendered) == whole.diagnostics.map(\.rendered))
                #expect(refusal.count == whole.count)
            case (let update, let whole):
                Issue.record("seed \(seed): the update says \(update), the whole says \(whole)")
            }
        }
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014): small, seeded, the same everywhere.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

    mutating func mutate(_ bytes: inout [UInt8], from sources: [[UInt8]]) {
        guard !bytes.isEmpty else { return }
        let at = below(bytes.count)
        let length = min(below(24), bytes.count - at)
        switch below(6) {
        case 0: bytes[at] = UInt8(truncatingIfNeeded: next())
        case 1: bytes.removeSubrange(at..<at + length)
        case 2: bytes.insert(contentsOf: bytes[at..<at + length], at: below(bytes.count))
        case 3:
            let source = sources[below(sources.count)]
            let from = below(source.count)
            bytes.insert(contentsOf: source[from..<min(source.count, from + 40)], at: at)
        case 4:
            let tokens = [
                "&a ", "*a", "!!x ", "<<: ", "---\n", "\t", "{", "[", "\"", "'", "|\n", ": ", "- ",
                "é", "\u{2028}", "%TAG\n", "\r",
            ]
            bytes.insert(contentsOf: Array(tokens[below(tokens.count)].utf8), at: at)
        default: bytes.swapAt(at, below(bytes.count))
        }
    }

    /// One commit: something added, removed, renamed, broken or mended.
    mutating func edit(_ repository: inout Repository) {
        let names = ["january.yaml", "holdout.yaml", "model.yaml", "endpoint.yaml", "extra.yaml"]
        let texts = [Fixtures.dataset, Fixtures.holdout, Fixtures.model, Fixtures.endpoint]
        let name = names[below(names.count)]
        switch below(8) {
        case 0: repository.files[name] = nil
        case 1: repository.files[name] = texts[below(texts.count)]
        case 2: repository.files[name] = texts[below(texts.count)] + "---\n" + texts[below(texts.count)]
        case 3: repository.files[name] = repository.files[name]?.replacing("flight-time", with: "flight-\(below(3))")
        case 4: repository.files[name] = repository.files[name]?.replacing("spec:", with: "spec :\n  oops: 1")
        case 5: repository.missing = below(2) == 0 ? [] : ["data"]
        default:
            let sound = Repository.flights
            repository.files = sound.files
            repository.missing = []
        }
    }
}
