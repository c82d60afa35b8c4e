// A log that cannot fill the disk, however much a process writes.
import Foundation
import WritVocabulary

/// Writes what a child says to `log` under a policy. Not shared between threads.
struct BoundedLog {
    private let folder: ProcessFolder
    private let policy: LogPolicy
    private var file: Int32
    private var written: Int
    private var tail = TailBuffer(capacity: 0)
    /// The last bytes of all that was said, for telling why something did not start.
    private(set) var recent = TailBuffer(capacity: SupervisionBounds.reasonBytes)

    init(folder: ProcessFolder, policy: LogPolicy) throws {
        self.folder = folder
        self.policy = policy
        file = try BoundedLog.create(folder.log)
        written = 0
        if case .ends(_, let tail) = policy { self.tail = TailBuffer(capacity: tail) }
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
        recent.append(bytes)
        switch policy {
        case .ends(let head, let kept):
            let room = max(0, head - written)
            let now = UnsafeRawBufferPointer(rebasing: bytes.prefix(room))
            try SystemCall.writeAll(now, to: file, named: folder.log)
            written += now.count
            guard bytes.count > room else { return }
            if tail.received == 0 {
                try note("writ: the log reached \(head) bytes; of what follows the last \(kept) bytes are kept")
            }
            tail.append(UnsafeRawBufferPointer(rebasing: bytes.dropFirst(room)))
        case .newest(let limit):
            if written > 0 && written + bytes.count > limit / 2 { try rotate() }
            try SystemCall.writeAll(bytes, to: file, named: folder.log)
            written += bytes.count
        }
    }

    /// Writes the kept end and makes the log durable.
    mutating func finish() throws {
        if tail.received > 0 {
            let leftOut = tail.received - tail.bytes.count
            try note("writ: \(leftOut) bytes left out")
            try SystemCall.writeAll(tail.bytes, to: file, named: folder.log)
        }
        guard fsync(file) == 0 else { throw SystemCall.failure("flush", folder.log) }
        close(file)
        file = -1
    }

    private func note(_ sentence: String) throws {
        try SystemCall.writeAll(Array("\n[\(sentence)]\n".utf8), to: file, named: folder.log)
    }

    private mutating func rotate() throws {
        guard rename(folder.log, folder.olderLog) == 0 else { throw SystemCall.failure("rotate", folder.log) }
        close(file)
        file = try BoundedLog.create(folder.log)
        written = 0
    }

    private static func create(_ path: String) throws -> Int32 {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw SystemCall.failure("create", path) }
        return file
    }
}

/// The last `capacity` of the bytes it was given.
struct TailBuffer {
    let capacity: Int
    private(set) var received = 0
    /// Cut back only once it is twice as long, so that each byte is moved once on average.
    private var kept: [UInt8] = []

    init(capacity: Int) { self.capacity = capacity }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        received += bytes.count
        kept.append(contentsOf: bytes.suffix(capacity))
        if kept.count > 2 * capacity { kept.removeFirst(kept.count - capacity) }
    }

    var bytes: [UInt8] { Array(kept.suffix(capacity)) }
}
