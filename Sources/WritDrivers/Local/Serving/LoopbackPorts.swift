// Finds loopback ports nobody listens on.
import Foundation
import WritBackends
import WritVocabulary

enum LoopbackPorts {
    static let host = "127.0.0.1"

    /// The first `count` free ports, looking from a place that depends on the replica, so that replicas that start at
    /// once rarely try the same ones. A process may still lose a port to somebody else before it listens; then it
    /// exits, and its successor gets others.
    static func free(_ count: Int, in range: ClosedRange<Int>, from seed: Digest, taken: Set<Int>) throws -> [Int] {
        let start = Int(seed.hex.prefix(8), radix: 16) ?? 0
        var found: [Int] = []
        for step in 0..<range.count {
            let port = range.lowerBound + (start + step) % range.count
            guard !taken.contains(port), isFree(port) else { continue }
            found.append(port)
            if found.count == count { return found }
        }
        throw BackendFailure(
            code: "no-port",
            message: "No loopback port from \(range.lowerBound) to \(range.upperBound) is free; stop something.",
            retry: .stalled)
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr(host)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
