// Unpacks the beginning of deflated bytes, to look at what is in them.

/// RFC 1951, as plainly as it is written there; only beginnings are unpacked, so it need not be quick.
struct Inflate {
    private struct Damaged: Error {}
    private struct Full: Error {}

    private var input: ByteCursor
    private var bits: UInt32 = 0
    private var bitCount = 0
    private var output: [UInt8] = []
    private let limit: Int

    private init(_ view: ByteView, limit: Int) {
        input = ByteCursor(view)
        self.limit = limit
    }

    /// At most `limit` bytes; nil where the bytes are not deflated ones.
    static func beginning(of view: ByteView, limit: Int) throws -> [UInt8]? {
        var inflate = Inflate(view, limit: limit)
        do {
            while try !inflate.block() {}
            return inflate.output
        } catch is Full {
            return inflate.output
        } catch is Damaged {
            return nil
        }
    }

    /// True after the last one.
    private mutating func block() throws -> Bool {
        let isLast = try take(1) == 1
        switch try take(2) {
        case 0: try stored()
        case 1: try coded(Self.fixedLiterals, Self.fixedDistances)
        case 2:
            let (literals, distances) = try tables()
            try coded(literals, distances)
        default: throw Damaged()
        }
        return isLast
    }

    private mutating func take(_ count: Int) throws -> Int {
        while bitCount < count {
            guard let byte = try input.next() else { throw Damaged() }
            bits |= UInt32(byte) << UInt32(bitCount)
            bitCount += 8
        }
        let value = bits & (1 << UInt32(count) - 1)
        bits >>= UInt32(count)
        bitCount -= count
        return Int(value)
    }

    private mutating func put(_ byte: UInt8) throws {
        guard output.count < limit else { throw Full() }
        output.append(byte)
    }

    private mutating func stored() throws {
        (bits, bitCount) = (0, 0)
        guard let head = try input.take(4), head.little(0, 2) == ~head.little(2, 2) & 0xFFFF else { throw Damaged() }
        for _ in 0..<Int(head.little(0, 2)) {
            guard let byte = try input.next() else { throw Damaged() }
            try put(byte)
        }
    }

    /// Canonical codes: how many of each length, and the symbols in order.
    private struct Table {
        var counts = [Int](repeating: 0, count: 16)
        var symbols: [Int] = []

        init(_ lengths: [Int]) {
            for length in lengths { counts[length] += 1 }
            counts[0] = 0
            symbols = (1...15).flatMap { length in lengths.indices.filter { lengths[$0] == length } }
        }
    }

    private static let fixedLiterals = Table(
        (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
    private static let fixedDistances = Table([Int](repeating: 5, count: 30))
    private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    private static let lengthBase = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthExtra = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distanceBase = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12289, 16385, 24577,
    ]

    private mutating func symbol(_ table: Table) throws -> Int {
        var (code, first, index) = (0, 0, 0)
        for length in 1...15 {
            code |= try take(1)
            let count = table.counts[length]
            if code - first < count { return table.symbols[index + code - first] }
            index += count
            first = (first + count) << 1
            code <<= 1
        }
        throw Damaged()
    }

    private mutating func tables() throws -> (Table, Table) {
        let (literals, distances, codes) = (try take(5) + 257, try take(5) + 1, try take(4) + 4)
        var lengths = [Int](repeating: 0, count: 19)
        for index in 0..<codes { lengths[Self.order[index]] = try take(3) }
        let table = Table(lengths)
        lengths = []
        while lengths.count < literals + distances {
            let symbol = try symbol(table)
            switch symbol {
            case 16:
                guard let last = lengths.last else { throw Damaged() }
                lengths += [Int](repeating: last, count: 3 + (try take(2)))
            case 17: lengths += [Int](repeating: 0, count: 3 + (try take(3)))
            case 18: lengths += [Int](repeating: 0, count: 11 + (try take(7)))
            default: lengths.append(symbol)
            }
        }
        guard lengths.count == literals + distances else { throw Damaged() }
        return (Table(Array(lengths[..<literals])), Table(Array(lengths[literals...])))
    }

    private mutating func coded(_ literals: Table, _ distances: Table) throws {
        while true {
            let symbol = try symbol(literals)
            if symbol == 256 { return }
            if symbol < 256 {
                try put(UInt8(symbol))
                continue
            }
            guard symbol - 257 < Self.lengthBase.count else { throw Damaged() }
            let length = Self.lengthBase[symbol - 257] + (try take(Self.lengthExtra[symbol - 257]))
            let code = try self.symbol(distances)
            guard code < Self.distanceBase.count else { throw Damaged() }
            let distance = Self.distanceBase[code] + (try take(max(0, code / 2 - 1)))
            guard distance <= output.count else { throw Damaged() }
            for _ in 0..<length { try put(output[output.count - distance]) }
        }
    }
}
