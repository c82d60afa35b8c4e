// Every limit of the export.
import WritVocabulary

public enum ExportLimits {
    public static let batchEntries = 200
    /// Of one delivery, before its framing.
    public static let batchBytes = 1 << 20
    /// Of one syslog message; RFC 5424 §6.1 wants 2048 of every receiver and lets them agree on more.
    public static let syslogBytes = 8_192
    static let syslogLeastBytes = 480
    public static let firstPause = TimeSpan.seconds(1)
    /// Pauses grow no further; what a person must mend is tried this often too.
    public static let longestPause = TimeSpan.minutes(5)
    static let cursorBytes = 4 << 10
    /// How much of a file's end is looked at for its last whole line.
    static let fileTailBytes = 256 << 10
    /// Characters of a receiver's words in a sentence.
    static let answerCharacters = 200
}
