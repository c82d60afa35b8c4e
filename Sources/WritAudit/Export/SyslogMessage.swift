// An entry as a syslog message (RFC 5424), and its frame on a stream (RFC 6587, octet counting).
import WritVocabulary

/// What every message says of where it comes from.
public struct SyslogFormat: Hashable, Sendable {
    /// 13 is “log audit”.
    public var facility: Int
    /// At most 255 visible ASCII characters; anything else becomes `-`.
    public var host: String
    public var application: String
    public var maximumBytes: Int
    /// The structured data's id; 32473 is the number kept for documentation (RFC 5612): an installation with one of its
    /// own uses that.
    public var dataID: String

    public init(
        host: String, application: String = "writ", facility: Int = 13, maximumBytes: Int = ExportLimits.syslogBytes,
        dataID: String = "writ@32473"
    ) {
        self.facility = min(max(0, facility), 23)
        self.host = host
        self.application = application
        self.maximumBytes = max(ExportLimits.syslogLeastBytes, maximumBytes)
        self.dataID = dataID
    }

    /// `<PRI>1 TIME HOST APP - MSGID [data] BOM MSG`, at most ``maximumBytes``. The message is the entry's canonical
    /// JSON; where that is too long it is cut between characters, and `cut` says how many bytes it has in the ledger.
    public func message(_ entry: LedgerEntry, origin: String) throws -> [UInt8] {
        let text = Array(try Canonical.encode(entry))
        let whole = head(entry, origin, text, cutFrom: nil) + Self.byteOrderMark + text
        if whole.count <= maximumBytes { return whole }
        let start = head(entry, origin, text, cutFrom: text.count) + Self.byteOrderMark
        return start + Self.cut(text, to: max(0, maximumBytes - start.count))
    }

    /// The message with its length before it, for TCP and TLS: a message may hold line ends, a frame cannot be misread.
    public static func frame(_ message: [UInt8]) -> [UInt8] { Array("\(message.count) ".utf8) + message }

    private func head(_ entry: LedgerEntry, _ origin: String, _ text: [UInt8], cutFrom bytes: Int?) -> [UInt8] {
        let priority = facility * 8 + entry.event.severity.syslog
        var data = [
            ("origin", origin), ("sequence", String(entry.sequence)), ("digest", Digest(of: text).text),
        ]
        if let subject = entry.subject { data.append(("subject", subject.text)) }
        if let bytes { data.append(("cut", String(bytes))) }
        let values = data.map { " \($0.0)=\"\(Self.escaped($0.1))\"" }.joined()
        let name = { (text: String, most: Int) in Self.name(text, most) }
        return Array(
            ("<\(priority)>1 \(entry.time) \(name(host, 255)) \(name(application, 48)) - "
                + "\(name(entry.event.kind, 32)) [\(name(dataID, 32))\(values)] ").utf8)
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// §6.3.3: a backslash before `"`, `\` and `]`. Control characters, which no value here needs, become spaces.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar.value < 0x20 || scalar.value == 0x7F {
                result += " "
            } else {
                if scalar == "\"" || scalar == "\\" || scalar == "]" { result += "\\" }
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func name(_ text: String, _ most: Int) -> String {
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x5D && $0 != 0x22 && $0 != 0x3D }
        return !text.isEmpty && text.utf8.count <= most && isPlain ? text : "-"
    }

    /// Whole characters only.
    private static func cut(_ text: [UInt8], to count: Int) -> ArraySlice<UInt8> {
        var end = min(count, text.count)
        while end > 0, end < text.count, text[end] & 0xC0 == 0x80 { end -= 1 }
        return text[..<end]
    }
}
