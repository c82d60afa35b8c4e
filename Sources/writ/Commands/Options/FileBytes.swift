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
        let bytes: Data
        do {
            bytes = try handle.read(upToCount: limit + 1) ?? Data()
        } catch {
            throw CommandFailure(
                "\(VisibleText.line(path)) cannot be read: \(SystemWords.of(error))", hint: "name a file", code: .unknown)
        }
        guard bytes.count <= limit else {
            throw CommandFailure("\(VisibleText.line(path)) is larger than \(limit) bytes", code: .unknown)
        }
        return Array(bytes)
    }

    /// Puts a whole file at the path, or none. What is there and no file, such as a pipe, is written to instead.
    static func write(_ bytes: [UInt8], to path: String) throws {
        do {
            var facts = stat()
            if stat(path, &facts) == 0, facts.st_mode & S_IFMT != S_IFREG {
                guard let handle = FileHandle(forWritingAtPath: path) else { throw words(of: errno, path) }
                defer { try? handle.close() }
                return try handle.write(contentsOf: Data(bytes))
            }
            let folder = URL(filePath: path).deletingLastPathComponent().path
            guard access(folder, W_OK | X_OK) == 0 else { throw words(of: errno, path) }
            try Data(bytes).write(to: URL(filePath: path), options: .atomic)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure("\(VisibleText.line(path)) cannot be written: \(SystemWords.of(error))", code: .unknown)
        }
    }

    private static func words(of code: Int32, _ path: String) -> CommandFailure {
        CommandFailure(
            "\(VisibleText.line(path)) cannot be written: \(String(cString: strerror(code)))",
            hint: "name a file in a folder that is there and may be written to", code: .unknown)
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

    /// A folder that is there whole or not at all: `fill` makes its content in a folder beside it, which takes its name
    /// when all is there, and goes when something fails.
    static func folder(_ path: String, fill: (String) throws -> Void) throws {
        let place = URL(filePath: path).standardizedFileURL
        guard !FileManager.default.fileExists(atPath: place.path) else {
            throw CommandFailure(
                "\(VisibleText.line(path)) is there already", hint: "name a folder that is not", code: .notSo)
        }
        let draft = place.deletingLastPathComponent().path + "/.\(place.lastPathComponent).\(getpid()).new"
        do {
            try FileManager.default.createDirectory(atPath: draft, withIntermediateDirectories: true)
            try fill(draft)
            // A folder with something in it that came meanwhile is not replaced.
            guard rename(draft, place.path) == 0 else {
                let why = String(cString: strerror(errno))
                throw CommandFailure("\(VisibleText.line(path)) cannot be made: \(why)", code: .unknown)
            }
        } catch {
            try? FileManager.default.removeItem(atPath: draft)
            throw error
        }
    }
}
