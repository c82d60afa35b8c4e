// The attestation key on disk: `<data>/keys/attestation.key`, and the public `attestation.pub` beside it.
import Foundation
import WritVocabulary

public enum AttestationKey {
    public static func path(in data: String) -> String { "\(data)/keys/attestation.key" }
    public static func verifierPath(in data: String) -> String { "\(data)/keys/attestation.pub" }
    /// The keys that gave their place to another, oldest first.
    public static func retiredPath(in data: String) -> String { "\(data)/keys/attestation.retired.pub" }
    /// The key that is to take the place, from the beginning of a rotation to its end.
    static func nextPath(in data: String) -> String { "\(data)/keys/attestation.next.key" }
    static func folder(in data: String) -> String { "\(data)/keys" }

    /// Reads the key of a data directory; makes one from 32 random bytes when there is none.
    public static func loadOrCreate(in data: String, seed: () -> [UInt8]) throws -> AttestationSigner {
        guard !KeyFile.exists(path(in: data)) else { return try load(in: data) }
        let signer = try make(seed)
        try KeyFile.makeFolder(folder(in: data))
        // The public half first: where the key is, its public half is too.
        try KeyFile.replace(verifierPath(in: data), with: signer.key.pem)
        try KeyFile.replace(path(in: data), with: signer.secretPEM, mode: 0o600)
        try KeyFile.flushFolder(folder(in: data))
        return signer
    }

    /// Refuses a key others may read (`key-exposed`) and one that is not there (`key-missing`). The public half is
    /// written again where it is absent or another's.
    public static func load(in data: String) throws -> AttestationSigner {
        let signer = try secret(path(in: data))
        if KeyFile.exists(nextPath(in: data)), try KeyFile.read(verifierPath(in: data)) != signer.key.pem,
            let next = try pending(in: data), try KeyFile.read(verifierPath(in: data)) == next.key.pem
        {
            // A rotation was on record and its last step was not reached.
            try finishRotation(in: data)
            return next
        }
        if try KeyFile.read(verifierPath(in: data)) != signer.key.pem {
            try KeyFile.replace(verifierPath(in: data), with: signer.key.pem)
            try KeyFile.flushFolder(folder(in: data))
        }
        return signer
    }

    /// The public keys of a data directory: the one that signs now, then those that did, newest first.
    public static func verifiers(in data: String) throws -> [VerificationKey] {
        guard let text = try KeyFile.read(verifierPath(in: data)) else { throw missing(verifierPath(in: data)) }
        guard let current = VerificationKey(pem: text) else { throw malformed(verifierPath(in: data)) }
        return [current] + (try retired(in: data)).reversed().filter { $0 != current }
    }

    static func retired(in data: String) throws -> [VerificationKey] {
        let path = retiredPath(in: data)
        guard let text = try KeyFile.read(path, limit: Limits.retiredKeysBytes) else { return [] }
        guard let blocks = PEM.blocks(in: text, label: "PUBLIC KEY") else { throw malformed(path) }
        return try blocks.map {
            guard let key = VerificationKey(der: $0) else { throw malformed(path) }
            return key
        }
    }

    static func secret(_ path: String) throws -> AttestationSigner {
        guard let text = try KeyFile.read(path, secret: true) else { throw missing(path) }
        guard let signer = AttestationSigner(pem: text) else { throw malformed(path) }
        return signer
    }

    static func make(_ seed: () -> [UInt8]) throws -> AttestationSigner {
        for _ in 0..<Limits.seedAttempts {
            if let signer = AttestationSigner(seed: seed()) { return signer }
        }
        throw AttestationFailure(
            code: "seed-invalid",
            message: "no attestation key could be made: the random source gave no 32 usable bytes",
            retry: .stalled)
    }

    private static func missing(_ path: String) -> AttestationFailure {
        AttestationFailure(
            code: "key-missing", message: "there is no key at \(path); `writ init` makes one", retry: .stalled)
    }

    private static func malformed(_ path: String) -> AttestationFailure {
        AttestationFailure(
            code: "key-malformed", message: "\(path) does not hold a P-256 key in PEM; restore it from a backup",
            retry: .stalled)
    }
}
