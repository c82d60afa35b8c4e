// Dataset: a named source of rows and what they must look like.

public struct Dataset: Codable, Hashable, Sendable {
    public var source: Source
    public var format: Format
    public var columns: [Column]
    public var expectations: Expectations
    /// Whether the rows are about people. Then snapshots are salted, so that nothing can be told from a digest once the
    /// bytes are taken out, and values never stand in a record.
    public var personal: Bool

    public init(
        source: Source, format: Format, columns: [Column] = [], expectations: Expectations = Expectations(),
        personal: Bool = false
    ) {
        self.personal = personal
        self.source = source
        self.format = format
        self.columns = columns
        self.expectations = expectations
    }

    public enum Source: Codable, Hashable, Sendable {
        /// A file of the repository.
        case path(RepositoryPath)
        /// An absolute path on the controller's machine, below a folder the operator allows.
        case file(String)
        /// A command that writes the file named `output` into its output folder.
        case command(Command, output: String)
    }

    public enum Format: String, Codable, Hashable, Sendable, CaseIterable {
        case csv
        case jsonLines = "jsonl"
    }

    public struct Column: Codable, Hashable, Sendable {
        public var name: String
        public var type: ColumnType
        /// Whether a row may lack a value: an empty CSV field, a JSON null or a missing key.
        public var nullable: Bool
        /// The share of rows that may lack a value, 0 to 1.
        public var maximumNullFraction: MetricValue?
        public var minimum: MetricValue?
        public var maximum: MetricValue?
        /// The only values allowed, compared as text.
        public var values: [String]?
        public var unique: Bool

        public init(
            name: String, type: ColumnType, nullable: Bool = false, maximumNullFraction: MetricValue? = nil,
            minimum: MetricValue? = nil, maximum: MetricValue? = nil, values: [String]? = nil, unique: Bool = false
        ) {
            self.name = name
            self.type = type
            self.nullable = nullable
            self.maximumNullFraction = maximumNullFraction
            self.minimum = minimum
            self.maximum = maximum
            self.values = values
            self.unique = unique
        }
    }

    public enum ColumnType: String, Codable, Hashable, Sendable, CaseIterable {
        case string, integer, number, boolean, timestamp
    }

    public struct Expectations: Codable, Hashable, Sendable {
        public var minimumRows: Int64?
        public var maximumRows: Int64?
        /// Whether columns that are not declared may occur.
        public var additionalColumns: Bool

        public init(minimumRows: Int64? = nil, maximumRows: Int64? = nil, additionalColumns: Bool = true) {
            self.minimumRows = minimumRows
            self.maximumRows = maximumRows
            self.additionalColumns = additionalColumns
        }
    }

    private enum CodingKeys: String, CodingKey { case source, format, columns, expectations, personal }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        source = try container.decode(Source.self, forKey: .source)
        format = try container.decode(Format.self, forKey: .format)
        columns = try container.decode([Column].self, forKey: .columns)
        expectations = try container.decode(Expectations.self, forKey: .expectations)
        personal = try container.decodeIfPresent(Bool.self, forKey: .personal) ?? false
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(source, forKey: .source)
        try container.encode(format, forKey: .format)
        try container.encode(columns, forKey: .columns)
        try container.encode(expectations, forKey: .expectations)
        if personal { try container.encode(personal, forKey: .personal) }
    }

    public var paths: Set<RepositoryPath> {
        switch source {
        case .path(let path): [path]
        case .file: []
        case .command(let command, _): command.paths
        }
    }
}
