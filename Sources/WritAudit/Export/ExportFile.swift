// JSON Lines in a file: appended, flushed, and after a crash cut back to the last whole line.
import WritVocabulary

/// What the shell does with the file.
public struct ExportFileOperations: Sendable {
    public var size: @Sendable () throws -> Int64
    /// The last bytes of the file, at most so many.
    public var tail: @Sendable (Int) throws -> [UInt8]
    public var truncate: @Sendable (Int64) throws -> Void
    /// Appends, then flushes file and, when it is new, its folder.
    public var append: @Sendable ([UInt8]) throws -> Void

    public init(
        size: @escaping @Sendable () throws -> Int64, tail: @escaping @Sendable (Int) throws -> [UInt8],
        truncate: @escaping @Sendable (Int64) throws -> Void, append: @escaping @Sendable ([UInt8]) throws -> Void
    ) {
        self.size = size
        self.tail = tail
        self.truncate = truncate
        self.append = append
    }
}

/// A file knows what it holds: an entry is never in it twice, though the cursor may be behind.
public struct ExportFile: Sendable {
    private let format: ExportFormat
    private let origin: String
    private let operations: ExportFileOperations

    public init(format: ExportFormat, origin: String, operations: ExportFileOperations) {
        self.format = format
        self.origin = origin
        self.operations = operations
    }

    /// Cuts off a line that was not finished, and returns the first entry the file lacks. Throws where its last whole
    /// line is none of this log's.
    public func recover() throws -> Int64 {
        let size = try operations.size()
        guard size > 0 else { return 0 }
        let tail = try operations.tail(ExportLimits.fileTailBytes)
        guard let end = tail.lastIndex(of: 0x0A) else {
            guard tail.count == Int(size) else { throw foreign() }
            try operations.truncate(0)
            return 0
        }
        if end + 1 < tail.count { try operations.truncate(size - Int64(tail.count - end - 1)) }
        let start = tail[..<end].lastIndex(of: 0x0A).map { $0 + 1 } ?? tail.startIndex
        guard let sequence = sequence(tail[start..<end]) else { throw foreign() }
        return sequence + 1
    }

    /// Appends what the file does not hold yet. The file is looked at anew each time: after an append that failed,
    /// nobody knows what of it is there.
    public func deliver(_ entries: [LedgerEntry]) throws -> ExportAnswer {
        let next = try recover()
        guard let first = entries.first else { return .accepted }
        // An empty file is a new one, or one that was moved away to make room; others must go on where they end.
        if next > 0, next < first.sequence {
            return .refused(
                "the file ends with entry \(next - 1), and \(first.sequence) would follow: put the file back that was "
                    + "written last, or delete its cursor")
        }
        let new = entries.filter { $0.sequence >= next }
        if !new.isEmpty { try operations.append(new.flatMap { try format.line($0, origin: origin) + [0x0A] }) }
        return .accepted
    }

    private func sequence(_ line: ArraySlice<UInt8>) -> Int64? {
        switch format {
        case .cloudEvents:
            (try? Canonical.decode(CloudEvent.self, from: Array(line))).flatMap { ExportedID.sequence($0.id, origin) }
        case .ocsf:
            (try? Canonical.decode(OCSFEvent.self, from: Array(line))).flatMap {
                ExportedID.sequence($0.metadata.uid, origin)
            }
        }
    }

    private func foreign() -> AuditFailure {
        AuditFailure(
            "the file of the export does not end with an entry of \(origin)",
            hint: "give the export a file of its own; what is there is left as it is")
    }
}
