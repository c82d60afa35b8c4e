// Manifests for comparing verdicts: sound ones, and the same with something changed.
import WritVocabulary

@testable import WritManifests

struct SchemaCorpus {
    private var random: SplitMix

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    /// Every kind, and every alternative a kind has.
    static let bases: [(kind: Kind, text: String)] = [
        (.dataset, Fixtures.dataset), (.dataset, Fixtures.holdout), (.model, Fixtures.model), (.model, randomSweep),
        (.model, importedModel), (.endpoint, Fixtures.endpoint), (.endpoint, preset), (.policy, Fixtures.policy),
        (.policy, Fixtures.policy),
    ]

    private static let randomSweep = Fixtures.model.replacing(
        "grid: {leaves: [15, 31]}",
        with:
            "random: {samples: 10, parameters: {leaves: {minimum: 1, maximum: 90, scale: logarithmic, integer: true}}}"
    )
    private static let importedModel = """
        apiVersion: writ.dev/v1
        kind: Model
        metadata: {name: imported, labels: {team: a}}
        spec: {import: {file: /srv/models/a.onnx}, card: {limits: None known., owner: alice}}
        """
    private static let preset = """
        apiVersion: writ.dev/v1
        kind: Endpoint
        metadata: {name: preset}
        spec:
          model: flight-time
          runtime: {preset: mlserver, implementation: mlserver_sklearn.SKLearnModel, artefact: model/a.joblib}
          resources: {cpu: 500m, memory: 512Mi}
        """

    /// One manifest: a base with up to two things changed.
    mutating func manifest() -> String {
        let base = SchemaCorpus.bases[random.below(SchemaCorpus.bases.count)]
        let shape = Schema.form(of: base.kind).shape
        var value = WildValue(yaml: base.text)
        for _ in 0..<random.below(3) {
            let places = value.places(shape)
            let place = places[random.below(places.count)]
            value.change(at: place.route) { tamper(&$0, place.shape) }
        }
        return value.yaml()
    }

    // MARK: Tampering

    private mutating func tamper(_ value: inout WildValue, _ shape: Shape?) {
        switch (value, random.below(4)) {
        case (.map(var entries), 0...2):
            tamper(&entries, shape)
            value = .map(entries)
        case (.list(var entries), 0...2):
            tamper(&entries)
            value = .list(entries)
        case (_, 0): value = odd
        default: value = shape.map { grow($0) } ?? odd
        }
    }

    private mutating func tamper(_ entries: inout [WildValue.Entry], _ shape: Shape?) {
        switch random.below(4) {
        case 0 where !entries.isEmpty: entries.remove(at: random.below(entries.count))
        case 1: entries.append(WildValue.Entry(key: ["nmae", "extra", "x-1", "Version"][random.below(4)], value: odd))
        case 2 where !entries.isEmpty:
            let index = random.below(entries.count)
            entries[index].value = odd
        default:
            guard case .object(let object)? = shape else {
                return entries.append(WildValue.Entry(key: "zz", value: odd))
            }
            let field = object.fields[random.below(object.fields.count)]
            entries.removeAll { $0.key == field.name }
            entries.append(WildValue.Entry(key: field.name, value: grow(field.shape)))
        }
    }

    private mutating func tamper(_ entries: inout [WildValue]) {
        switch random.below(4) {
        case 0: entries.removeAll()
        case 1 where !entries.isEmpty: entries.append(entries[random.below(entries.count)])
        case 2 where !entries.isEmpty: entries[random.below(entries.count)] = odd
        default: entries.append(odd)
        }
    }

    /// Without what a schema cannot tell apart; see ``SchemaAgreementTests``.
    private var odd: WildValue {
        mutating get {
            let scalars = [
                "null", "~", "", "true", "no", "Off", "12", "-1", "0", "1", "2.5", "0x1F", "0o17", "\"12\"", "\"\"",
                "a", "\"a b\"", "\"ä\"", "\"a\\nb\"", "..", "a/../b", "/etc", ".git/x", "a//b", "a/", "\"**\"",
                "2026-01-01",
                "22:00", "99999999999999999999", "high", "sha256:00", "alice@example.com",
            ]
            let value = random.below(scalars.count + 4)
            switch value - scalars.count {
            case 0: return .list([])
            case 1: return .map([])
            case 2: return .list([.scalar("1"), .scalar("a")])
            case 3: return .map([WildValue.Entry(key: "a", value: .scalar("1"))])
            default: return .scalar(scalars[value])
            }
        }
    }

