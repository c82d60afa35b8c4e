// A mapping read from a file that somebody wrote: every mistake is told with its place.
import WritVocabulary

extension RegulationMapping {
    /// A file that is larger is refused: whoever reads it need not read on.
    public static let maximumBytes = RegulationLimits.fileBytes

    /// Reads a mapping file: JSON, UTF-8, at most a megabyte. Unknown keys, unknown checks, requirements that stand
    /// twice and texts with control characters are refused.
    ///
    /// - Throws: ``AuditFailure`` with line and column.
    public init(reading bytes: [UInt8]) throws(AuditFailure) {
        var fields = try Fields(PlacedJSON.read(bytes), of: "a mapping")
        let format = try fields.take("format")
        guard case .word("1") = format.value else { throw format.failure("the format is 1") }
        self.format = 1
        let name = try fields.take("id")
        guard let id = ResourceName(try name.text("id")) else {
            throw name.failure("the id is 1 to 63 of a-z, 0-9 and -, such as eu-ai-act")
        }
        self.id = id
        title = try fields.text("title")
        version = try fields.text("version")
        source = try fields.text("source")
        let day = try fields.take("checked")
        checked = try day.text("checked")
        guard Timestamp("\(checked)T00:00:00.000Z") != nil else {
            throw day.failure("“checked” is a day such as 2026-11-24")
        }
        reading = try fields.text("reading")
        note = try fields.optionalText("note")
        requirements = try RegulationMapping.requirements(try fields.take("requirements"))
        try fields.end()
    }

    private static func requirements(_ placed: PlacedJSON) throws(AuditFailure) -> [Requirement] {
        guard case .list(let items) = placed.value, (1...RegulationLimits.requirements).contains(items.count) else {
            throw placed.failure("the requirements are a list of 1 to \(RegulationLimits.requirements)")
        }
        var found: [Requirement] = []
        var known: Set<String> = []
        for item in items {
            let requirement = try Requirement(item)
            guard known.insert(requirement.id).inserted else {
                throw item.failure("the requirement “\(requirement.id)” stands twice")
            }
            found.append(requirement)
        }
        return found
    }
}

extension RegulationMapping.Requirement {
    fileprivate init(_ placed: PlacedJSON) throws(AuditFailure) {
        var fields = try Fields(placed, of: "a requirement")
        id = try fields.text("id", longest: RegulationLimits.nameCharacters)
        question = try fields.text("question")
        command = try fields.text("command")
        note = try fields.optionalText("note")
        let list = try fields.take("checks")
        guard case .list(let items) = list.value, (1...RegulationLimits.checksPerRequirement).contains(items.count)
        else { throw list.failure("the checks are a list of 1 to \(RegulationLimits.checksPerRequirement)") }
        checks = []
        for item in items {
            let word = try item.text("a check")
            guard let check = RegulationCheck(word) else {
                throw AuditFailure(
                    item.failure("there is no check “\(word.prefix(RegulationLimits.nameCharacters))”").message,
                    hint: "the checks are: \(RegulationCheck.vocabulary.joined(separator: ", "))")
            }
            checks.append(check)
        }
        try fields.end()
    }
}

/// The fields of an object, taken one by one; what is left over is nothing we know.
private struct Fields {
    let placed: PlacedJSON
    let what: String
    var rest: [(key: String, value: PlacedJSON)]

    init(_ placed: PlacedJSON, of what: String) throws(AuditFailure) {
        guard case .object(let fields) = placed.value else { throw placed.failure("\(what) is an object") }
        self.placed = placed
        self.what = what
        rest = fields
    }

    mutating func take(_ key: String) throws(AuditFailure) -> PlacedJSON {
        guard let position = rest.firstIndex(where: { $0.key == key }) else {
            throw placed.failure("\(what) needs “\(key)”")
        }
        return rest.remove(at: position).value
    }

    mutating func text(_ key: String, longest: Int = RegulationLimits.textCharacters) throws(AuditFailure) -> String {
        try take(key).text(key, longest: longest)
    }

    mutating func optionalText(_ key: String) throws(AuditFailure) -> String? {
        guard rest.contains(where: { $0.key == key }) else { return nil }
        return try text(key)
    }

    func end() throws(AuditFailure) {
        guard let (key, value) = rest.first else { return }
        throw value.failure("\(what) has no “\(key.prefix(RegulationLimits.nameCharacters))”")
    }
}

extension PlacedJSON {
    fileprivate func text(_ name: String, longest: Int = RegulationLimits.textCharacters) throws(AuditFailure) -> String
    {
        guard case .string(let text) = value else { throw failure("“\(name)” is a text") }
        guard !text.isEmpty, text.count <= longest else {
            throw failure("“\(name)” has 1 to \(longest) characters")
        }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw failure("“\(name)” holds a control character")
        }
        return text
    }
}
