// Dataset's rows of the schema.
import WritVocabulary

extension Schema {
    private struct DatasetDraft: Sendable {
        var source: Dataset.Source?
        var format: Dataset.Format?
        var columns: [Dataset.Column] = []
        var expectations = Dataset.Expectations()
        var personal = false
    }

    static let datasetSpec = Form<Dataset>.object(
        DatasetDraft(),
        [
            .required("source", source, "Where the rows come from.") { $0.source = $1 },
            .required(
                "format", .choice(Dataset.Format.self),
                "How they are written: CSV with a header, or one JSON object a line."
            ) {
                $0.format = $1
            },
            .optional(
                "columns", .list(column, count: 0...Limits.columns),
                "What each column must hold. A snapshot that does not is refused."
            ) { $0.columns = $1 },
            .optional("expectations", expectations, "What the whole must look like.") { $0.expectations = $1 },
            .optional(
                "personal", .boolean, default: false,
                "Whether the rows are about people: snapshots are salted and can be taken out, values are never shown."
            ) { $0.personal = $1 },
        ],
        finish: { reader, node, draft in
            checkNames(of: draft.columns, &reader, node)
            guard let source = draft.source, let format = draft.format else { return nil }
            checkPrivacy(draft, source, &reader, node)
            return Dataset(
                source: source, format: format, columns: draft.columns, expectations: draft.expectations,
                personal: draft.personal)
        })

    /// What lies in Git or among a run's artefacts cannot be taken out by taking out the snapshot.
    private static func checkPrivacy(
        _ draft: DatasetDraft, _ source: Dataset.Source, _ reader: inout Reader, _ node: NodeIndex
    ) {
        guard draft.personal else { return }
        if case .file = source { return }
        reader.contradiction(
            "personal", in: node,
            "personal rows come from a `file` of the controller's machine: what a repository or a command keeps of them "
                + "could not be taken out again")
    }

    private static func checkNames(of columns: [Dataset.Column], _ reader: inout Reader, _ node: NodeIndex) {
        guard hasRepeatedNames(columns), let list = reader.tree.value("columns", in: node) else { return }
        var seen: Set<String> = []
        for entry in reader.tree.children(of: list) {
            guard let name = reader.tree.value("name", in: entry).map(reader.tree.text), !seen.insert(name).inserted
            else { continue }
            reader.contradiction("name", in: entry, "a column above is called “\(SafeText.shown(name))” already")
        }
    }

    private static func hasRepeatedNames(_ columns: [Dataset.Column]) -> Bool {
        guard columns.count <= 16 else { return Set(columns.map(\.name)).count < columns.count }
        return columns.indices.contains { later in columns[..<later].contains { $0.name == columns[later].name } }
    }

    // MARK: Source

    private struct SourceDraft: Sendable { var source: Dataset.Source? }

    private static let source = Form<Dataset.Source>.object(
        SourceDraft(),
        [
            .optional("path", .repositoryPath, "A file of the repository.") { $0.source = .path($1) },
            .optional("file", absolutePath, "A file on the controller's machine, below a folder the operator allows.") {
                $0.source = .file($1)
            },
            .optional("command", materialisation, "A command that writes the rows, run in the sandbox.") {
                $0.source = $1
            },
        ],
        rules: [.exactlyOne(["path", "file", "command"])],
        finish: { _, _, draft in draft.source })

    private struct MaterialisationDraft: HoldsCommand {
        var command = CommandDraft()
        var output: RepositoryPath?
    }

    private static let materialisation = Form<Dataset.Source>.object(
        MaterialisationDraft(),
        Field.command(argv: "argv") + [
            .required("output", .relativePath, "The file the command writes into its output folder.") { $0.output = $1 }
        ],
        finish: { _, _, draft in
            guard let command = draft.command.command, let output = draft.output else { return nil }
            return .command(command, output: output.text)
        })

    // MARK: Columns and expectations

    private struct ColumnDraft: Sendable {
        var name: String?
        var type: Dataset.ColumnType?
        var nullable: Bool?
        var maximumNullFraction: MetricValue?
        var minimum: MetricValue?
        var maximum: MetricValue?
        var values: [String]?
        var unique = false
    }

