// Quantities and names the vocabulary defines.
import WritVocabulary

extension Form where Value == TimeSpan {
    static func span(_ milliseconds: ClosedRange<Int64>) -> Form {
        let least = TimeSpan(milliseconds: milliseconds.lowerBound)
        let most = TimeSpan(milliseconds: milliseconds.upperBound)
        let words = "a length of time from \(least) to \(most)"
        let schema: JSONValue = ["type": "string", "pattern": .string(pattern(milliseconds))]
        return Form(shape: .written(words: words, schema: schema)) { reader, node in
            let hint = "write it with a unit: `250ms`, `30s`, `10m`, `2h` or `7d`"
            guard let text = reader.plainText(node, words: words, hint: hint) else { return nil }
            guard DecimalPattern.beginsWithDigit(text), let span = TimeSpan(text) else {
                return reader.wrongValue(node, words, hint: hint)
            }
            return milliseconds.contains(span.milliseconds) ? span : reader.wrongValue(node, words)
        }
    }

    private static func pattern(_ milliseconds: ClosedRange<Int64>) -> String {
        let units: [(String, Int64)] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
        return DecimalPattern.text(of: milliseconds, units: units, most: 1_000_000_000)
    }
}

extension Form where Value == ByteCount {
    static let memory: Form = {
        let least = ByteCount(bytes: Limits.memoryBytes.lowerBound)
        let most = ByteCount(bytes: Limits.memoryBytes.upperBound)
        let words = "an amount of memory from \(least) to \(most)"
        let schema: JSONValue = [
            "anyOf": [
                ["type": "string", "pattern": .string(pattern)],
                ["type": "integer", "minimum": .integer(least.bytes), "maximum": .integer(most.bytes)],
            ]
        ]
        return Form(shape: .written(words: words, schema: schema)) { reader, node in
            let hint = "write `512Mi` or `2Gi`"
            guard let scalar = reader.scalar(node) else { return reader.wrongType(node, words, hint: hint) }
            let amount: ByteCount?
            switch scalar {
            case .integer(let bytes): amount = ByteCount(bytes: bytes)
            case .text:
                let text = reader.tree.text(of: node)
                amount = DecimalPattern.beginsWithDigit(text) ? ByteCount(text) : nil
            case .null, .boolean, .oversized, .number: return reader.wrongType(node, words, hint: hint)
            }
            guard let amount else { return reader.wrongValue(node, words, hint: hint) }
            return Limits.memoryBytes.contains(amount.bytes) ? amount : reader.wrongValue(node, words)
        }
    }()

    private static var pattern: String {
        let units: [(String, Int64)] = [("", 1), ("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30)]
        return DecimalPattern.text(of: Limits.memoryBytes, units: units, most: Int64.max)
    }
}

/// Thousandths of a core, so that it is not taken for another number.
struct CPUMillis: Sendable {
    var value: Int
}

extension Form where Value == CPUMillis {
    static let cpu: Form = {
        let words = "a number of cores from 0.01 to 1024"
        let millis = Int64(Limits.cpuMillis.lowerBound)...Int64(Limits.cpuMillis.upperBound)
        let schema: JSONValue = [
            "anyOf": [
                ["type": "number", "minimum": .number(0.01), "maximum": 1024],
                [
                    "type": "string",
                    "pattern": .string(DecimalPattern.text(of: millis, units: [("m", 1)], most: Int64.max)),
                ],
            ]
        ]
        return Form(shape: .written(words: words, schema: schema)) { reader, node in
            let hint = "write `2`, `0.5` or `500m`"
            guard let scalar = reader.scalar(node) else { return reader.wrongType(node, words, hint: hint) }
            let millis: Double?
            switch scalar {
            case .integer(let cores): millis = Double(cores) * 1000
            case .number(let cores): millis = (0.01...1024).contains(cores) ? (cores * 1000).rounded() : -1
            case .text:
                let text = reader.tree.text(of: node)
                let digits = text.dropLast()
                let isMillis = text.last == "m" && digits.utf8.allSatisfy { (48...57).contains($0) }
                millis = isMillis ? Double(digits) : nil
            case .null, .boolean, .oversized: return reader.wrongType(node, words, hint: hint)
            }
            guard let millis, let whole = Int(exactly: millis) else {
                return reader.wrongValue(node, words, hint: hint)
            }
            return Limits.cpuMillis.contains(whole) ? CPUMillis(value: whole) : reader.wrongValue(node, words)
        }
    }()
}

extension Form where Value == RepositoryPath {
    private static var grammar: JSONValue {
        [
            "type": "string", "minLength": 1, "maxLength": .integer(Int64(Limits.pathBytes)),
            "pattern": #"^(?!(?:[^/]*/)*(?:\.\.?|\.[gG][iI][tT])(?:/|$))[^/]+(?:/[^/]+)*$"#,
        ]
    }

    /// A path that must exist in the repository.
    static let repositoryPath = Form(shape: .written(words: "a path of the repository", schema: grammar)) {
        reader, node in
        let path = relativePath.read(&reader, node)
        if let path { reader.mention(.path(path), at: node) }
        return path
    }

    /// A relative path that lies somewhere else: in an output folder, among a version's artefacts.
    static let relativePath = Form.identifier(
        "a relative path", schema: grammar, hint: "write it without `/` at either end, and without `.` and `..`")
}

extension Form where Value == ResourceName {
    /// The name of a resource that must be declared. `orders` is false where it only is compared with.
    static func reference(_ kind: Kind, orders: Bool = true) -> Form {
        Form(shape: .reference(kind)) { reader, node in
            guard let text = reader.text(node, .name) else { return nil }
            guard let name = ResourceName(text) else { return reader.wrongValue(node, TextRule.name.words) }
            reader.mention(.resource(ResourceID(kind, name), orders: orders), at: node)
            return name
        }
    }

    static let resourceName = Form(shape: .text(.name)) { reader, node in
        guard let text = reader.text(node, .name) else { return nil }
        return ResourceName(text) ?? reader.wrongValue(node, TextRule.name.words)
    }
}

extension Form where Value == Digest {
    static let digest = Form.identifier(
        "a digest: `sha256:` and 64 lower-case hexadecimal digits",
        schema: ["type": "string", "pattern": "^sha256:[0-9a-f]{64}$"])
}