    // MARK: Growing what the schema asks for, and what lies just beyond

    private mutating func grow(_ shape: Shape) -> WildValue {
        switch shape {
        case .text(let rule): .scalar(text(rule))
        case .written(let words, _): .scalar(written(words))
        case .integer(let range): .scalar(integer(range))
        case .number: .scalar(pick(["0", "0.5", "1", "-3.25", "1e-3", "100", "1.5", "99999999999999999999"]))
        case .boolean: .scalar(pick(["true", "false", "True", "FALSE", "yes"]))
        case .choice(let names): .scalar(pick(names + [names[0].lowercased() + "x"]))
        case .reference: .scalar(pick(["flight-time", "a", "A", "a-", "0"]))
        case .scalar:
            .scalar(pick(["1", "0.5", "true", "text", "\"\"", "null", WildValue.quoted(long(4096)), long(4097)]))
        case .list(let element, let count), .set(let element, let count): list(element, count)
        case .map(let key, let element, _): map(key, element)
        case .object(let object): .map(fields(of: object))
        }
    }

    private mutating func pick(_ values: [String]) -> String { values[random.below(values.count)] }
    private func long(_ count: Int) -> String { String(repeating: "x", count: count) }

    private mutating func list(_ element: Shape, _ count: ClosedRange<Int>) -> WildValue {
        let length = [0, 1, 2, min(3, count.upperBound)][random.below(4)]
        if count.upperBound <= 100, random.below(8) == 0 {
            let entry = grow(element)
            return .list(Array(repeating: entry, count: count.upperBound + random.below(2)))
        }
        return .list((0..<length).map { _ in grow(element) })
    }

    private mutating func map(_ key: TextRule, _ element: Shape) -> WildValue {
        var entries: [WildValue.Entry] = []
        for _ in 0..<random.below(3) {
            let name = WildValue(yaml: "k: " + text(key))
            guard case .map(let holder) = name, case .scalar(let written) = holder[0].value else { continue }
            let plain = written.replacing("\"", with: "")
            if !plain.isEmpty, !entries.contains(where: { $0.key == plain }) {
                entries.append(WildValue.Entry(key: plain, value: grow(element)))
            }
        }
        return .map(entries)
    }

    /// Mostly what goes together.
    private mutating func fields(of object: ObjectShape) -> [WildValue.Entry] {
        var chosen = Set(object.fields.filter { $0.isRequired || random.below(2) == 0 }.map(\.name))
        for rule in object.rules + object.rules {
            switch rule {
            case .exactlyOne(let names):
                let kept = names.first { chosen.contains($0) } ?? names[random.below(names.count)]
                chosen.subtract(names)
                chosen.insert(kept)
            case .atLeastOne(let names):
                if chosen.isDisjoint(with: names) { chosen.insert(names[0]) }
            case .needs(let name, let others):
                guard chosen.contains(name), !chosen.isSuperset(of: others) else { continue }
                if random.below(2) == 0 { chosen.formUnion(others) } else { chosen.remove(name) }
            }
        }
        return object.fields.filter { chosen.contains($0.name) }.map {
            WildValue.Entry(key: $0.name, value: grow($0.shape))
        }
    }

    private mutating func integer(_ range: ClosedRange<Int64>) -> String {
        var candidates = [range.lowerBound, range.upperBound, 1, 7, 0]
        if range.lowerBound > .min { candidates.append(range.lowerBound - 1) }
        if range.upperBound < .max { candidates.append(range.upperBound + 1) }
        return "\(candidates[random.below(candidates.count)])"
    }

    private mutating func text(_ rule: TextRule) -> String {
        let most = rule.bytes.upperBound
        var candidates = [
            "a", "risk", "oncall", "mae", "A9", "a-b", "a_b", "a.b", "-a", "a-", "9a", "\"a b\"", "\"\"", "/x", "a/b",
            "a@b",
            WildValue.quoted(long(most)), WildValue.quoted(long(most + 1)), "\"two\\nlines\"", "\"é\"", "\"a\\tb\"",
            "1", "true",
        ]
        if case .digits(_, let lengths) = rule.characters {
            candidates += (lengths + [41, 39]).map {
                WildValue.quoted(String(repeating: "AF01", count: 16).prefix($0) + "")
            }
            candidates.append(WildValue.quoted(String(repeating: "a", count: 40)))
        }
        return pick(candidates)
    }

