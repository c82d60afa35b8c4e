// The processes that talk to the network, so that nothing else has to wait for it.
import CLibGit2
import Foundation
import Glibc
import WritVocabulary

/// What the hidden command `writ internal-fetch` does.
public enum FetchChild {
    /// Reads one request from standard input, fetches, and writes one reply to standard output. Returns the exit code:
    /// 0 when a reply was written, failures included.
    public static func run(environment: [String: String]) -> Int32 {
        NetworkChild<FetchRequest>.run(environment: environment)
    }
}

/// What the hidden command `writ internal-push` does.
public enum PushChild {
    /// As `FetchChild`, for a push.
    public static func run(environment: [String: String]) -> Int32 {
        NetworkChild<PushRequest>.run(environment: environment)
    }
}

private enum NetworkChild<Order: NetworkOrder> {
    static func run(environment: [String: String]) -> Int32 {
        let reply: NetworkReply<Order.Answer>
        let what = "order to \(Order.errand.rawValue)"
        do {
            let input = try BoundedFile.read(
                descriptor: STDIN_FILENO, limit: SourceLimits.networkOrderBytesMaximum, name: "The \(what)")
            let order = try Canonical.decode(Order.self, from: Data(input))
            // Whoever started this process kills it at the deadline. Should they have died, the kernel does.
            alarm(UInt32(clamping: Int64(order.connection.deadline.seconds) + SourceLimits.networkOverrunSeconds))
            // Process-wide, like the alarm; an index is sized by what the server announces.
            try GitLibrary.start()
            writ_git_set_pack_objects(order.connection.limits.fetchObjectsMaximum)
            reply = .answer(try order.perform(environment: environment))
        } catch let failure as SourceFailure {
            reply = .failure(failure)
        } catch {
            reply = .failure(.configuration("The \(what) cannot be read; this command is for Writ's own use."))
        }
        do {
            try FileHandle.standardOutput.write(contentsOf: Canonical.encode(reply))
            return 0
        } catch {
            return 3
        }
    }
}
