// Base64 with one spelling for each content.
import Foundation

enum Base64 {
    /// nil unless it is exactly what ``encode(_:)`` writes: full padding, no spare bits set, nothing between.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard let data = Data(base64Encoded: Data(text)), data.base64EncodedData().elementsEqual(text) else {
            return nil
        }
        return Array(data)
    }

    static func encode(_ bytes: some Collection<UInt8>) -> String { Data(bytes).base64EncodedString() }

    /// Lines of at most `columns`, each ended.
    static func lines(_ bytes: some Collection<UInt8>, columns: Int) -> String {
        let text = Array(encode(bytes).utf8)
        return stride(from: 0, to: text.count, by: columns)
            .map { String(decoding: text[$0..<min($0 + columns, text.count)], as: UTF8.self) + "\n" }
            .joined()
    }
}
