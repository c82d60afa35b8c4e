// Whether the gateway can listen where it should, or does already.
import Glibc

enum GatewayCheck {
    static func finding(host: String, port: Int, controllerRuns: Bool) -> DoctorFinding {
        let place = "\(host):\(port)"
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
            return .fail("gateway", "\(host) is not an IPv4 address", "correct gateway.listen in writ.yaml")
        }
        switch attempt(address) {
        case 0: return .ok("gateway", "\(place) is free")
        case EADDRINUSE where controllerRuns:
            return .ok("gateway", "\(place) is in use, as it should be while Writ runs")
        case EADDRINUSE:
            return .warn(
                "gateway", "\(place) is in use",
                "fine when it is the gateway a stopped controller left; else change gateway.listen in writ.yaml")
        case EACCES: return .fail("gateway", "\(place) may not be listened on by this user", "use a port above 1023")
        case let code:
            return .fail(
                "gateway", "\(place): \(String(cString: strerror(code)))", "correct gateway.listen in writ.yaml")
        }
    }

    /// 0, or the errno of a bind.
    private static func attempt(_ address: sockaddr_in) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 ? 0 : errno
            }
        }
    }
}
