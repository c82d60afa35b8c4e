// `.tlog-proof`: one entry's inclusion in a signed log, in a file of its own (C2SP tlog-proof).
import Foundation

/// Shows with nothing but a vkey that an entry is in a log.
public struct ProofFile: Hashable, Sendable {
    private static let header = "c2sp.org/tlog-proof@v1"

    public var index: Int
    public var path: [TreeHash]
    /// Bytes for the reader; not protected by the proof.
    public var extra: [UInt8]?
    /// The signed checkpoint, verbatim.
    public var checkpoint: [UInt8]

    public init(index: Int, path: [TreeHash], extra: [UInt8]? = nil, checkpoint: [UInt8]) {
        self.index = index
        self.path = path
        self.extra = extra
        self.checkpoint = checkpoint
    }

    public var bytes: [UInt8] {
        let extraLine = extra.map { "extra \(Data($0).base64EncodedString())\n" } ?? ""
        let hashes = path.map { "\($0)\n" }.joined()
        return Array("\(ProofFile.header)\n\(extraLine)index \(index)\n\(hashes)\n".utf8) + checkpoint
    }

    public init(_ bytes: [UInt8]) throws {
        guard bytes.count <= Limits.proofFileBytes, let text = String(validating: bytes, as: UTF8.self),
            let gap = text.range(of: "\n\n", options: .literal)
        else { throw ProofFile.malformed("it has no empty line before its checkpoint, or is not UTF-8, or too large") }
        var lines = text[..<gap.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard lines.popFirst().map(String.init) == ProofFile.header else {
            throw ProofFile.malformed("its first line is not \(ProofFile.header)")
        }
        if let line = lines.first, line.hasPrefix("extra ") {
            guard let data = Base64.decode(String(line.dropFirst(6))) else {
                throw ProofFile.malformed("its extra data is not Base64")
            }
            extra = data
            lines = lines.dropFirst()
        }
        guard let line = lines.popFirst(), line.hasPrefix("index "), let index = Checkpoint.size(line.dropFirst(6))
        else {
            throw ProofFile.malformed("it has no index line")
        }
        guard lines.count <= Limits.proofHashes else { throw ProofFile.malformed("it has too many hashes") }
        self.index = index
        path = try lines.map { line in
            guard let hash = TreeHash(base64: line) else { throw ProofFile.malformed("a line is not a hash") }
            return hash
        }
        checkpoint = Array(text[gap.upperBound...].utf8)
    }

    /// Checks checkpoint and path for these entry bytes; returns the checkpoint they are proved against.
    @discardableResult
    public func verify(entry: [UInt8], verifier: NoteVerifier) throws -> Checkpoint {
        let signed = try SignedCheckpoint(checkpoint, verifier: verifier).checkpoint
        try check(entry, under: signed)
        return signed
    }

    /// Throws unless the path leads from the entry to the root of a head that is believed already.
    func check(_ entry: [UInt8], under signed: Checkpoint) throws {
        guard
            TreeProof.verifyInclusion(
                index, size: signed.size, leaf: .leaf(entry), root: signed.root, path: path)
        else {
            throw LedgerFailure.damaged(
                "proof-invalid",
                "the proof does not show that this is entry \(index) of the log \(signed.origin): "
                    + "entry or proof was changed"
            )
        }
    }

    private static func malformed(_ what: String) -> LedgerFailure {
        .damaged("proof-malformed", "not a tlog-proof: \(what)")
    }
}
