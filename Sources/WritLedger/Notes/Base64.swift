// Base64 with one spelling for each value.
import Foundation

enum Base64 {
    /// Standard alphabet, padded, and nothing in the bits the padding leaves over: another spelling of the same bytes
    /// would be a change nobody notices.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        guard let data = Data(base64Encoded: String(text)), data.base64EncodedString() == text else { return nil }
        return Array(data)
    }
}
