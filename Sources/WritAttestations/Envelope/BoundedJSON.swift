// JSON of others: UTF-8 only, at most so many bytes.
import Foundation
import WritVocabulary

enum BoundedJSON {
    static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8], what: String, limit: Int = Limits.envelopeBytes
    ) throws -> Value {
        guard bytes.count <= limit else {
            throw AttestationFailure.malformed(what, "it has \(bytes.count) bytes; at most \(limit) are read")
        }
        // The decoder would also take UTF-16 and UTF-32.
        guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
            throw AttestationFailure.malformed(what, "it is not UTF-8")
        }
        do {
            return try Canonical.decode(type, from: bytes)
        } catch {
            throw AttestationFailure.malformed(what, "it is not the JSON it should be (\(reason(error)))")
        }
    }

    /// Where the decoder stopped; never what stood there.
    private static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "it cannot be read" }
        func place(_ path: [any CodingKey]) -> String {
            path.isEmpty ? "the top" : path.prefix(6).map { String($0.stringValue.prefix(40)) }.joined(separator: ".")
        }
        switch error {
        case .keyNotFound(let key, let context): return "no \(key.stringValue) at \(place(context.codingPath))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "another kind of value is expected at \(place(context.codingPath))"
        case .dataCorrupted(let context): return "it does not parse at \(place(context.codingPath))"
        @unknown default: return "it cannot be read"
        }
    }
}
