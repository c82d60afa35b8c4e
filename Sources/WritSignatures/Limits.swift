// Every bound of this room, with its unit in its name.
import WritVocabulary

/// What exceeds a bound is refused with a sentence, never cut short.
enum SignatureLimits {
    static let commitBytesMaximum = 1 << 20
    static let commitHeaderLinesMaximum = 20_000
    static let commitParentsMaximum = 64
    static let trailersMaximum = 64
    static let trailerNameBytesMaximum = 64
    static let trailerValueBytesMaximum = 1024

    /// An armored signature. RSA with 8192 bits takes 3 KB.
    static let armorBytesMaximum = 64 << 10
    static let namespaceBytesMaximum = 255
    static let keyBlobBytesMaximum = 8 << 10
    static let rsaBitsMinimum = 2048
    static let rsaBitsMaximum = 8192

    static let trustFileBytesMaximum = 1 << 20
    static let trustFilesMaximum = 64
    static let trustLinesMaximum = 10_000
    static let trustLineBytesMaximum = 16 << 10
    /// Faults that are spelled out; the rest are counted.
    static let faultsListedMaximum = 20

    static let keyringBytesMaximum = 8 << 20
    static let statusBytesMaximum = 64 << 10
    static let verifierDeadline = TimeSpan.seconds(20)

    static let privateKeyBytesMaximum = 64 << 10
}
