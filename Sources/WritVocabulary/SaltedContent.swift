// Personal data as a commitment: a blob of salt and content. Once the blob is gone, its digest tells nothing.

/// The form of a salted blob: ``magic``, 32 bytes of salt, and the content.
public enum SaltedContent {
    public static let magic = Array("writ-salted-1\n".utf8)
    public static let saltBytes = 32
    public static let headerBytes = magic.count + saltBytes

    /// The salt for a content: the same content of the same dataset is salted alike, so that it is known again; without
    /// the dataset's secret nobody can guess it.
    /// - Parameters:
    ///   - secret: 32 random bytes of the dataset.
    ///   - content: the plain digest of the content.
    public static func header(secret: [UInt8], content: Digest) -> [UInt8] {
        let salt = Digest(of: secret + Array("writ-salt/v1\n\(content.hex)".utf8))
        return magic + (Hex.decode(salt.hex) ?? [])
    }
}
