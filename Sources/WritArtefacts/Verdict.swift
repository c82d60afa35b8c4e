// What one look at a file came to.
import WritVocabulary

struct Verdict: Hashable {
    var format: ArtefactFormat
    var detail: String?

    init(_ format: ArtefactFormat, _ detail: String? = nil) {
        self.format = format
        self.detail = detail
    }

    /// A description safe to show: one line, without characters that steer a terminal or turn the text around.
    var shown: String? {
        guard let detail else { return nil }
        let clean = String(
            String.UnicodeScalarView(
                detail.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate:
                        "\u{FFFD}"
                    default: scalar
                    }
                }))
        let limit = RecognitionLimits.detailCharacters
        return clean.count <= limit ? clean : String(clean.prefix(limit - 1)) + "…"
    }
}
