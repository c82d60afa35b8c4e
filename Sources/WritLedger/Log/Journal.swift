// The journal file: what was appended since the last checkpoint, one fdatasync for each append.
import Foundation

struct Journal: ~Copyable {
    private let file: Descriptor
    let base: Int
    /// Bytes that are durable.
    private(set) var length: Int

    static func path(in directory: String) -> String { "\(directory)/journal" }

    /// What the journal of a log holds; nil when there is none.
    static func content(in directory: String) throws -> JournalContent? {
        let path = path(in: directory)
        return try Disk.read(path, limit: Limits.journalFileBytes).map { try JournalContent($0, path: path) }
    }

    /// Begins an empty journal in the place of the one before it.
    static func begin(in directory: String, base: Int) throws -> Journal {
        let path = path(in: directory)
        let header = JournalContent.header(base: base)
        try Disk.replace(path, with: header, via: "\(directory)/tmp/journal")
        try Disk.flushFolder(directory)
        return Journal(file: try Descriptor(path, O_WRONLY | O_APPEND), base: base, length: header.count)
    }

    /// Goes on with a journal, after cutting a torn end.
    static func resume(in directory: String, _ content: JournalContent) throws -> Journal {
        let journal = Journal(
            file: try Descriptor(path(in: directory), O_WRONLY | O_APPEND), base: content.base,
            length: content.wholeBytes)
        if content.tornBytes > 0 { try journal.cut() }
        return journal
    }

    private init(file: consuming Descriptor, base: Int, length: Int) {
        self.file = file
        self.base = base
        self.length = length
    }

    /// Adds a frame and makes it durable. When this throws, nothing of it was acknowledged.
    mutating func append(_ frame: [UInt8]) throws {
        try frame.withUnsafeBytes { try file.write($0) }
        try file.flush()
        length += frame.count
    }

    /// Takes back what a failed append left.
    func cut() throws {
        guard ftruncate(file.number, off_t(length)) == 0 else { throw LedgerFailure.system("cut", file.path) }
        try file.flushAll()
    }
}
