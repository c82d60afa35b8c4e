// Keys that count no more, one public key a line: the plain form of OpenSSH's revocation files.

/// Kept as bytes: a key Writ would not trust anyway may well be listed.
public struct RevokedKeys: Hashable, Sendable {
    public let blobs: Set<[UInt8]>

    /// The first bytes of OpenSSH's binary key revocation list (PROTOCOL.krl).
    private static let binaryMark = Array("SSHKRL\n\0".utf8)

    /// Throws ``SignatureFailure`` that lists every fault with its line.
    public init(_ file: TrustFile) throws(SignatureFailure) {
        let (blobs, faults) = RevokedKeys.read(file)
        if let failure = SignatureFailure(faults) { throw failure }
        self.blobs = blobs
    }

    static func read(_ file: TrustFile) -> (blobs: Set<[UInt8]>, faults: [TrustFault]) {
        guard !file.bytes.starts(with: binaryMark) else {
            let message = "it is a binary revocation list, which Writ does not read; list the public keys, one a line"
            return ([], [file.fault(nil, message)])
        }
        var faults: [TrustFault] = []
        var blobs: Set<[UInt8]> = []
        for (number, text) in file.lines(&faults) {
            if let blob = blob(in: text) {
                blobs.insert(blob)
            } else {
                faults.append(file.fault(number, "the line is not a key type followed by a key in Base64"))
            }
        }
        return (blobs, faults)
    }

    private static func blob(in line: String) -> [UInt8]? {
        let words = SSHPublicKey.words(line)
        guard words.count >= 2, let blob = Base64.decode(words[1]) else { return nil }
        var reader = WireReader(blob, of: "the key")
        guard let type = try? reader.string("type"), type.elementsEqual(words[0]) else { return nil }
        return blob
    }
}
