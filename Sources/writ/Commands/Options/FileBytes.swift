// Files a person names on the command line.
import Foundation
import WritServer
import WritVocabulary

enum FileBytes {
    /// A file's bytes; refuses one larger than `limit`.
    static func read(_ path: String, limit: Int) throws -> [UInt8] {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw CommandFailure("\(VisibleText.line(path)) cannot be opened", code: .unknown)
        }
        defer { try? handle.close() }
        let bytes = try handle.read(upToCount: limit + 1) ?? Data()
        guard bytes.count <= limit else {
            throw CommandFailure("\(VisibleText.line(path)) is larger than \(limit) bytes", code: .unknown)
        }
        return Array(bytes)
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        do {
            try Data(bytes).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw CommandFailure(
                "\(VisibleText.line(path)) cannot be written: \(SystemWords.of(error))",
                hint: "name a file in a folder that is there", code: .unknown)
        }
    }

    /// Puts a file in the place of another, flushed: a reader sees the old bytes or the new ones.
    static func replace(_ bytes: [UInt8], at path: String) throws {
        let draft = "\(path).new"
        try write(bytes, to: draft)
        let descriptor = open(draft, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0, fsync(descriptor) == 0, close(descriptor) == 0 else {
            throw CommandFailure("\(draft) cannot be made durable", code: .unknown)
        }
        guard rename(draft, path) == 0 else { throw CommandFailure("\(path) cannot be replaced", code: .unknown) }
    }
}
