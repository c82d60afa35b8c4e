// What went wrong with a forge, as a failure that says what was asked of whom and what to do.
import AsyncHTTPClient
import NIOPosix
import NIOSSL
import WritBackends
import WritVocabulary

enum ForgeTrouble {
    struct DeadlinePassed: Error {}

    static func failure(_ answer: ForgeAnswer, words: String) -> BackendFailure {
        let (code, retry, advice) = meaning(of: answer.code)
        let said = words.isEmpty ? "" : ", “\(ForgeText.visible(words))”"
        return BackendFailure(
            code: code, message: "\(answer.host) answered \(answer.code)\(said) to \(answer.what); \(advice)",
            retry: retry)
    }

    private static func meaning(of code: Int) -> (code: String, retry: Retry, advice: String) {
        switch code {
        case 401: ("forge-unauthorised", .stalled, "the token is unknown or has expired: put a valid one in its place")
        case 403, 423: ("forge-forbidden", .stalled, "give the token the right to do this, or unlock the repository")
        case 404, 410: ("forge-not-found", .stalled, "check the repository's name and what the token may see")
        case 409, 412: ("forge-conflict", .transient, "somebody was faster; Writ looks again")
        case 400, 405, 413, 414, 415, 422: ("forge-invalid", .terminal, "the forge does not take this as it is")
        case 408, 500...599: ("forge-unreachable", .transient, "the forge is in trouble; Writ asks again")
        case _: ("forge-answer-malformed", .transient, "no such answer is known")
        }
    }

    static func moved(_ answer: ForgeAnswer) -> BackendFailure {
        BackendFailure(
            code: "forge-moved",
            message: "\(answer.host) redirects \(answer.what) to where the token must not go; name the repository and "
                + "the forge as they are called now", retry: .stalled)
    }

    /// An exchange that did not come to an end.
    static func failure(_ error: any Error, host: String, what: String, deadline: TimeSpan) -> any Error {
        if let failure = error as? BackendFailure { return failure }
        let late = "did not answer within \(deadline.milliseconds) ms; Writ asks again"
        func unreachable(_ why: String, _ retry: Retry = .transient) -> BackendFailure {
            BackendFailure(code: "forge-unreachable", message: "\(host), asked for \(what), \(why)", retry: retry)
        }
        if let known = error as? HTTPClientError {
            switch known {
            case .deadlineExceeded, .readTimeout: return unreachable(late)
            case .connectTimeout: return unreachable("could not be connected to in time; Writ asks again")
            case _: break
            }
        }
        switch error {
        case is DeadlinePassed: return unreachable(late)
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            return unreachable(
                "has a TLS certificate that is not trusted, or speaks no TLS; name its authorities in a PEM file",
                .stalled)
        case is NIOConnectionError:
            return unreachable("could not be connected to; is it running, and is its name right?")
        case _:
            return unreachable("broke the connection before the answer was whole; Writ asks again")
        }
    }
}
