// A witness's memory on disk: the last head of each log, with the witness's own cosignature under it.
import CLinux
import Crypto
import Foundation
import Synchronization
import WritVocabulary

/// Judges requests one after the other, and keeps each head before it answers. One process at a time.
///
/// `<folder>/heads/<SHA-256 of the origin>` is the note with the log's signature and ours. What cannot be believed
/// there is not taken for a log never seen: the witness then refuses to start.
public final class WitnessStore: Sendable {
    public let folder: String
    public let logs: WitnessLogs
    private let key: CosignerKey
    /// Held as long as this lives.
    private let lock: Descriptor
    /// What was last cosigned, by origin.
    private let states: Mutex<[String: WitnessState]>

    public var verifier: CosignerVerifier { key.verifier }

    public init(folder: String, key: CosignerKey, logs: WitnessLogs) throws {
        self.folder = folder
        self.key = key
        self.logs = logs
        try Disk.makeFolder("\(folder)/heads")
        lock = try Descriptor("\(folder)/lock", O_RDWR | O_CREAT, verb: "lock")
        guard writ_try_lock(lock.number) == 0 else {
            throw LedgerFailure(
                code: "witness-locked", message: "another process is the witness in \(folder); stop it first",
                retry: .stalled)
        }
        var states: [String: WitnessState] = [:]
        for origin in logs.origins {
            states[origin] = try WitnessStore.state(of: origin, in: folder, key.verifier)
        }
        self.states = Mutex(states)
    }

    /// Judges a request body at the time `now`. The head is durable before this returns `.cosigned`. Throws when it
    /// could not be kept: then nothing was cosigned.
    public func add(_ body: [UInt8], now: Timestamp) throws -> WitnessAnswer {
        switch WitnessedRequest.read(body, logs: logs) {
        case .failure(let fault): return .refused(fault.refusal)
        case .success(let request): return try states.withLock { try add(request, now, &$0) }
        }
    }

    private func add(
        _ request: WitnessedRequest, _ now: Timestamp, _ states: inout [String: WitnessState]
    ) throws -> WitnessAnswer {
        let answer = request.judge(after: states[request.origin] ?? .nothing)
        guard case .cosigned(let head) = answer else { return answer }
        let cosigned = head.adding([try key.cosignature(of: head.note.text, at: now)])
        try Disk.replace(path(of: request.origin), with: cosigned.bytes, via: "\(folder)/head.new")
        try Disk.flushFolder("\(folder)/heads")
        states[request.origin] = WitnessState(size: head.checkpoint.size, root: head.checkpoint.root)
        return .cosigned(cosigned)
    }

    /// The cosignature lines of an answer.
    public func cosignatures(of head: SignedCheckpoint) -> String {
        head.note.signatures.filter { $0.isBy(verifier.name, verifier.keyID) }.map(\.line).joined()
    }

    /// The last cosigned head of the log whose origin has this SHA-256, in hexadecimal digits; nil when there is none.
    public func head(originHash: String) throws -> [UInt8]? {
        guard let origin = logs.origins.first(where: { WitnessStore.hash($0) == originHash }) else { return nil }
        return try Disk.read(path(of: origin), limit: Limits.checkpointBytes)
    }

    private func path(of origin: String) -> String { "\(folder)/heads/\(WitnessStore.hash(origin))" }

    static func hash(_ origin: String) -> String { Hex.encode(Array(SHA256.hash(data: Data(origin.utf8)))) }

    private static func state(
        of origin: String, in folder: String, _ verifier: CosignerVerifier
    ) throws -> WitnessState? {
        let path = "\(folder)/heads/\(hash(origin))"
        guard let bytes = try Disk.read(path, limit: Limits.checkpointBytes) else { return nil }
        let note = try SignedNote(bytes)
        let head = try Checkpoint(text: note.text)
        guard try verifier.cosigned(note) != nil, head.isOf(origin) else {
            throw LedgerFailure.damaged(
                "witness-memory",
                "\(path) is not a head this witness cosigned: it was changed, or the witness has another key now; "
                    + "restore it from a backup")
        }
        return WitnessState(size: head.size, root: head.root)
    }
}