    /// Values around the edges of what only code can check in full, by the words the schema has for them.
    private mutating func written(_ words: String) -> String {
        let edges: [(words: String, values: [String])] = [
            (
                "a length of time",
                [
                    "0s", "999ms", "1000ms", "1s", "59s", "60s", "090s", "1m", "10m", "60m", "61m", "1h", "24h", "168h",
                    "169h", "7d", "8d", "604800s", "604801s", "4", "1.5h", "-1s", "+1s", "1S", "\"\"", "1w",
                    "3600001ms",
                ]
            ),
            (
                "an amount of memory",
                [
                    "1Mi", "1023Ki", "1024Ki", "512Mi", "02Gi", "16384Gi", "16385Gi", "1048575", "1048576",
                    "17592186044416",
                    "17592186044417", "\"1048575\"", "\"1048576\"", "1.5Gi", "1G", "-1Gi", "Gi",
                ]
            ),
            (
                "a number of cores",
                [
                    "0.01", "0.009", "0.0096", "1", "0.5", "1024", "1025", "1024.0001", "9m", "10m", "0500m",
                    "1024000m", "1024001m", "m", "1.5m",
                ]
            ),
            ("a path of the repository", SchemaCorpus.paths), ("a relative path", SchemaCorpus.paths),
            (
                "an absolute path",
                SchemaCorpus.paths + ["/a", "/a/b", "/a//b", "/a/../b", "/a/./b", "/", "/..a", "/a/.."]
            ),
            ("a Python version", ["\"3.11\"", "3.11", "\"3.1\"", "\"3.111\"", "\"2.7\"", "\"3.\""]),
            (
                "a digest",
                [
                    "sha256:\(String(repeating: "0a", count: 32))", "sha256:\(String(repeating: "0A", count: 32))",
                    "sha256:00",
                ]
            ),
            (
                "a person",
                [
                    "alice@example.com", "a", "\"a b\"", "\"a,b\"", "\"*@x\"", "\"a!\"", "\"a?\"", "\"a\\\\b\"",
                    "\"é\"", long(200), long(201), "\"a'b\"", "\"[a]\"", "\"~\"", "\"#\"", "\"a>-/.+()b\"",
                ]
            ),
            (
                "a pattern over paths",
                SchemaCorpus.paths + [
                    "\"**\"", "\"**/a\"", "\"a/**\"", "\"a/*.y?ml\"", "\"a**\"", "\"***\"", "\"a/**b/c\"", "\"*\"",
                ]
            ),
            ("a time in UTC", SchemaCorpus.times),
            (
                "a time of day",
                ["\"00:00\"", "\"23:59\"", "22:00", "\"24:00\"", "\"12:60\"", "\"9:30\"", "\"09:3\"", "930"]
            ),
        ]
        let known = edges.first { words.hasPrefix($0.words) }
        precondition(known != nil, "the corpus has no values for \(words)")
        return pick(known?.values ?? ["a"])
    }

    private static let paths = [
        "a", "a/b.c", "a/../b", "..", ".", "./a", "a/.", "/a", "a/", "a//b", ".git/x", "a/.GIT", "a/.gitignore", "..a",
        "a..b/c", "\"ä ö/ü\"", "\"a\\nb\"", "\"\"", String(repeating: "x", count: 1024),
        String(repeating: "x", count: 1025),
    ]

    private static let times = [
        "\"2026-12-20T00:00:00Z\"", "2026-12-20T23:59:59Z", "\"2026-12-20T00:00:00.123Z\"",
        "\"2026-12-20T00:00:00.1Z\"",
        "\"2026-02-29T00:00:00Z\"", "\"2028-02-29T00:00:00Z\"", "\"2100-02-29T00:00:00Z\"", "\"2000-02-29T00:00:00Z\"",
        "\"2026-04-31T00:00:00Z\"", "\"2026-13-01T00:00:00Z\"", "\"2026-12-00T00:00:00Z\"", "\"2026-12-20T24:00:00Z\"",
        "\"2026-12-20T00:00:60Z\"", "\"2026-12-20 00:00:00Z\"", "\"2026-12-20T00:00:00+00:00\"",
        "\"+026-12-20T00:00:00Z\"",
        "\"2026-12-20\"",
    ]
}
