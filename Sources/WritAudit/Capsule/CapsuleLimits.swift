// Every limit of the capsule.
import WritVocabulary

public enum CapsuleLimits {
    /// The whole file; the verifier in `examples/` refuses a longer one too.
    public static let capsuleBytes = 64 << 20
    static let capsuleEntries = 2_000
    /// A commit, a tree, or a file of signers.
    static let objectBytes = 4 << 20
    /// A review, an envelope, a list of artefacts.
    static let capsuleBlobBytes = 16 << 20
    /// Judged changes looked at, newest first, for the one that moved a pin.
    static let reviewsSearched = 500
    static let commits = 2_000
    static let approvals = 200
    static let reviewBytes = 16 << 20
}
