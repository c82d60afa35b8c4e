// Which attestation keys are believed, and for which entries of the ledger.
import WritVocabulary

public struct AttestationTrust: Hashable, Sendable {
    /// A key and the entries it may have signed for: from `from`, before `until`.
    public struct Key: Hashable, Sendable {
        public var key: VerificationKey
        public var from: Int64
        public var until: Int64?

        public init(_ key: VerificationKey, from: Int64 = 0, until: Int64? = nil) {
            self.key = key
            self.from = from
            self.until = until
        }

        func covers(_ sequence: Int64) -> Bool { sequence >= from && sequence < (until ?? .max) }
    }

    public var keys: [Key]

    public init(_ keys: [Key]) { self.keys = keys }
    /// Keys believed for every entry.
    public init(_ keys: [VerificationKey]) { self.keys = keys.map { Key($0) } }

    /// One key that is believed for good reasons, and the rotations on record in their order. The rotations must be a
    /// chain in which that key stands; both keys signed each, so belief goes along it both ways.
    public init(anchor: VerificationKey, rotations: [KeyRotation]) throws {
        var chain: [Key] = []
        for rotation in rotations where rotation.purpose == .attestation {
            let (old, new) = try rotation.verifyAttestationKeys()
            if chain.isEmpty { chain.append(Key(old)) }
            guard let last = chain.last, last.key == old, last.from <= rotation.size,
                !chain.contains(where: { $0.key == new })
            else {
                throw AttestationFailure.refused(
                    "rotation-invalid",
                    "the change of the attestation key at entry \(rotation.size) does not follow the one before it")
            }
            chain[chain.count - 1].until = rotation.size
            chain.append(Key(new, from: rotation.size))
        }
        if chain.isEmpty { chain = [Key(anchor)] }
        guard chain.contains(where: { $0.key == anchor }) else {
            throw AttestationFailure.refused(
                "key-unknown", "the key \(anchor.id.short) is none of those on record; name one that was in use")
        }
        keys = chain
    }

    /// The keys that count for an entry; all of them when it is not known which.
    func keys(at sequence: Int64?) -> [VerificationKey] {
        keys.filter { key in sequence.map(key.covers) ?? true }.map(\.key)
    }
}
