// PEM text (RFC 7468): what stands between its BEGIN and END.
import Foundation

enum PEM {
    /// As OpenSSL prints it: 64 columns, a line end after the last line.
    static func text(_ der: [UInt8], label: String) -> String {
        let encoded = Array(Data(der).base64EncodedString().utf8)
        let lines = stride(from: 0, to: encoded.count, by: 64).map {
            String(decoding: encoded[$0..<min($0 + 64, encoded.count)], as: UTF8.self)
        }
        return (["-----BEGIN \(label)-----"] + lines + ["-----END \(label)-----", ""]).joined(separator: "\n")
    }

    /// The content of every block of this label; nil when there is none or a block is broken. Other blocks and text
    /// between blocks are passed over.
    static func blocks(in text: String, label: String) -> [[UInt8]]? {
        var found: [[UInt8]] = []
        var open: [Substring]?
        for raw in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let line = raw.drop { $0 == " " || $0 == "\t" }
            let trimmed = line[
                ..<(line.lastIndex { $0 != " " && $0 != "\t" }.map(line.index(after:)) ?? line.startIndex)]
            switch (String(trimmed), open) {
            case ("-----BEGIN \(label)-----", nil): open = []
            case ("-----END \(label)-----", let lines?):
                guard let der = Base64Text.decode(lines.joined(), limit: Limits.keyFileBytes) else { return nil }
                found.append(der)
                open = nil
            case (_, let lines?): open = lines + [trimmed]
            case (_, nil): continue
            }
        }
        return open == nil && !found.isEmpty ? found : nil
    }
}
