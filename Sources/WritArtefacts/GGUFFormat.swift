// GGUF: counts, values, tensor descriptions, and data that ends where the last tensor does.
import WritVocabulary

/// From ggml's `docs/gguf.md`, versions 2 and 3, little-endian.
struct GGUFFormat {
    static let magic = Array("GGUF".utf8)

    private struct Damaged: Error {
        var why: String
    }

    private var cursor: ByteCursor
    private var alignment: UInt64 = 32
    private var hasTemplate = false

    static func verdict(_ view: ByteView) throws -> Verdict {
        var format = GGUFFormat(cursor: ByteCursor(view))
        do {
            try format.check(view)
            return Verdict(.gguf, format.hasTemplate ? "has a chat template" : nil)
        } catch let damaged as Damaged {
            return Verdict(.unknown, "GGUF \(damaged.why)")
        }
    }

    private init(cursor: ByteCursor) { self.cursor = cursor }

    private mutating func integer(_ width: Int) throws -> UInt64 {
        guard let value = try cursor.little(width) else { throw Damaged(why: "that is cut") }
        return value
    }

    private mutating func check(_ view: ByteView) throws {
        _ = try integer(4)
        let version = try integer(4)
        guard version == 2 || version == 3 else { throw Damaged(why: "of a version that is not known") }
        let (tensors, values) = (try integer(8), try integer(8))
        guard tensors <= UInt64(RecognitionLimits.tensors), values <= RecognitionLimits.ggufValues else {
            throw Damaged(why: "with more tensors or values than are looked at")
        }
        for _ in 0..<values { try pair() }
        var ends: [(begin: UInt64, size: UInt64)] = []
        for _ in 0..<tensors { ends.append(try tensor()) }
        try checkData(ends, view)
    }

    private func aligned(_ position: UInt64) throws -> UInt64 {
        let (sum, isTooMuch) = position.addingReportingOverflow(alignment - 1)
        guard !isTooMuch else { throw Damaged(why: "with impossible sizes") }
        return sum / alignment * alignment
    }

    private func checkData(_ tensors: [(begin: UInt64, size: UInt64)], _ view: ByteView) throws {
        var end: UInt64 = 0
        for tensor in tensors.sorted(by: { $0 < $1 }) {
            guard try aligned(end) == tensor.begin else { throw Damaged(why: "with bytes that belong to no tensor") }
            let (sum, isTooMuch) = tensor.begin.addingReportingOverflow(tensor.size)
            guard !isTooMuch else { throw Damaged(why: "with impossible sizes") }
            end = sum
        }
        let head = UInt64(cursor.position)
        let start = tensors.isEmpty ? head : try aligned(head)
        let (least, isTooMuch) = start.addingReportingOverflow(end)
        let (most, isMore) = start.addingReportingOverflow(try aligned(end))
        let size = UInt64(view.size)
        guard !isTooMuch, !isMore, size >= least, size <= max(most, try aligned(head)) else {
            throw Damaged(why: "that does not end with its last tensor")
        }
        let padding = try view.bytes(at: Int64(least), Int(size - least))
        let before = try view.bytes(at: Int64(head), Int(start - head))
        guard padding.allSatisfy({ $0 == 0 }), before.allSatisfy({ $0 == 0 }) else {
            throw Damaged(why: "with bytes that belong to no tensor")
        }
    }

    private mutating func string(keep: Bool) throws -> String {
        let length = try integer(8)
        guard length <= RecognitionLimits.ggufStringBytes else { throw Damaged(why: "with a string that is too long") }
        guard keep, length <= 65_535 else {
            guard cursor.skip(length) else { throw Damaged(why: "that is cut") }
            return ""
        }
        guard let bytes = try cursor.take(Int(length)) else { throw Damaged(why: "that is cut") }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func pair() throws {
        let key = try string(keep: true)
        let type = try integer(4)
        if key.hasPrefix("tokenizer.chat_template") { hasTemplate = true }
        if key == "general.alignment" {
            guard type == 4 else { throw Damaged(why: "whose alignment is no number") }
            alignment = try integer(4)
            guard alignment > 0, alignment <= 1 << 20, alignment % 8 == 0 else {
                throw Damaged(why: "whose alignment is not possible")
            }
            return
        }
        try value(type, depth: 0)
    }

    private mutating func value(_ type: UInt64, depth: Int) throws {
        switch type {
        case 8: _ = try string(keep: false)
        case 9:
            guard depth < 4 else { throw Damaged(why: "with arrays in arrays") }
            let (inner, count) = (try integer(4), try integer(8))
            guard count <= RecognitionLimits.ggufValues else { throw Damaged(why: "with an array that is too long") }
            if let width = Self.widths[inner] {
                guard cursor.skip(count * width) else { throw Damaged(why: "that is cut") }
                return
            }
            for _ in 0..<count { try value(inner, depth: depth + 1) }
        default:
            guard let width = Self.widths[type] else { throw Damaged(why: "with a value of a type that is not known") }
            guard cursor.skip(width) else { throw Damaged(why: "that is cut") }
        }
    }

    private mutating func tensor() throws -> (begin: UInt64, size: UInt64) {
        _ = try string(keep: false)
        let dimensions = try integer(4)
        guard dimensions <= 4 else { throw Damaged(why: "with a tensor of too many dimensions") }
        var count: UInt64 = 1
        for _ in 0..<dimensions {
            let (product, isTooMuch) = count.multipliedReportingOverflow(by: try integer(8))
            guard !isTooMuch else { throw Damaged(why: "with impossible sizes") }
            count = product
        }
        guard let block = Self.blocks[try integer(4)] else {
            throw Damaged(why: "with a tensor of a type that is not known")
        }
        let begin = try integer(8)
        let (size, isTooMuch) = (count / block.elements).multipliedReportingOverflow(by: block.bytes)
        guard count % block.elements == 0, !isTooMuch else { throw Damaged(why: "with impossible sizes") }
        return (begin, size)
    }

    private static let widths: [UInt64: UInt64] = [
        0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8,
    ]

    /// Elements and bytes of one block by `ggml_type`, from `gguf-py/gguf/constants.py`.
    private static let blocks: [UInt64: (elements: UInt64, bytes: UInt64)] = [
        0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 10: (256, 84),
        11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292), 16: (256, 66),
        17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82), 23: (256, 136),
        24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54),
        35: (256, 66), 39: (32, 17),
    ]
}
