// Safetensors: a length, a JSON header, and tensors that fill the rest to the last byte.
import WritVocabulary

/// From the format's own description: 8 bytes of little-endian length, a JSON object that begins with `{` and may be
/// padded with spaces, data offsets that leave no hole and no rest. Every file that reads this way was written so.
struct SafetensorsFormat {
    private struct Tensor {
        var begin: UInt64
        var end: UInt64
    }

    /// nil where it does not look like one; `.unknown` where it only looks so.
    static func verdict(_ view: ByteView) throws -> Verdict? {
        let head = try view.bytes(at: 0, 9)
        guard head.count == 9, head[8] == 0x7B else { return nil }
        let length = head.little(0, 8)
        guard length <= 100_000_000, length >= 2 else { return nil }
        guard length <= RecognitionLimits.safetensorsHeaderBytes, let header = view.part(at: 8, size: Int64(length))
        else { return Verdict(.unknown, "safetensors whose header is too long or cut") }
        do {
            var tokens = JSONTokens(header)
            let tensors = try SafetensorsFormat.tensors(&tokens)
            guard fill(tensors, UInt64(view.size) - 8 - length) else {
                return Verdict(.unknown, "safetensors with bytes that belong to no tensor")
            }
        } catch is JSONTokens.Damaged {
            return Verdict(.unknown, "safetensors whose header cannot be read")
        }
        return Verdict(.safetensors)
    }

    private static func fill(_ tensors: [Tensor], _ size: UInt64) -> Bool {
        var position: UInt64 = 0
        for tensor in tensors.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
            guard tensor.begin == position, tensor.end >= tensor.begin else { return false }
            position = tensor.end
        }
        return position == size
    }

    private static func tensors(_ tokens: inout JSONTokens) throws -> [Tensor] {
        var tensors: [Tensor] = []
        var names: Set<String> = []
        try object(&tokens) { name, tokens in
            guard names.insert(name).inserted, names.count <= RecognitionLimits.tensors else {
                throw JSONTokens.Damaged()
            }
            if name == "__metadata__" {
                try object(&tokens) { _, tokens in
                    guard case .string = try tokens.next() else { throw JSONTokens.Damaged() }
                }
            } else {
                tensors.append(try tensor(&tokens))
            }
        }
        guard try tokens.next() == .end else { throw JSONTokens.Damaged() }
        return tensors
    }

    private static func object(
        _ tokens: inout JSONTokens, _ member: (String, inout JSONTokens) throws -> Void
    ) throws {
        guard try tokens.next() == .beginObject else { throw JSONTokens.Damaged() }
        var token = try tokens.next()
        if token == .endObject { return }
        while true {
            guard case .string(let name?) = token, try tokens.next() == .colon else { throw JSONTokens.Damaged() }
            try member(name, &tokens)
            switch try tokens.next() {
            case .endObject: return
            case .comma: token = try tokens.next()
            default: throw JSONTokens.Damaged()
            }
        }
    }

    private static func tensor(_ tokens: inout JSONTokens) throws -> Tensor {
        var bits: UInt64?
        var count: UInt64?
        var offsets: [UInt64] = []
        try object(&tokens) { name, tokens in
            switch name {
            case "dtype" where bits == nil:
                guard case .string(let type?) = try tokens.next() else { throw JSONTokens.Damaged() }
                bits = types[type]
            case "shape" where count == nil:
                let shape = try numbers(&tokens)
                count = try shape.reduce(UInt64(1)) { product, size in
                    let (next, isTooMuch) = product.multipliedReportingOverflow(by: size)
                    guard !isTooMuch else { throw JSONTokens.Damaged() }
                    return next
                }
            case "data_offsets" where offsets.isEmpty: offsets = try numbers(&tokens)
            default: throw JSONTokens.Damaged()
            }
        }
        guard let bits, let count, offsets.count == 2, offsets[1] >= offsets[0] else { throw JSONTokens.Damaged() }
        let (total, isTooMuch) = count.multipliedReportingOverflow(by: bits)
        guard !isTooMuch, total % 8 == 0, offsets[1] - offsets[0] == total / 8 else { throw JSONTokens.Damaged() }
        return Tensor(begin: offsets[0], end: offsets[1])
    }

    private static func numbers(_ tokens: inout JSONTokens) throws -> [UInt64] {
        guard try tokens.next() == .beginArray else { throw JSONTokens.Damaged() }
        var numbers: [UInt64] = []
        var token = try tokens.next()
        while token != .endArray {
            guard case .number(let text) = token, let number = UInt64(text),
                numbers.count < RecognitionLimits.dimensions
            else { throw JSONTokens.Damaged() }
            numbers.append(number)
            token = try tokens.next()
            if token == .comma {
                token = try tokens.next()
                guard token != .endArray else { throw JSONTokens.Damaged() }
            } else if token != .endArray {
                throw JSONTokens.Damaged()
            }
        }
        return numbers
    }

    /// Bits of one element, from `safetensors/src/tensor.rs` 0.6.
    private static let types: [String: UInt64] = [
        "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "I16": 16, "U16": 16, "F16": 16,
        "BF16": 16, "I32": 32, "U32": 32, "F32": 32, "C64": 64, "F64": 64, "I64": 64, "U64": 64, "F4": 4,
        "F6_E2M3": 6, "F6_E3M2": 6,
    ]
}
