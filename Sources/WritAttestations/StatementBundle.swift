// The statements about a version as one in-toto bundle: JSON Lines, a DSSE envelope in each.
import WritVocabulary

public enum StatementBundle {
    /// One line for each statement, in the order they are given. A model signature's envelope is taken out of its
    /// Sigstore bundle: readers of in-toto bundles pass over lines that are no envelopes. Nothing is verified here.
    /// Throws where one cannot be read, or where the lines exceed `limit` bytes.
    public static func lines(
        _ statements: [(kind: AttestationKind, blob: Digest)], limit: Int, read: (Digest) throws -> [UInt8]
    ) throws -> [UInt8] {
        var lines: [UInt8] = []
        for statement in statements {
            let bytes = try read(statement.blob)
            let envelope =
                statement.kind == .signature
                ? try ModelBundle(decoding: bytes).envelope : try Envelope(decoding: bytes)
            lines += try envelope.encoded() + [0x0A]
            guard lines.count <= limit else {
                throw AttestationFailure(
                    code: "too-large",
                    message: "the statements have more than \(limit) bytes together; take them as files with "
                        + "`writ audit attestations --out`", retry: .terminal)
            }
        }
        return lines
    }
}
