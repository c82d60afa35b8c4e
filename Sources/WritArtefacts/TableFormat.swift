// Parquet and Arrow.
import WritVocabulary

/// From parquet-format's README and Arrow's `format/File.fbs`: a magic at both ends and the length of what is before
/// the last.
enum TableFormat {
    static let parquet = Array("PAR1".utf8)
    static let arrow = Array("ARROW1".utf8)

    static func parquet(_ view: ByteView) throws -> Verdict {
        let tail = try view.bytes(at: view.size - 8, 8)
        guard view.size >= 12, tail.count == 8, Array(tail[4...]) == parquet else {
            return Verdict(.unknown, "Parquet without its end")
        }
        let length = Int64(tail.little(0, 4))
        guard length <= RecognitionLimits.parquetFooterBytes,
            let footer = view.part(at: view.size - 8 - length, size: length), view.size - 8 - length >= 4
        else { return Verdict(.unknown, "Parquet whose end cannot be read") }
        return try checked(footer, "Parquet")
    }

    static func arrow(_ view: ByteView) throws -> Verdict {
        let tail = try view.bytes(at: view.size - 10, 10)
        guard view.size >= 20, tail.count == 10, Array(tail[4...]) == arrow,
            Int64(tail.little(0, 4)) <= view.size - 18
        else { return Verdict(.unknown, "Arrow without its end") }
        return try checked(view, "Arrow")
    }

    /// Old Arrow types of Python are pickles in the schema (CVE-2023-47248); Parquet carries the schema in base64.
    private static func checked(_ view: ByteView, _ name: String) throws -> Verdict {
        let plain = "py_extension_type"
        // The same letters at each of the three places base64 can have them.
        let encoded = ["cHlfZXh0ZW5zaW9uX3R5cG", "B5X2V4dGVuc2lvbl90eXBl", "weV9leHRlbnNpb25fdHlwZ"]
        let found = try view.contains(([plain] + encoded).map { Array($0.utf8) })
        return found.contains(true) ? Verdict(.pickle, "\(name) with a column type that is a pickle") : Verdict(.table)
    }
}
