// Universal Binary JSON, as XGBoost writes its models in.
import WritVocabulary

/// From ubjson.org, draft 12; numbers are big-endian.
struct UBJSONFormat {
    private struct Damaged: Error {}

    private var cursor: ByteCursor
    private var keys: Set<String> = []

    /// nil where it is none.
    static func verdict(_ view: ByteView) throws -> Verdict? {
        guard view.size >= 4, try view.starts(with: [0x7B]) else { return nil }
        var format = UBJSONFormat(cursor: ByteCursor(view))
        do {
            _ = try format.byte()
            try format.object(depth: 0)
            guard format.cursor.rest == 0 else { return nil }
        } catch is Damaged {
            return nil
        }
        return format.keys.isSuperset(of: ["learner", "version"]) ? Verdict(.xgboost) : nil
    }

    private init(cursor: ByteCursor) { self.cursor = cursor }

    private mutating func byte() throws -> UInt8 {
        guard let byte = try cursor.next() else { throw Damaged() }
        return byte
    }

    private static let widths: [UInt8: Int] = [
        UInt8(ascii: "i"): 1, UInt8(ascii: "U"): 1, UInt8(ascii: "I"): 2, UInt8(ascii: "l"): 4, UInt8(ascii: "L"): 8,
        UInt8(ascii: "d"): 4, UInt8(ascii: "D"): 8, UInt8(ascii: "C"): 1,
    ]

    private mutating func length(_ type: UInt8) throws -> UInt64 {
        guard let width = Self.widths[type], type != UInt8(ascii: "d"), type != UInt8(ascii: "D"),
            let value = try cursor.big(width), value <= UInt64(max(0, cursor.rest)) * 8 + 8
        else { throw Damaged() }
        return value
    }

    private mutating func key(_ type: UInt8) throws -> String {
        let length = try length(type)
        guard length <= UInt64(RecognitionLimits.jsonStringBytes), let bytes = try cursor.take(Int(length)) else {
            throw Damaged()
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func value(_ type: UInt8, depth: Int) throws {
        guard depth < RecognitionLimits.jsonDepth else { throw Damaged() }
        switch type {
        case UInt8(ascii: "Z"), UInt8(ascii: "N"), UInt8(ascii: "T"), UInt8(ascii: "F"): return
        case UInt8(ascii: "S"), UInt8(ascii: "H"):
            guard cursor.skip(try length(try byte())) else { throw Damaged() }
        case UInt8(ascii: "["): try array(depth: depth)
        case UInt8(ascii: "{"): try object(depth: depth)
        default:
            guard let width = Self.widths[type], cursor.skip(UInt64(width)) else { throw Damaged() }
        }
    }

    private mutating func array(depth: Int) throws {
        var type = try byte()
        if type == UInt8(ascii: "$") {
            let inner = try byte()
            guard try byte() == UInt8(ascii: "#"), let width = Self.widths[inner] else { throw Damaged() }
            let count = try length(try byte())
            guard cursor.skip(count * UInt64(width)) else { throw Damaged() }
            return
        }
        if type == UInt8(ascii: "#") {
            for _ in 0..<(try length(try byte())) { try value(try byte(), depth: depth + 1) }
            return
        }
        while type != UInt8(ascii: "]") {
            try value(type, depth: depth + 1)
            type = try byte()
        }
    }

    private mutating func object(depth: Int) throws {
        var type = try byte()
        while type != UInt8(ascii: "}") {
            let key = try key(type)
            if depth == 0, keys.count < 100 { keys.insert(key) }
            try value(try byte(), depth: depth + 1)
            type = try byte()
        }
    }
}
