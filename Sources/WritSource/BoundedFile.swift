// Reads a small file whole, or says why not.
import Glibc

/// Descriptors read to their end, up to a limit.
enum BoundedFile {
    static func read(_ path: String, limit: Int) throws -> [UInt8] {
        // O_NONBLOCK: a pipe planted under this name must not hold the reader.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw SourceFailure.configuration("\(path) cannot be read: \(String(cString: strerror(errno))).")
        }
        defer { close(descriptor) }
        return try read(descriptor: descriptor, limit: limit, name: path)
    }

    static func read(descriptor: Int32, limit: Int, name: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw SourceFailure.configuration("\(name) cannot be read: \(String(cString: strerror(errno))).")
            }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= limit else {
                throw SourceFailure.configuration("\(name) is larger than \(limit) bytes.")
            }
        }
    }
}
