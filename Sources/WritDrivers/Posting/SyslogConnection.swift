// A TCP connection to a syslog receiver: bytes in, nothing back (RFC 6587 §3.4.1).
import Foundation
import WritBackends
import WritVocabulary

/// Connects when it is first used, and anew after a failure. Used from one task at a time.
public actor SyslogConnection {
    private let host: String
    private let port: UInt16
    private let seconds: Int
    private var descriptor: Int32 = -1

    /// `host` is an IPv4 address; `seconds` bounds connecting and each write.
    public init(host: String, port: UInt16, seconds: Int = 10) {
        self.host = host
        self.port = port
        self.seconds = seconds
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Returns when the kernel has taken all of it. A receiver says nothing back: that it kept them is not known.
    public func send(_ bytes: [UInt8]) throws {
        if descriptor < 0 { descriptor = try connected() }
        do {
            try SyslogConnection.write(bytes, to: descriptor)
        } catch {
            close(descriptor)
            descriptor = -1
            throw error
        }
    }

    private func connected() throws -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { throw Self.unreachable }
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Self.unreachable }
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw Self.unreachable
        }
        return descriptor
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw unreachable }
            sent += count
        }
    }

    private static var unreachable: BackendFailure {
        BackendFailure(
            code: "not-delivered", message: "the syslog receiver cannot be reached, or does not take what is sent",
            retry: .transient)
    }
}
