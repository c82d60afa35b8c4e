// What a log asks of a witness: `old <size>`, a consistency proof, an empty line, a checkpoint (C2SP tlog-witness).
import Foundation
import WritVocabulary

/// The body of `POST <prefix>/add-checkpoint`.
public struct AddCheckpointRequest: Hashable, Sendable {
    /// The size the log believes the witness knows.
    public var old: Int
    /// At most 63 hashes.
    public var proof: [TreeHash]
    /// The signed note, verbatim; not verified.
    public var checkpoint: [UInt8]

    public init(old: Int, proof: [TreeHash], checkpoint: [UInt8]) {
        self.old = old
        self.proof = proof
        self.checkpoint = checkpoint
    }

    public var bytes: [UInt8] {
        Array("old \(old)\n\(proof.map { "\($0)\n" }.joined())\n".utf8) + checkpoint
    }

    /// Reads a body; checks its form alone.
    public init(_ bytes: [UInt8]) throws {
        guard bytes.count <= Limits.addCheckpointBytes else {
            throw AddCheckpointRequest.malformed("it is larger than \(Limits.addCheckpointBytes) bytes")
        }
        guard let text = String(validating: bytes, as: UTF8.self),
            let gap = text.range(of: "\n\n", options: .literal)
        else { throw AddCheckpointRequest.malformed("it has no empty line before its checkpoint, or is not UTF-8") }
        var lines = text[..<gap.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard let first = lines.popFirst(), first.hasPrefix("old "), let old = Checkpoint.size(first.dropFirst(4))
        else {
            throw AddCheckpointRequest.malformed("its first line is not “old” and a size")
        }
        guard lines.count <= Limits.witnessProofHashes else {
            throw AddCheckpointRequest.malformed("it has more than \(Limits.witnessProofHashes) proof lines")
        }
        self.old = old
        proof = try lines.map { line in
            guard let hash = TreeHash(base64: line) else {
                throw AddCheckpointRequest.malformed("a proof line is not a hash")
            }
            return hash
        }
        checkpoint = Array(text[gap.upperBound...].utf8)
    }

    private static func malformed(_ what: String) -> LedgerFailure {
        .damaged("request-malformed", "not an add-checkpoint request: \(what)")
    }
}
