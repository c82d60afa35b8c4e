// How far a receiver has got: kept only after it took what came before.
import WritVocabulary

/// The place in the log the next delivery begins at.
public struct ExportCursor: Codable, Hashable, Sendable {
    public var format = 1
    /// The receiver's name in the configuration: each has a cursor of its own.
    public var sink: String
    public var origin: String
    /// The first entry that was not acknowledged.
    public var next: Int64

    public init(sink: String, origin: String, next: Int64 = 0) {
        self.sink = sink
        self.origin = origin
        self.next = next
    }

    public func encoded() throws -> [UInt8] { Array(try Canonical.encode(self)) + [0x0A] }

    /// Reads a cursor; throws where it is another receiver's or log's, or damaged. Beginning again from 0 would deliver
    /// everything twice, and that is for a person to decide.
    public init(_ bytes: [UInt8], sink: String, origin: String) throws {
        guard bytes.count <= ExportLimits.cursorBytes,
            let read = try? Canonical.decode(ExportCursor.self, from: bytes), read.format == 1, read.next >= 0
        else {
            throw AuditFailure(
                "the cursor of the export \(sink) cannot be read",
                hint: "delete it to deliver everything again from the first entry")
        }
        guard read.sink == sink, read.origin == origin else {
            throw AuditFailure(
                "the cursor of the export \(sink) is of \(read.sink) of the log \(read.origin)",
                hint: "give each export a folder of its own, or delete the cursor to begin again")
        }
        self = read
    }
}
