// What this layer needs of reading and writing descriptors, and how a failed call is told.
import Foundation
import WritBackends
import WritVocabulary

enum SystemCall {
    /// Names the act, the path and the reason errno gives.
    static func failure(_ act: String, _ path: String, _ number: Int32 = errno) -> BackendFailure {
        let retry: Retry = [ENOSPC, EDQUOT, EACCES, EPERM, EROFS, ENOENT].contains(number) ? .stalled : .transient
        return BackendFailure(
            code: "system", message: "Could not \(act) \(path): \(reason(number)).", retry: retry)
    }

    static func reason(_ number: Int32) -> String { String(cString: strerror(number)) }

    static func writeAll(_ bytes: some DataProtocol, to file: Int32, named path: String) throws {
        for region in bytes.regions {
            try region.withUnsafeBytes { try writeAll($0, to: file, named: path) }
        }
    }

    static func writeAll(_ buffer: UnsafeRawBufferPointer, to file: Int32, named path: String) throws {
        var rest = buffer
        while !rest.isEmpty {
            let count = write(file, rest.baseAddress, rest.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure("write", path) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Reads to the end, or to `limit`.
    static func readAll(_ file: Int32, limit: Int, named path: String) throws -> Data {
        var bytes = Data()
        var buffer = [UInt8](repeating: 0, count: min(limit, SupervisionBounds.readBytes))
        while bytes.count < limit {
            let count = read(file, &buffer, min(buffer.count, limit - bytes.count))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure("read", path) }
            if count == 0 { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        return bytes
    }

    /// Text of a file whose size is not known beforehand, as in `/proc` and `/sys`; nil when it cannot be read.
    static func kernelText(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        guard let bytes = try? readAll(file, limit: SupervisionBounds.recordBytes, named: path) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
