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
        detail.map { VisibleText.line($0, limit: RecognitionLimits.detailCharacters) }
    }
}
