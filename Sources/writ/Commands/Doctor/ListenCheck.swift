// Whether Writ can listen where it should, or does already.
import Glibc

/// One address of `writ.yaml`, by the name people know it by and the field that sets it.
struct ListenCheck {
    var name: String
    var field: String
    /// What is fine about the address being taken while no controller runs; nil where nothing is.
    var excuse: String?

    static let gateway = ListenCheck(
        name: "gateway", field: "gateway.listen", excuse: "the gateway a stopped controller left")
    static let webhooks = ListenCheck(name: "webhooks", field: "webhooks.listen", excuse: nil)

    func finding(host: String, port: Int, controllerRuns: Bool) -> DoctorFinding {
        let place = "\(host):\(port)"
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
            return .fail(name, "\(host) is not an IPv4 address", "correct \(field) in writ.yaml")
        }
        switch ListenCheck.attempt(address) {
        case 0: return .ok(name, "\(place) is free")
        case EADDRINUSE where controllerRuns:
            return .ok(name, "\(place) is in use, as it should be while Writ runs")
        case EADDRINUSE:
            let excuse = excuse.map { "fine when it is \($0); else " } ?? ""
            return .warn(name, "\(place) is in use", "\(excuse)change \(field) in writ.yaml")
        case EACCES: return .fail(name, "\(place) may not be listened on by this user", "use a port above 1023")
        case let code:
            return .fail(name, "\(place): \(String(cString: strerror(code)))", "correct \(field) in writ.yaml")
        }
    }

    /// 0, or the errno of a bind.
    private static func attempt(_ address: sockaddr_in) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = address
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 ? 0 : errno
            }
        }
    }
}
