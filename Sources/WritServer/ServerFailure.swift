// The error of this room, and how it crosses the control socket.
import WritVocabulary

/// A question that has no answer or an act that was refused.
public struct ServerFailure: WritFailure, Codable, Hashable {
    public var code: String
    public var message: String
    public var retry: Retry
    /// What to do next, when it does not fit into the message.
    public var hint: String?

    public init(code: String, message: String, retry: Retry = .terminal, hint: String? = nil) {
        self.code = code
        self.message = message
        self.retry = retry
        self.hint = hint
    }

    /// Codes that mean "what you asked about is not there".
    static let unknownCodes: Set<String> = ["unknown-resource", "unknown-version", "unknown-run"]
    /// Codes that mean "what you asked is not so", as opposed to "could not tell".
    public static let refusalCodes = unknownCodes.union([
        "not-suspended", "not-frozen", "bad-request", "hold-exists", "no-hold", "must-stay",
    ])
}

extension ServerFailure {
    static func unknown(_ what: String, _ name: String, code: String, among names: some Sequence<String>)
        -> ServerFailure
    {
        let known = names.sorted()
        let suggestion = NearestName.suggestion(for: name, among: known)
        let list = known.prefix(10).joined(separator: ", ")
        let hint: String
        switch (suggestion, known.isEmpty) {
        case (let name?, _): hint = "did you mean `\(name)`?"
        case (nil, true): hint = "there is none yet; `writ get source` shows what was read from the repository"
        case (nil, false): hint = "known: \(list)\(known.count > 10 ? ", …" : "")"
        }
        return ServerFailure(
            code: code, message: "there is no \(what) `\(VisibleText.line(name))`", retry: .terminal, hint: hint)
    }

    static func badRequest(_ message: String) -> ServerFailure {
        ServerFailure(code: "bad-request", message: message)
    }
}
