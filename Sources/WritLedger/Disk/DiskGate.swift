// Where a test stands between the ledger and its disk.

/// A change to the disk. Paths are those the ledger uses; `write` adds at the end of the file.
enum DiskChange: Hashable, Sendable {
    /// An empty file in the place of whatever was there.
    case create(String)
    case write(String, [UInt8])
    case truncate(String, Int)
    case rename(String, to: String)
    case remove(String)
    case makeFolder(String)
    case removeFolder(String)
    /// Content and size become durable.
    case flush(String)
    /// The names in a folder become durable.
    case flushFolder(String)
}

/// Is told of every change before it is made. What it throws keeps the change from being made.
protocol DiskGate: Sendable {
    func admit(_ change: DiskChange) throws
}
