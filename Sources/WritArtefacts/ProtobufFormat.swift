// Protocol Buffers that models come in: ONNX and TensorFlow's graphs.
import WritVocabulary

/// Neither has a magic number. A file counts as one only when all of it, to the last byte, consists of the fields that
/// message has, each of its kind; a reader that passes over unknown fields could be led past anything.
struct ProtobufFormat {
    private struct Field {
        var number: UInt64
        /// nil for a number.
        var content: ByteView?
    }

    /// Kinds: `v` varint, `l` with a length, `f` 4 bytes.
    private typealias Shape = [UInt64: Character]

    static func verdict(_ view: ByteView) throws -> Verdict? {
        let head = try view.bytes(at: 0, 1)
        // The first byte is the tag of a field with a small number.
        guard let first = head.first, [0, 2].contains(first & 7), first >= 0x08 else { return nil }
        if let fields = try fields(view, model), let graph = fields.last(where: { $0.number == 7 })?.content,
            fields.contains(where: { $0.number == 1 })
        {
            return try onnx(graph)
        }
        if let fields = try fields(view, savedModel), fields.contains(where: { $0.number == 1 }),
            let graph = fields.first(where: { $0.number == 2 })?.content, try self.fields(graph, metaGraph) != nil
        {
            return Verdict(.tensorflow, "a SavedModel")
        }
        if let fields = try fields(view, graphDef), let node = fields.first(where: { $0.number == 1 })?.content,
            try self.fields(node, nodeDef) != nil
        {
            return Verdict(.tensorflow, "a graph")
        }
        return nil
    }

    private static func onnx(_ graph: ByteView) throws -> Verdict? {
        guard let fields = try fields(graph, onnxGraph) else { return nil }
        var hasDomain: Set<String> = []
        for node in fields where node.number == 1 {
            guard let content = node.content, let parts = try self.fields(content, onnxNode) else { return nil }
            if let domain = parts.last(where: { $0.number == 7 })?.content, domain.size > 0 {
                hasDomain.insert(String(decoding: try domain.bytes(at: 0, 100), as: UTF8.self))
            }
        }
        for tensor in fields where tensor.number == 5 {
            guard let content = tensor.content, try self.fields(content, onnxTensor) != nil else { return nil }
        }
        let usual: Set<String> = ["ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview.training"]
        let others = hasDomain.subtracting(usual).sorted()
        return Verdict(.onnx, others.isEmpty ? nil : "uses operators of \(others.joined(separator: ", "))")
    }

    /// nil where the bytes are not fields of this shape.
    private static func fields(_ view: ByteView, _ shape: Shape) throws -> [Field]? {
        var fields: [Field] = []
        var cursor = ByteCursor(view)
        while cursor.rest > 0 {
            guard fields.count < RecognitionLimits.protobufFields, let tag = try varint(&cursor),
                let kind = shape[tag >> 3]
            else { return nil }
            switch (tag & 7, kind) {
            case (0, "v"):
                guard try varint(&cursor) != nil else { return nil }
                fields.append(Field(number: tag >> 3))
            case (5, "f"):
                guard cursor.skip(4) else { return nil }
            case (2, "l"), (2, "v"), (2, "f"):
                guard let length = try varint(&cursor), length <= UInt64(max(0, cursor.rest)),
                    let content = view.part(at: cursor.position, size: Int64(length)), cursor.skip(length)
                else { return nil }
                fields.append(Field(number: tag >> 3, content: content))
            default: return nil
            }
        }
        return fields
    }

    private static func varint(_ cursor: inout ByteCursor) throws -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard let byte = try cursor.next() else { return nil }
            if shift < 64 { value |= UInt64(byte & 0x7F) << shift }
            if byte < 0x80 { return value }
        }
        return nil
    }

    // From onnx/onnx.proto (IR version 11).
    private static let model: Shape = [
        1: "v", 2: "l", 3: "l", 4: "l", 5: "v", 6: "l", 7: "l", 8: "l", 14: "l", 20: "l", 25: "l", 26: "l",
    ]
    private static let onnxGraph: Shape = [
        1: "l", 2: "l", 5: "l", 10: "l", 11: "l", 12: "l", 13: "l", 14: "l", 15: "l", 16: "l",
    ]
    private static let onnxNode: Shape = [
        1: "l", 2: "l", 3: "l", 4: "l", 5: "l", 6: "l", 7: "l", 8: "l", 9: "l", 10: "l",
    ]
    private static let onnxTensor: Shape = [
        1: "v", 2: "v", 3: "l", 4: "f", 5: "v", 6: "l", 7: "v", 8: "l", 9: "l", 10: "l", 11: "v", 12: "l", 13: "l",
        14: "v", 16: "l",
    ]
    // From tensorflow/core/protobuf/{saved_model,meta_graph}.proto and core/framework/{graph,node_def}.proto.
    private static let savedModel: Shape = [1: "v", 2: "l"]
    private static let metaGraph: Shape = [1: "l", 2: "l", 3: "l", 4: "l", 5: "l", 6: "l", 7: "l"]
    private static let graphDef: Shape = [1: "l", 2: "l", 3: "v", 4: "l", 5: "l"]
    private static let nodeDef: Shape = [1: "l", 2: "l", 3: "l", 4: "l", 5: "l", 6: "l", 7: "l"]
}
