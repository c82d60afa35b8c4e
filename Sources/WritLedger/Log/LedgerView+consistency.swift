// Consistency between any two sizes a checkpoint covers.
import WritVocabulary

extension LedgerView {
    /// The proof that the log of `old` entries is the beginning of the log of `size` entries, both signed.
    public func consistency(from old: Int, to size: Int) throws -> [TreeHash] {
        guard old >= 0, old <= size, size <= signedSize else {
            throw LedgerFailure(
                code: "entry-absent",
                message: "no proof leads from \(old) to \(size) entries: \(signedSize) are signed", retry: .terminal)
        }
        return try TreeShape.consistency(old, to: size, tiles.hash)
    }
}
