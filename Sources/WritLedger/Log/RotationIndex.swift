// Where in the log the rotations of its key are: a list of sequence numbers, only to find them quickly.
import WritVocabulary

/// `<data>/ledger/rotations`, a number in each line. Nothing is believed because it is in this file: what it points at
/// is read from the log, and without it the whole log is read.
enum RotationIndex {
    static func path(in directory: String) -> String { "\(directory)/rotations" }

    /// Ascending; nil when there is no such file.
    static func read(in directory: String) throws -> [Int]? {
        guard let bytes = try Disk.read(path(in: directory), limit: Limits.rotationIndexBytes) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        let numbers = lines.compactMap { Checkpoint.size($0) }
        return Array(Set(numbers)).sorted()
    }

    /// Durable on return.
    static func add(_ sequence: Int, in directory: String) throws {
        let all = Set(try read(in: directory) ?? []).union([sequence]).sorted()
        guard all.count <= Limits.rotations else {
            throw LedgerFailure(
                code: "too-many-rotations",
                message: "the key of this log was rotated \(all.count - 1) times; no more are supported",
                retry: .terminal)
        }
        let text = all.map { "\($0)\n" }.joined()
        try Disk.replace(path(in: directory), with: Array(text.utf8), via: "\(directory)/tmp/rotations")
        try Disk.flushFolder(directory)
    }
}
