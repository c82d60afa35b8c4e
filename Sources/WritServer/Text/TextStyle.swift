// How an answer is written for people: with or without colour, as seen from which moment.
import WritVocabulary

/// What a text rendering depends on besides the answer.
public struct TextStyle: Sendable, Hashable {
    /// Whether ANSI colours may be used. True only for a terminal whose user did not set `NO_COLOR`.
    public var colour: Bool
    /// The moment ages are counted to.
    public var now: Timestamp

    public init(colour: Bool, now: Timestamp) {
        self.colour = colour
        self.now = now
    }

    public enum Tone: Sendable, Hashable {
        case plain, good, attention, bad, faint, strong

        var code: String? {
            switch self {
            case .plain: nil
            case .good: "32"
            case .attention: "33"
            case .bad: "31"
            case .faint: "2"
            case .strong: "1"
            }
        }
    }

    public func paint(_ text: String, _ tone: Tone) -> String {
        guard colour, let code = tone.code, !text.isEmpty else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    /// `34s`, `12m`, `5h`, `3d`: how long ago, in the largest unit that says at least two of it.
    public func age(_ since: Timestamp?) -> String {
        guard let since else { return "-" }
        return TextStyle.span(now - since)
    }

    static func span(_ span: TimeSpan) -> String {
        let seconds = max(0, span.milliseconds / 1000)
        if seconds < 120 { return "\(seconds)s" }
        if seconds < 120 * 60 { return "\(seconds / 60)m" }
        if seconds < 48 * 3600 { return "\(seconds / 3600)h" }
        return "\(seconds / 86_400)d"
    }
}
