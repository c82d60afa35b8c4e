// One pass over an entry's bytes says the same of their form as decoding them and encoding them again.
import Foundation
import Testing
import WritVocabulary

@testable import WritLedger

struct EntryScanTests {
    /// Any JSON, decoded and encoded by Foundation: the judge of what canonical is.
    private enum AnyJSON: Codable {
        case null
        case bool(Bool)
        case number(Int64)
        case string(String)
        case array([AnyJSON])
        case object([String: AnyJSON])

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                self = .null
            } else if let bool = try? value.decode(Bool.self) {
                self = .bool(bool)
            } else if let number = try? value.decode(Int64.self) {
                self = .number(number)
            } else if let string = try? value.decode(String.self) {
                self = .string(string)
            } else if let array = try? value.decode([AnyJSON].self) {
                self = .array(array)
            } else {
                self = .object(try value.decode([String: AnyJSON].self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var value = encoder.singleValueContainer()
            switch self {
            case .null: try value.encodeNil()
            case .bool(let bool): try value.encode(bool)
            case .number(let number): try value.encode(number)
            case .string(let string): try value.encode(string)
            case .array(let array): try value.encode(array)
            case .object(let object): try value.encode(object)
            }
        }
    }

    private func scan(_ bytes: [UInt8]) -> EntryScan.Verdict { bytes.withUnsafeBytes { EntryScan($0).verdict } }

    private func isCanonical(_ bytes: [UInt8]) -> Bool {
        guard let json = try? Canonical.decode(AnyJSON.self, from: bytes) else { return false }
        return (try? Canonical.encode(json).elementsEqual(bytes)) == true
    }

    private func entries(_ count: Int, seed: UInt64) throws -> [EncodedEntry] {
        var story = Story(seed: seed)
        var sequencer = EntrySequencer(next: 0)
        return try sequencer.encode(story.drafts(count))
    }

    @Test("what Writ encodes is canonical, with its number, time and kind")
    func own() throws {
        for one in try entries(2_000, seed: 1) {
            one.bytes.withUnsafeBytes { leaf in
                let scan = EntryScan(leaf)
                #expect(scan.verdict == .canonical)
                #expect(scan.sequence == one.entry.sequence)
                #expect(scan.time.map { String(decoding: leaf[$0], as: UTF8.self) } == one.entry.time.text)
                #expect(scan.kind.map { String(decoding: leaf[$0], as: UTF8.self) } == one.entry.event.kind)
            }
        }
    }

    @Test("every character an entry may hold is taken as the encoder writes it")
    func characters() throws {
        for scalar in (0..<0x300).map({ Unicode.Scalar($0)! }) + ["\u{2028}", "\u{feff}", "✓", "𝕏", "\u{10ffff}"] {
            var sequencer = EntrySequencer(next: 0)
            let one = try sequencer.encode([Fixture.draft(0, "a\(Character(scalar))b")])[0]
            #expect(scan(one.bytes) != .broken, "U+\(String(scalar.value, radix: 16))")
        }
    }

    @Test("keys are in the encoder's order, whatever they are made of")
    func keys() throws {
        let keys = ["a", "B", "a10", "a2", "A", "_", "-", "é", "e\u{301}", "z", "aa", "", "ab", "~", "a b", "a\"b", "İ"]
        for one in keys {
            for other in keys where one != other {
                let value = AnyJSON.object([
                    "event": .object(["k": .object([one: .null, other: .null])]), "sequence": .number(1),
                    "time": .string("2023-11-14T22:13:20.002Z"),
                ])
                #expect(scan(Array(try Canonical.encode(value))) != .broken, "\(one) \(other)")
            }
        }
    }

    @Test("a changed, added or removed byte is canonical to the scan only where it is to the encoder", arguments: 0..<4)
    func mutations(part: UInt64) throws {
        var numbers = SeededNumbers(seed: part)
        let alphabet = Array("{}[]\":,\\/ \n\t0123456789-+.eEunltrfabZ_é\u{0}\u{7f}".utf8)
        var counts = [0, 0]
        for one in try entries(60, seed: part) {
            for _ in 0..<60 {
                var bytes = one.bytes
                let place = numbers.below(bytes.count)
                switch numbers.below(4) {
                case 0: bytes[place] = alphabet[numbers.below(alphabet.count)]
                case 1: bytes.insert(alphabet[numbers.below(alphabet.count)], at: place)
                case 2: bytes.remove(at: place)
                default: bytes.swapAt(place, numbers.below(bytes.count))
                }
                let (verdict, judge) = (scan(bytes), isCanonical(bytes))
                let text = String(decoding: bytes, as: UTF8.self)
                if verdict == .canonical { #expect(judge, "\(text)") }
                if verdict == .broken, judge { #expect(!isEntry(bytes), "\(text)") }
                counts[judge ? 0 : 1] += 1
            }
        }
        #expect(counts.allSatisfy { $0 > 100 })
    }

    private func isEntry(_ bytes: [UInt8]) -> Bool { (try? LedgerView.decode(bytes, 0)) != nil }

    @Test("JSON deeper than any entry is broken, not a crash")
    func depth() {
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 60_000)
        #expect(scan(deep) == .broken)
        #expect(scan([]) == .broken)
    }

    @Test("entries of one shape differ in values only; another member is another shape")
    func shapes() throws {
        func shape(_ text: String) -> UInt64 { Array(text.utf8).withUnsafeBytes { EntryScan($0).shape } }
        #expect(shape(#"{"a":1,"b":"x"}"#) == shape(#"{"a":22,"b":""}"#))
        #expect(shape(#"{"a":1,"b":"x"}"#) != shape(#"{"a":1,"c":"x"}"#))
        #expect(shape(#"{"a":1,"b":"x"}"#) != shape(#"{"a":"1","b":"x"}"#))
        #expect(shape(#"{"a":1,"b":"x"}"#) != shape(#"{"a":1,"b":{"x":null}}"#))
    }
}
