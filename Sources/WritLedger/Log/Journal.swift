// The journal file: what was appended since the last checkpoint, one fdatasync for each append.
import Foundation

struct Journal: ~Copyable {
    private let file: Descriptor
    private let gate: (any DiskGate)?
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
    static func begin(in directory: String, base: Int, gate: (any DiskGate)? = nil) throws -> Journal {
        let path = path(in: directory)
        let header = JournalContent.header(base: base)
        try Disk.replace(path, with: header, via: "\(directory)/tmp/journal", gate: gate)
        try Disk.flushFolder(directory, gate: gate)
        return Journal(
            file: try Descriptor(path, O_WRONLY | O_APPEND), base: base, length: header.count, gate: gate)
    }

    /// Goes on with a journal, after cutting a torn end. What it holds may never have reached the disk when the process
    /// that wrote it died in between: from here on it is relied on, so it is made durable first.
    static func resume(
        in directory: String, _ content: JournalContent, gate: (any DiskGate)? = nil
    ) throws -> Journal {
        let journal = Journal(
            file: try Descriptor(path(in: directory), O_WRONLY | O_APPEND), base: content.base,
            length: content.wholeBytes, gate: gate)
        if content.tornBytes > 0 { try journal.cut() } else { try journal.flush() }
        return journal
    }

    private init(file: consuming Descriptor, base: Int, length: Int, gate: (any DiskGate)?) {
        self.gate = gate
        self.file = file
        self.base = base
        self.length = length
    }

    /// Adds a frame and makes it durable. When this throws, nothing of it was acknowledged.
    mutating func append(_ frame: [UInt8]) throws {
        try gate?.admit(.write(file.path, frame))
        try frame.withUnsafeBytes { try file.write($0) }
        try flush()
        length += frame.count
    }

    /// Takes back what a failed append left.
    func cut() throws {
        try gate?.admit(.truncate(file.path, length))
        guard ftruncate(file.number, off_t(length)) == 0 else { throw LedgerFailure.system("cut", file.path) }
        try gate?.admit(.flush(file.path))
        try file.flushAll()
    }

    private func flush() throws {
        try gate?.admit(.flush(file.path))
        try file.flush()
    }

    /// Whether the name still leads to the file this writes to.
    func isInPlace() throws -> Bool {
        var named = stat()
        guard lstat(file.path, &named) == 0 else { return false }
        let own = try file.information()
        return own.st_ino == named.st_ino && own.st_dev == named.st_dev
    }
}
