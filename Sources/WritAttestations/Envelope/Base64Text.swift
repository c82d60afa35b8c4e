// Base64 of others: the standard or the URL-safe alphabet, padded or not, and one text only for each value.
import Foundation

enum Base64Text {
    /// nil when it is neither alphabet or both, holds anything else, or decodes to more than `limit` bytes.
    static func decode(_ text: String, limit: Int) -> [UInt8]? {
        guard text.utf8.count <= limit / 3 * 4 + 8 else { return nil }
        let isURLSafe = text.utf8.contains { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        var standard: [UInt8] = []
        standard.reserveCapacity(text.utf8.count + 3)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "-"): standard.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): standard.append(UInt8(ascii: "/"))
            case UInt8(ascii: "+") where isURLSafe, UInt8(ascii: "/") where isURLSafe: return nil
            default: standard.append(byte)
            }
        }
        if !standard.contains(UInt8(ascii: "=")) {
            standard += [UInt8](repeating: UInt8(ascii: "="), count: (4 - standard.count % 4) % 4)
        }
        // Bits after the end would let one value have several texts: written again it must be the same.
        guard let data = Data(base64Encoded: Data(standard)), data.count <= limit,
            data.base64EncodedData() == Data(standard)
        else { return nil }
        return Array(data)
    }
}
