// What a witness does with a checkpoint: the rules of C2SP tlog-witness, in their order. Pure.
import WritVocabulary

/// What a witness answers.
public enum WitnessAnswer: Hashable, Sendable {
    /// The head goes on from the one before; it is to be kept before it is answered.
    case cosigned(SignedCheckpoint)
    /// The log believed another size than the witness knows: the one it knows.
    case conflict(size: Int)
    /// The log shows another root at the size the witness knows.
    case forked(size: Int)
    case refused(WitnessRefusal)
}

/// Why a witness does not cosign. Its number is the HTTP status.
public enum WitnessRefusal: Int, Hashable, Sendable {
    case malformed = 400
    case untrusted = 403
    case unknownLog = 404
    case inconsistent = 422
}

/// What a witness last cosigned of one log.
public struct WitnessState: Hashable, Sendable {
    public var size: Int
    public var root: TreeHash

    public init(size: Int, root: TreeHash) {
        self.size = size
        self.root = root
    }

    /// Of a log never seen.
    public static let nothing = WitnessState(size: 0, root: .empty)
}

/// A request as far as it can be judged without knowing what was cosigned before.
public struct WitnessedRequest: Hashable, Sendable {
    public let request: AddCheckpointRequest
    /// Signed by a key that is trusted for its origin.
    public let signed: SignedCheckpoint
    public var origin: String { signed.checkpoint.origin }

    /// What is wrong with a request whatever was cosigned before.
    public static func read(_ body: [UInt8], logs: WitnessLogs) -> Result<WitnessedRequest, WitnessFault> {
        do {
            let request = try AddCheckpointRequest(body)
            let note = try SignedNote(request.checkpoint)
            let claimed = try Checkpoint(text: note.text)
            let keys = logs.keys(of: claimed.origin)
            guard !keys.isEmpty else { return .failure(WitnessFault(refusal: .unknownLog)) }
            guard let signed = signed(request.checkpoint, note, keys) else {
                return .failure(WitnessFault(refusal: .untrusted))
            }
            guard request.old <= claimed.size else { return .failure(WitnessFault(refusal: .malformed)) }
            return .success(WitnessedRequest(request: request, signed: signed))
        } catch {
            return .failure(WitnessFault(refusal: .malformed))
        }
    }

    /// nil unless a trusted key signed it and no trusted key's signature is wrong.
    private static func signed(_ bytes: [UInt8], _ note: SignedNote, _ keys: [NoteVerifier]) -> SignedCheckpoint? {
        let named = keys.filter { note.names($0) }
        let read = named.map { try? SignedCheckpoint(bytes, verifier: $0) }
        return read.contains(nil) ? nil : read.first ?? nil
    }

    /// Compares with what was cosigned before. The cosignature is not under the head yet.
    public func judge(after last: WitnessState) -> WitnessAnswer {
        let next = signed.checkpoint
        guard request.old == last.size else { return .conflict(size: last.size) }
        // C2SP tlog-witness wants 409 here, and 422 for every other history that does not fit.
        if next.size == last.size, next.root != last.root { return .forked(size: last.size) }
        if next.size == 0, next.root != .empty { return .refused(.inconsistent) }
        guard
            TreeProof.verifyConsistency(
                last.size, oldRoot: last.root, size: next.size, root: next.root, path: request.proof)
        else { return .refused(.inconsistent) }
        return .cosigned(signed)
    }
}

/// A refusal as an error.
public struct WitnessFault: Error, Hashable, Sendable {
    public let refusal: WitnessRefusal
}
