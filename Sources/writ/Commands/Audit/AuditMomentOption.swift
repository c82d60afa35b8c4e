// Times and entry numbers as people type them.
import ArgumentParser
import Foundation
import WritAudit
import WritServer
import WritVocabulary

extension Typed {
    /// `2026-11-24T10:00:00Z`, `2026-11-24`.
    static func time(_ text: String) throws -> Timestamp {
        let spellings = [text, text.replacingOccurrences(of: "Z", with: ".000Z"), "\(text)T00:00:00.000Z"]
        guard let time = spellings.lazy.compactMap({ Timestamp($0) }).first else {
            throw ValidationError(
                "“\(VisibleText.line(text))” is not a time; write 2026-11-24T10:00:00Z, or a day such as 2026-11-24.")
        }
        return time
    }

    /// A time, or a number of entries.
    static func moment(_ text: String) throws -> AuditMoment {
        if let size = Int64(text), size > 0 { return .size(size) }
        return .time(try time(text))
    }

    static func digest(_ text: String) throws -> Digest {
        guard let digest = Digest(text) else {
            throw ValidationError("“\(VisibleText.line(text))” is not a digest: sha256: and 64 hexadecimal digits.")
        }
        return digest
    }
}
