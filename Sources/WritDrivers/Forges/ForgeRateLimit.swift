// What a forge's rate-limit headers mean, and the pause they impose on this side.
import NIOHTTP1
import Synchronization
import WritBackends
import WritVocabulary

enum ForgeRateLimit {
    /// Seconds until the forge wants to be asked again; nil when the answer is not about a rate limit.
    ///
    /// `Retry-After` comes from all; `x-ratelimit-remaining` and `-reset` (Unix seconds) from GitHub,
    /// `RateLimit-Remaining` and `-Reset` from GitLab. GitHub answers 403 or 429, the others 429.
    static func pause(code: Int, headers: HTTPHeaders, words: String, now: Timestamp) -> Int64? {
        guard code == 429 || code == 403 else { return nil }
        if let seconds = number(headers, "retry-after") { return bounded(seconds) }
        for prefix in ["x-ratelimit", "ratelimit"] where number(headers, "\(prefix)-remaining") == 0 {
            guard let reset = number(headers, "\(prefix)-reset") else { return ForgeLimits.unknownPauseSeconds }
            return bounded(reset - now.milliseconds / 1000 + 1)
        }
        let isSecondary = words.lowercased().contains("rate limit")
        return code == 429 || isSecondary ? ForgeLimits.unknownPauseSeconds : nil
    }

    private static func number(_ headers: HTTPHeaders, _ name: String) -> Int64? {
        // More digits than any date has are no number; arithmetic with them might overflow.
        guard let text = headers.first(name: name), text.utf8.count <= 12 else { return nil }
        return Int64(text)
    }

    private static func bounded(_ seconds: Int64) -> Int64 {
        min(max(seconds, 1), ForgeLimits.longestPauseSeconds)
    }

    static func failure(host: String, until: Timestamp, seconds: Int64) -> BackendFailure {
        BackendFailure(
            code: "forge-rate-limited",
            message: "\(host) takes no more requests for this token until \(until) (in \(seconds) s); Writ waits",
            retry: seconds <= ForgeLimits.shortPauseSeconds ? .transient : .stalled)
    }
}

/// Keeps Writ from asking a forge that said when it wants to be asked again.
final class ForgePause: Sendable {
    private let until = Mutex<Timestamp?>(nil)

    func begin(until moment: Timestamp) { until.withLock { $0 = moment } }

    /// Seconds left, and the moment it ends.
    func left(at now: Timestamp) -> (seconds: Int64, until: Timestamp)? {
        until.withLock { moment in
            guard let end = moment else { return nil }
            let milliseconds = (end - now).milliseconds
            // A clock that was set back must not make the pause longer than any forge asks for.
            guard milliseconds > 0, milliseconds <= ForgeLimits.longestPauseSeconds * 1000 else {
                moment = nil
                return nil
            }
            return ((milliseconds + 999) / 1000, end)
        }
    }
}
