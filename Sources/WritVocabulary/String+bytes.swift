// Text compared as the bytes it is. Swift's own `==` takes two spellings of an accented letter for one; Git does not.
import Glibc

extension String {
    /// Below 0 where this text comes first in the order of bytes, above 0 where the other does, 0 where they are equal.
    func byteOrder(to other: String) -> Int {
        withBytes { own in
            other.withBytes { other in
                let shared = min(own.count, other.count)
                guard let a = own.baseAddress, let b = other.baseAddress, shared > 0 else {
                    return own.count - other.count
                }
                let order = Int(memcmp(a, b, shared))
                return order != 0 ? order : own.count - other.count
            }
        }
    }

    func hashBytes(into hasher: inout Hasher) {
        withBytes { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }

    @inline(__always)
    private func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        if let result = utf8.withContiguousStorageIfAvailable(body) { return result }
        var contiguous = self
        return contiguous.withUTF8(body)
    }
}
