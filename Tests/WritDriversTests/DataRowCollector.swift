// Receives rows in tests and keeps them as text, so that two readings can be compared.
@testable import WritDrivers

struct DataRowCollector: RowSink {
    enum Item: Hashable, CustomStringConvertible {
        case header([[UInt8]])
        case refusedHeader(RowDefect)
        case row([[UInt8]])
        case object([String])
        case refused(RowDefect)

        var description: String {
            switch self {
            case .header(let names): "header \(Item.text(names))"
            case .refusedHeader(let defect): "refused header: \(defect.message)"
            case .row(let fields): "row \(Item.text(fields))"
            case .object(let members): "object \(members)"
            case .refused(let defect): "refused: \(defect.message)"
            }
        }

        private static func text(_ fields: [[UInt8]]) -> [String] { fields.map { String(decoding: $0, as: UTF8.self) } }
    }

    var items: [Item] = []

    mutating func header(_ names: FieldList) { items.append(.header(fields(names))) }
    mutating func refusedHeader(_ defect: RowDefect) { items.append(.refusedHeader(defect)) }
    mutating func row(_ fields: FieldList) { items.append(.row(self.fields(fields))) }
    mutating func refusedRow(_ defect: RowDefect) { items.append(.refused(defect)) }

    mutating func object(_ members: UnsafeBufferPointer<JSONMember>) {
        items.append(
            .object(
                members.map { member in
                    "\(String(decoding: member.key, as: UTF8.self))=\(member.value.kind):"
                        + String(decoding: member.value.bytes, as: UTF8.self)
                }))
    }

    private func fields(_ list: FieldList) -> [[UInt8]] { (0..<list.count).map { Array(list[$0]) } }

    /// Reads bytes cut at the given places.
    static func read<Reader: RowReader & ~Copyable>(
        _ bytes: [UInt8], cuts: [Int] = [], with reader: consuming Reader
    ) -> [Item] {
        var collector = DataRowCollector()
        var mark = ByteOrderMark()
        bytes.withUnsafeBufferPointer { all in
            var start = 0
            for cut in cuts + [bytes.count] {
                mark.strip(ByteSlice(rebasing: all[start..<cut])) { reader.consume($0, into: &collector) }
                start = cut
            }
        }
        mark.finish { reader.consume($0, into: &collector) }
        reader.finish(into: &collector)
        return collector.items
    }
}

/// Numbers that look random and are the same in every run (SplitMix64, Sebastiano Vigna).
struct DataSeededNumbers: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }

    /// Sorted places to cut `count` bytes at; empty pieces occur.
    mutating func cuts(_ count: Int) -> [Int] {
        (0..<Int.random(in: 0...6, using: &self)).map { _ in Int.random(in: 0...count, using: &self) }.sorted()
    }
}