    private static let column = Form<Dataset.Column>.object(
        ColumnDraft(),
        [
            .required("name", .text(.line), "The column's name: CSV header or JSON key.") { $0.name = $1 },
            .required("type", .choice(Dataset.ColumnType.self), "What its values are.") { $0.type = $1 },
            .optional(
                "nullable", .boolean, default: false,
                "Whether a row may lack a value. Follows from `maximumNullFraction` where that is given."
            ) { $0.nullable = $1 },
            .optional(
                "maximumNullFraction", .number(minimum: 0, maximum: 1),
                "The largest share of rows that may lack a value."
            ) {
                $0.maximumNullFraction = $1
            },
            .optional("minimum", .number(), "The smallest value allowed; for integers and numbers.") {
                $0.minimum = $1
            },
            .optional("maximum", .number(), "The largest value allowed; for integers and numbers.") { $0.maximum = $1 },
            .optional(
                "values", .list(.scalarText, count: 1...Limits.columnValues),
                "The only values allowed, compared as text."
            ) { $0.values = $1 },
            .optional("unique", .boolean, default: false, "Whether no value may occur twice.") { $0.unique = $1 },
        ],
        conditions: [
            ["not": ["required": ["nullable", "maximumNullFraction"], "properties": ["nullable": ["const": false]]]],
            [
                "if": ["anyOf": [["required": ["minimum"]], ["required": ["maximum"]]]],
                "then": ["properties": ["type": ["enum": ["integer", "number"]]]],
            ],
        ],
        finish: { reader, node, draft in
            checkColumn(draft, &reader, node)
            guard let name = draft.name, let type = draft.type else { return nil }
            return Dataset.Column(
                name: name, type: type, nullable: draft.nullable ?? (draft.maximumNullFraction != nil),
                maximumNullFraction: draft.maximumNullFraction, minimum: draft.minimum, maximum: draft.maximum,
                values: draft.values, unique: draft.unique)
        })

    private static func checkColumn(_ draft: ColumnDraft, _ reader: inout Reader, _ node: NodeIndex) {
        if draft.nullable == false, draft.maximumNullFraction != nil {
            reader.contradiction(
                "maximumNullFraction", in: node, "no row may lack a value, since `nullable` is `false`",
                hint: "remove one of the two")
        }
        checkOrder(draft.minimum, draft.maximum, &reader, node)
        guard let type = draft.type, draft.minimum != nil || draft.maximum != nil else { return }
        guard type != .integer, type != .number else { return }
        for (field, value) in [("minimum", draft.minimum), ("maximum", draft.maximum)] where value != nil {
            reader.contradiction(
                field, in: node, "only integers and numbers have one, but `type` is `\(type.rawValue)`")
        }
    }

    /// A range must not be empty.
    static func checkOrder(_ minimum: MetricValue?, _ maximum: MetricValue?, _ reader: inout Reader, _ node: NodeIndex)
    {
        guard let minimum, let maximum, maximum < minimum else { return }
        reader.contradiction("minimum", in: node, "it is larger than `maximum`")
    }

    private static let expectations = Form<Dataset.Expectations>.object(
        Dataset.Expectations(),
        [
            .optional("rows", rows, "How many rows there must be.") {
                $0.minimumRows = $1.minimum
                $0.maximumRows = $1.maximum
            },
            .optional(
                "additionalColumns", .choice(Permission.self), default: "allow",
                "Whether columns that are not declared may occur."
            ) { $0.additionalColumns = $1 == .allow },
        ])

    private enum Permission: String, CaseIterable { case allow, refuse }

    private struct Rows: Sendable {
        var minimum: Int64?
        var maximum: Int64?
    }

    private static let rows = Form<Rows>.object(
        Rows(),
        [
            .optional("minimum", .integer(0...Int64.max), "The fewest rows.") { $0.minimum = $1 },
            .optional("maximum", .integer(0...Int64.max), "The most rows.") { $0.maximum = $1 },
        ],
        finish: { reader, node, rows in
            if let minimum = rows.minimum, let maximum = rows.maximum, maximum < minimum {
                reader.contradiction("minimum", in: node, "it is larger than `maximum`")
            }
            return rows
        })
}
