// Every limit of this room.

enum Limits {
    /// A payload: the listing of a hundred thousand files fits.
    static let payloadBytes = 48 << 20
    /// An envelope or a bundle: base64 and the words around it.
    static let envelopeBytes = 65 << 20
    static let payloadTypeBytes = 256
    static let keyidBytes = 256
    static let signatures = 16
    /// Base64 of one signature; an RSA signature of 4,096 bits would fit.
    static let signatureTextBytes = 1_024
    /// Keys one verification is given.
    static let keys = 256

    static let keyFileBytes = 8 << 10
    /// Keys that gave their place to another, one after the other.
    static let retiredKeysBytes = 256 << 10
    /// A seed is refused by the curve about once in 2^32 times.
    static let seedAttempts = 4

    static let manifestBytes = 64 << 20
    static let reviewBytes = 16 << 20

    /// Files of one signed folder, and how deep folders lie in each other.
    static let folderFiles = 200_000
    static let folderDepth = 64
    static let copyBufferBytes = 256 << 10
    /// Problems one check lists by name.
    static let problemsListed = 20
}
