// What a log says to one witness next, from what the witness answered. Pure.
import Foundation
import WritVocabulary

/// A witness's answer as it came over HTTP.
public struct WitnessResponse: Hashable, Sendable {
    public var status: Int
    public var contentType: String?
    /// At most 64 KiB of it need be read.
    public var body: [UInt8]

    public init(status: Int, contentType: String? = nil, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}

/// What to do about a witness now.
public enum WitnessStep: Hashable, Sendable {
    /// Send a request that goes on from this size.
    case ask(old: Int)
    /// Pause, then send one.
    case pause(TimeSpan, old: Int)
    case cosigned([SignedNote.Signature])
    case failed(LedgerFailure)
}

/// Talks to one witness about one head after the other; remembers which size the witness has.
public struct WitnessConversation: Hashable, Sendable {
    public let verifier: CosignerVerifier
    /// The size the witness has, as far as it is known. Wrong is no harm: the witness says so.
    public private(set) var known: Int
    private var attempts = 0

    public init(_ verifier: CosignerVerifier, known: Int = 0) {
        self.verifier = verifier
        self.known = known
    }

    /// Begins with a head.
    public mutating func begin(_ head: SignedCheckpoint) -> WitnessStep {
        attempts = 0
        return .ask(old: min(known, head.checkpoint.size))
    }

    /// The transport failed: no answer came.
    public mutating func unanswered(_ reason: String, _ head: SignedCheckpoint) -> WitnessStep {
        again(head, "no answer came: \(reason)", pausing: true)
    }

    public mutating func heard(_ response: WitnessResponse, _ head: SignedCheckpoint) -> WitnessStep {
        switch response.status {
        case 200: return cosigned(response.body, head)
        case 409: return conflict(response, head)
        case 400: return .failed(failure("witness-refused", "says the request is malformed; is it of a newer kind?"))
        case 403:
            return .failed(failure("witness-untrusting", "does not trust this log's key; give it the new one"))
        case 404: return .failed(failure("witness-unaware", "does not watch this log; give its operator the log's key"))
        case 422: return contradicted()
        case let other: return again(head, "it answered \(other)", pausing: true)
        }
    }

    /// Not a passing trouble: what this log says now contradicts what the witness was shown.
    private func contradicted() -> WitnessStep {
        .failed(
            failure(
                "witness-contradicted",
                "was shown another history of this log than the one here; find out which was replaced",
                retry: .terminal))
    }

    private mutating func cosigned(_ body: [UInt8], _ head: SignedCheckpoint) -> WitnessStep {
        do {
            guard body.count <= Limits.witnessAnswerBytes, let text = String(validating: body, as: UTF8.self) else {
                return .failed(failure("witness-answer", "did not answer with signature lines"))
            }
            let ours = try SignedNote.signatures(text[...]).filter { $0.isBy(verifier.name, verifier.keyID) }
            guard try verifier.cosigned(head.note.adding(ours)) != nil, !ours.isEmpty else {
                return .failed(failure("witness-answer", "answered without its own cosignature; has it another key?"))
            }
            known = head.checkpoint.size
            return .cosigned(ours)
        } catch {
            return .failed(failure("witness-answer", "answered with a cosignature that does not fit: \(error)"))
        }
    }

    private mutating func conflict(_ response: WitnessResponse, _ head: SignedCheckpoint) -> WitnessStep {
        let text = String(decoding: response.body.prefix(32), as: UTF8.self)
        guard response.contentType?.hasPrefix("text/x.tlog.size") == true, text.hasSuffix("\n"),
            let size = Checkpoint.size(text.dropLast())
        else { return again(head, "it answered 409 without a size", pausing: true) }
        // A witness that has just this size and will not cosign it has seen another root there.
        guard size != head.checkpoint.size || known != size else { return contradicted() }
        known = size
        guard size <= head.checkpoint.size else {
            return .failed(
                failure(
                    "witness-ahead",
                    "knows \(size) entries of this log, which has only \(head.checkpoint.size) signed here: unless "
                        + "newer ones were signed meanwhile, the log was rolled back"))
        }
        return again(head, "it keeps answering with other sizes", pausing: attempts > 0)
    }

    private mutating func again(_ head: SignedCheckpoint, _ reason: String, pausing: Bool) -> WitnessStep {
        attempts += 1
        let old = min(known, head.checkpoint.size)
        guard attempts < Limits.witnessAttempts else {
            return .failed(failure("witness-unreachable", "could not be asked: \(reason)", retry: .transient))
        }
        guard pausing else { return .ask(old: old) }
        return .pause(WitnessConversation.pause(after: attempts), old: old)
    }

    /// Doubles from a second up to half a minute.
    static func pause(after attempts: Int) -> TimeSpan {
        let factor = Int64(1) << min(max(0, attempts - 1), 16)
        return min(TimeSpan(milliseconds: Limits.witnessPause.milliseconds * factor), Limits.witnessLongestPause)
    }

    private func failure(_ code: String, _ what: String, retry: Retry = .stalled) -> LedgerFailure {
        LedgerFailure(code: code, message: "the witness \(verifier.name) \(what)", retry: retry)
    }
}
