// The limits of this room, each with its unit.
import WritVocabulary

enum Limits {
    /// Entries one question may ask for.
    static let historyEntries = 1000
    /// Links of a blocking chain that are followed.
    static let chainLinks = 32
    /// Lines of evidence shown for one cause.
    static let evidenceLines = 12
    /// Runs listed at once.
    static let runRows = 500
    /// Characters of a suspension's or acceptance's reason.
    static let reasonCharacters = 500
    /// The longest suspension.
    static let suspensionDays: Int64 = 30
    /// Body of a request over the control socket.
    static let requestBytes = 64 << 10
    /// Body of an answer over the control socket.
    static let responseBytes = 256 << 20
    /// Bytes of log in one answer.
    static let logBytes = 1 << 20
    /// Connections the control socket serves at once.
    static let connections = 64
    /// `sun_path` without its final zero.
    static let socketPathBytes = 107
    /// Names compared for a suggestion.
    static let suggestionNames = 10_000
}
