// What an auditor is told: facts, tables and pictures, each citing the entries of the ledger it comes from.
import WritVocabulary

/// One answer, whatever it is rendered as. Text in it may come from outside; renderers make it harmless.
public struct AuditReport: Codable, Hashable, Sendable {
    public var title: String
    /// The question as a command: `writ audit trace live --at 2026-11-24T10:00:00Z`.
    public var question: String
    public var basis: Basis
    public var sections: [Section]

    public init(title: String, question: String, basis: Basis, sections: [Section] = []) {
        self.title = title
        self.question = question
        self.basis = basis
        self.sections = sections
    }

    /// Which ledger the answer was read from, and how far it went.
    public struct Basis: Codable, Hashable, Sendable {
        public var origin: String
        /// Entries read.
        public var size: Int64
        /// The root over them, hexadecimal; nil where it is not known.
        public var root: String?
        /// The time of the last entry read.
        public var lastTime: Timestamp?

        public init(origin: String, size: Int64, root: String? = nil, lastTime: Timestamp? = nil) {
            self.origin = origin
            self.size = size
            self.root = root
            self.lastTime = lastTime
        }
    }

    public struct Section: Codable, Hashable, Sendable {
        public var heading: String
        public var blocks: [Block]
        /// Drawn on a page only: what it shows stands in the blocks as well.
        public var picture: Picture?

        public init(_ heading: String, _ blocks: [Block], picture: Picture? = nil) {
            self.heading = heading
            self.blocks = blocks
            self.picture = picture
        }
    }

    /// Boxes in columns and lines between them: causes on the left, effects on the right.
    public struct Picture: Codable, Hashable, Sendable {
        public var title: String
        public var boxes: [Box]
        public var lines: [Line]

        public init(title: String, boxes: [Box], lines: [Line]) {
            self.title = title
            self.boxes = boxes
            self.lines = lines
        }

        public struct Box: Codable, Hashable, Sendable {
            public var kind: String
            public var label: String
            /// From 0; columns without a box take no room.
            public var column: Int
            /// What the picture is about.
            public var isSubject: Bool
            public var isGap: Bool

            public init(kind: String, label: String, column: Int, isSubject: Bool = false, isGap: Bool = false) {
                self.kind = kind
                self.label = label
                self.column = column
                self.isSubject = isSubject
                self.isGap = isGap
            }
        }

        /// From one box to another, by their places in ``boxes``.
        public struct Line: Codable, Hashable, Sendable {
            public var from: Int
            public var to: Int

            public init(from: Int, to: Int) {
                self.from = from
                self.to = to
            }
        }
    }

    public enum Block: Codable, Hashable, Sendable {
        case paragraph(Cited)
        case facts([Fact])
        case table(Table)
        case chart(Chart)
    }

    /// A sentence and the entries that prove it.
    public struct Cited: Codable, Hashable, Sendable {
        public var text: String
        public var entries: [Int64]

        public init(_ text: String, _ entries: [Int64] = []) {
            self.text = text
            self.entries = entries
        }
    }

    public struct Fact: Codable, Hashable, Sendable {
        public var name: String
        public var value: String
        public var entries: [Int64]
        /// Whether it is something that should be there and is not, or is not as it should be.
        public var isGap: Bool

        public init(_ name: String, _ value: String, _ entries: [Int64] = [], isGap: Bool = false) {
            self.name = name
            self.value = value
            self.entries = entries
            self.isGap = isGap
        }
    }

    public struct Table: Codable, Hashable, Sendable {
        public var columns: [String]
        public var rows: [Row]

        public init(columns: [String], rows: [Row]) {
            self.columns = columns
            self.rows = rows
        }

        public struct Row: Codable, Hashable, Sendable {
            public var cells: [String]
            public var entries: [Int64]
            public var isGap: Bool

            public init(_ cells: [String], _ entries: [Int64] = [], isGap: Bool = false) {
                self.cells = cells
                self.entries = entries
                self.isGap = isGap
            }
        }
    }

    /// Bars, one beside the other; text shows them as numbers.
    public struct Chart: Codable, Hashable, Sendable {
        public var title: String
        public var bars: [Bar]

        public init(title: String, bars: [Bar]) {
            self.title = title
            self.bars = bars
        }

        public struct Bar: Codable, Hashable, Sendable {
            public var label: String
            public var value: MetricValue
            /// A limit drawn as a line across the bar, such as a gate's.
            public var limit: MetricValue?
            public var entries: [Int64]
            public var isGap: Bool

            public init(
                _ label: String, _ value: MetricValue, limit: MetricValue? = nil, _ entries: [Int64] = [],
                isGap: Bool = false
            ) {
                self.label = label
                self.value = value
                self.limit = limit
                self.entries = entries
                self.isGap = isGap
            }
        }
    }

    /// Every entry the answer cites, sorted.
    public var cited: [Int64] {
        var found: Set<Int64> = []
        for block in sections.flatMap(\.blocks) {
            switch block {
            case .paragraph(let cited): found.formUnion(cited.entries)
            case .facts(let facts): for fact in facts { found.formUnion(fact.entries) }
            case .table(let table): for row in table.rows { found.formUnion(row.entries) }
            case .chart(let chart): for bar in chart.bars { found.formUnion(bar.entries) }
            }
        }
        return found.sorted()
    }
}

extension AuditReport.Block {
    enum ParagraphCodingKeys: String, CodingKey { case _0 = "sentence" }
    enum FactsCodingKeys: String, CodingKey { case _0 = "facts" }
    enum TableCodingKeys: String, CodingKey { case _0 = "table" }
    enum ChartCodingKeys: String, CodingKey { case _0 = "chart" }
}
