// Who is at the other end of the control socket, as the kernel tells it.
import Glibc
import NIOCore

/// The user a connection comes from. What a client says about itself is never believed.
struct PeerIdentity: Hashable, Sendable {
    var user: UInt32
    /// The account's name, or `uid 1000` for one without.
    var name: String

    /// Reads `SO_PEERCRED`; nil when the channel is no Unix socket.
    static func of(_ channel: any Channel) async -> PeerIdentity? {
        guard let provider = channel as? any SocketOptionProvider else { return nil }
        let future: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        guard let credentials = try? await future.get() else { return nil }
        return PeerIdentity(user: credentials.user, name: accountName(credentials.user) ?? "uid \(credentials.user)")
    }

    /// `struct ucred` of the kernel.
    private struct Credentials: Sendable {
        var process: Int32 = 0
        var user: UInt32 = 0
        var group: UInt32 = 0
    }

    private static func accountName(_ user: UInt32) -> String? {
        var record = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        guard getpwuid_r(user, &record, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        return record.pw_name.map { String(cString: $0) }
    }
}
