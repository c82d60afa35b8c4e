// Whole files, read with a limit and replaced so that a crash leaves the old or the new one.
import Foundation
import WritVocabulary

enum Disk {
    /// The bytes of a regular file; nil when there is none.
    static func read(_ path: String, limit: Int) throws -> [UInt8]? {
        guard let file = try Descriptor.openExisting(path, O_RDONLY | O_NONBLOCK) else { return nil }
        let information = try file.information()
        guard information.isRegularFile else {
            throw LedgerFailure(code: "not-a-file", message: "\(path) is not a regular file", retry: .terminal)
        }
        guard Int(information.st_size) <= limit else {
            throw LedgerFailure(
                code: "too-large", message: "\(path) has \(information.st_size) bytes; at most \(limit) are read",
                retry: .terminal)
        }
        return try read(file, count: Int(information.st_size))
    }

    /// The first `count` bytes, or fewer where the file ends.
    private static func read(_ file: borrowing Descriptor, count wanted: Int) throws -> [UInt8] {
        // A closure cannot capture a borrowed value.
        let (number, path) = (file.number, file.path)
        return try [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
            while count < wanted {
                let got = Foundation.read(number, buffer.baseAddress.map { $0 + count }, wanted - count)
                if got == 0 { break }
                if got < 0 {
                    guard errno == EINTR else { throw LedgerFailure.system("read", path) }
                    continue
                }
                count += got
            }
        }
    }

    /// Whether the path is a folder; false for a symlink to one.
    static func isFolder(_ path: String) throws -> Bool {
        var information = stat()
        guard lstat(path, &information) == 0 else {
            if errno == ENOENT { return false }
            throw LedgerFailure.system("read", path)
        }
        return information.st_mode & S_IFMT == S_IFDIR
    }

    static func exists(_ path: String) -> Bool {
        var information = stat()
        return lstat(path, &information) == 0
    }

    /// Writes a file under a temporary name, makes it durable and renames it. `flushFolder` makes the name durable.
    static func replace(
        _ path: String, with bytes: [UInt8], via temporary: String, mode: mode_t = 0o644, gate: (any DiskGate)? = nil
    ) throws {
        try gate?.admit(.create(temporary))
        let file = try Descriptor(temporary, O_WRONLY | O_CREAT | O_TRUNC, mode: mode, verb: "create")
        do {
            guard fchmod(file.number, mode) == 0 else { throw LedgerFailure.system("create", temporary) }
            try gate?.admit(.write(temporary, bytes))
            try bytes.withUnsafeBytes { try file.write($0) }
            try gate?.admit(.flush(temporary))
            try file.flush()
            try gate?.admit(.rename(temporary, to: path))
            guard rename(temporary, path) == 0 else { throw LedgerFailure.system("write", path) }
        } catch {
            // Best effort: what stays is removed when the log is opened.
            try? remove(temporary, gate: gate)
            throw error
        }
    }

    static func flushFolder(_ path: String, gate: (any DiskGate)? = nil) throws {
        try gate?.admit(.flushFolder(path))
        let folder = try Descriptor(path, O_RDONLY | O_DIRECTORY)
        try folder.flushAll()
    }

    /// Creates a folder and those above it. Every name it made is durable. Returns whether it made any.
    @discardableResult
    static func makeFolder(_ path: String, mode: mode_t = 0o755, gate: (any DiskGate)? = nil) throws -> Bool {
        if exists(path) { return false }
        let above = parent(of: path)
        if above != path, !exists(above) { try makeFolder(above, mode: mode, gate: gate) }
        try gate?.admit(.makeFolder(path))
        if mkdir(path, mode) == 0 {
            try flushFolder(above, gate: gate)
            return true
        }
        guard errno == EEXIST else { throw LedgerFailure.system("create", path) }
        return false
    }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The names in a folder, sorted; none when the folder does not exist.
    static func names(in folder: String) throws -> [String] {
        guard let stream = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw LedgerFailure.system("list", folder)
        }
        defer { closedir(stream) }
        var found: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { found.append(name) }
        }
        return found.sorted()
    }

    /// Removes a file; one that is gone already is no error.
    static func remove(_ path: String, gate: (any DiskGate)? = nil) throws {
        try gate?.admit(.remove(path))
        guard unlink(path) == 0 || errno == ENOENT else { throw LedgerFailure.system("remove", path) }
    }

    /// Removes an empty folder; one that is gone already is no error.
    static func removeFolder(_ path: String, gate: (any DiskGate)? = nil) throws {
        guard exists(path) else { return }
        try gate?.admit(.removeFolder(path))
        guard rmdir(path) == 0 || errno == ENOENT else { throw LedgerFailure.system("remove", path) }
    }
}
