// One entry for other systems: CloudEvents 1.0 or OCSF-style JSON, one line each.
import Foundation
import WritVocabulary

/// How entries are written.
public enum ExportFormat: String, Codable, Hashable, Sendable, CaseIterable {
    case cloudEvents = "cloudevents"
    case ocsf

    /// Canonical JSON without a line end. The entry is in it whole, so nothing is lost on the way.
    public func line(_ entry: LedgerEntry, origin: String) throws -> [UInt8] {
        switch self {
        case .cloudEvents: Array(try Canonical.encode(CloudEvent(entry, origin: origin)))
        case .ocsf: Array(try Canonical.encode(OCSFEvent(entry, origin: origin)))
        }
    }

    /// The body of one HTTP delivery and what it is called.
    public func body(_ lines: [[UInt8]]) -> (type: String, bytes: [UInt8]) {
        switch self {
        case .cloudEvents:
            ("application/cloudevents-batch+json", [0x5B] + Array(lines.joined(separator: [0x2C])) + [0x5D])
        case .ocsf: ("application/x-ndjson", lines.flatMap { $0 + [0x0A] })
        }
    }
}

/// CloudEvents 1.0, JSON event format. Receivers that saw `source` and `id` before drop the event: it is sent at least
/// once.
public struct CloudEvent: Codable, Hashable, Sendable {
    public var specversion = "1.0"
    /// `<origin>/<sequence>`.
    public var id: String
    /// `writ://<origin>`.
    public var source: String
    /// `dev.writ.<kind>`.
    public var type: String
    public var time: Timestamp
    /// `Endpoint/live`.
    public var subject: String?
    public var datacontenttype = "application/json"
    /// The entry as it is in the ledger: its canonical encoding is the leaf.
    public var data: LedgerEntry

    public init(_ entry: LedgerEntry, origin: String) {
        id = ExportedID.text(entry.sequence, origin)
        source = ExportedID.source(origin)
        type = "dev.writ.\(entry.event.kind)"
        time = entry.time
        subject = entry.subject?.text
        data = entry
    }
}

enum ExportedID {
    static func text(_ sequence: Int64, _ origin: String) -> String { "\(origin)/\(sequence)" }

    /// The sequence number in an id of this log; nil for another log's.
    static func sequence(_ id: String, _ origin: String) -> Int64? {
        id.hasPrefix("\(origin)/") ? Int64(id.dropFirst(origin.count + 1)) : nil
    }

    /// An origin may hold what a URI may not (RFC 3986 §2).
    static func source(_ origin: String) -> String {
        let allowed = Set("-._~/:@!$&'()*+,;=".utf8)
        let text = origin.utf8.map { byte -> String in
            let isPlain =
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || allowed.contains(byte)
            return isPlain ? String(UnicodeScalar(byte)) : "%\(Hex.encode([byte]).uppercased())"
        }
        return "writ://\(text.joined())"
    }
}
