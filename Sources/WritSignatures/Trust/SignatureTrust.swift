// Who signed: a signature, the keys in force, and two times make a person, or a reason why not.
import WritVocabulary

/// The keys in force as of one revision.
///
/// A key proves one person or nobody: it is nobody's when any line gives it to several names, to a pattern, or when
/// two lines give it to different people, whatever their times and namespaces. One person may have many keys.
public struct SignatureTrust: Sendable {
    /// What Git signs commits for.
    public static let commitNamespace = "git"

    private let entries: [[UInt8]: [AllowedSigners.Entry]]
    private let revoked: Set<[UInt8]>
    private let openPGP: OpenPGPTrust

    /// Throws ``SignatureFailure`` that lists every fault of every file: nothing is trusted by half a list.
    public init(
        signers: [TrustFile] = [], revoked: [TrustFile] = [], keyrings: [TrustFile] = [],
        openPGP: [String: Person] = [:], verifier: OpenPGPVerifier = OpenPGPVerifier()
    ) throws(SignatureFailure) {
        var faults: [TrustFault] = []
        self.init(signers, revoked, keyrings, openPGP, verifier, &faults)
        if let failure = SignatureFailure(faults) { throw failure }
    }

    /// What ``init(signers:revoked:keyrings:openPGP:verifier:)`` would refuse, one by one: for whoever shows each at
    /// its line.
    public static func faults(
        signers: [TrustFile] = [], revoked: [TrustFile] = [], keyrings: [TrustFile] = [],
        openPGP: [String: Person] = [:]
    ) -> [TrustFault] {
        var faults: [TrustFault] = []
        _ = SignatureTrust(signers, revoked, keyrings, openPGP, OpenPGPVerifier(), &faults)
        return faults
    }

    private init(
        _ signers: [TrustFile], _ revoked: [TrustFile], _ keyrings: [TrustFile], _ people: [String: Person],
        _ verifier: OpenPGPVerifier, _ faults: inout [TrustFault]
    ) {
        if signers.count + revoked.count + keyrings.count > SignatureLimits.trustFilesMaximum {
            let message = "there are more than \(SignatureLimits.trustFilesMaximum) files of keys"
            faults.append(TrustFault(file: "policy", line: nil, message: message))
        }
        let lists = signers.map(AllowedSigners.read)
        let ended = revoked.map(RevokedKeys.read)
        faults += lists.flatMap(\.faults) + ended.flatMap(\.faults)
        faults += SignatureTrust.doubles(lists.flatMap(\.entries), people)
        entries = Dictionary(grouping: lists.flatMap(\.entries), by: \.key.blob)
        self.revoked = ended.reduce(into: []) { $0.formUnion($1.blobs) }
        openPGP = OpenPGPTrust(keyrings, people: people, verifier: verifier, faults: &faults)
    }

    /// All that a verdict on an SSH signature depends on besides the signature.
    public struct Standing: Equatable, Sendable {
        fileprivate let entries: [[UInt8]: [AllowedSigners.Entry]]
        fileprivate let revoked: Set<[UInt8]>
        fileprivate let valid: Set<AllowedSigners.Entry>
    }

    /// While this stays the same, so do the verdicts of two moments. nil where OpenPGP keys are in force: when they
    /// expire only their verifier knows.
    public func standing(at time: Timestamp) -> Standing? {
        guard openPGP.isEmpty else { return nil }
        let valid = entries.values.lazy.flatMap(\.self).filter { $0.isValid(at: time) }
        return Standing(entries: entries, revoked: revoked, valid: Set(valid))
    }

    /// Names that differ only in case are one human, who must not count as two.
    private static func doubles(_ entries: [AllowedSigners.Entry], _ openPGP: [String: Person]) -> [TrustFault] {
        let listed = entries.compactMap { if case .person(let person) = $0.holder { person } else { nil } }
        let people = Dictionary(grouping: Set(listed + openPGP.values)) { $0.text.lowercased() }
        return people.sorted { $0.key < $1.key }.filter { $0.value.count > 1 }.map { _, spellings in
            let names = spellings.sorted().map { "“\($0)”" }.joined(separator: " and ")
            return TrustFault(
                file: "people", line: nil, message: "\(names) differ only in case; write one name one way")
        }
    }

    /// Who signed a commit. `raw` is the object's content. The key must be valid at the commit's date, which its
    /// signer chose, and at `firstSeen`. Throws only when the OpenPGP verifier could not be run.
    public func authenticity(
        ofCommit raw: [UInt8], id: RevisionID, firstSeen: Timestamp
    ) async throws(SignatureFailure) -> Authenticity {
        let commit: CommitObject
        do throws(SignatureFailure) {
            commit = try CommitObject(raw: raw, id: id)
        } catch {
            return .refused(reason: error.message)
        }
        return try await authenticity(of: commit, firstSeen: firstSeen)
    }

    /// The same, for a commit that was read already.
    public func authenticity(
        of commit: CommitObject, firstSeen: Timestamp
    ) async throws(SignatureFailure) -> Authenticity {
        switch commit.signing {
        case .unsigned: return .unsigned
        case .ambiguous(let reason): return .refused(reason: reason)
        case .signed(let armored, let payload):
            let times = [commit.committedAt, firstSeen]
            if OpenPGPTrust.isArmored(armored) {
                return try await openPGP.authenticity(of: payload, signature: armored)
            }
            if armored.starts(with: Array("-----BEGIN SIGNED MESSAGE-----".utf8)) {
                return .refused(
                    reason: "it is an X.509 signature, which Writ does not check; sign with SSH or OpenPGP")
            }
            return judge(payload, armored, namespace: SignatureTrust.commitNamespace, times, mustBeTouched: false)
        }
    }

    /// Who signed a statement, with an SSH key that is valid at all the times. Security keys must have been touched.
    public func authenticity(
        of message: [UInt8], signature armored: [UInt8], namespace: String, at times: [Timestamp]
    ) -> Authenticity {
        judge(message, armored, namespace: namespace, times, mustBeTouched: true)
    }

    private func judge(
        _ message: [UInt8], _ armored: [UInt8], namespace: String, _ times: [Timestamp], mustBeTouched: Bool
    ) -> Authenticity {
        do throws(SignatureFailure) {
            let signature = try SSHSignature(armored: armored)
            let presence = try signature.verify(message, namespace: namespace)
            guard !times.isEmpty else { throw .signature("no time was given at which its key must be valid") }
            let person = try holder(of: signature.key, namespace: namespace, times)
            if mustBeTouched, presence == .untouched {
                throw .signature("the security key was not touched when it signed")
            }
            return .signed(by: person, key: signature.key.fingerprint)
        } catch {
            return .refused(reason: error.message)
        }
    }

    private func holder(
        of key: SSHPublicKey, namespace: String, _ times: [Timestamp]
    ) throws(SignatureFailure) -> Person {
        let name = key.fingerprint
        guard !revoked.contains(key.blob) else { throw .signature("the key \(name) is revoked") }
        guard let lines = entries[key.blob], let first = lines.first else {
            throw .signature("the key \(name) is not listed among the allowed signers")
        }
        let person = try SignatureTrust.person(of: first.holder, name)
        guard lines.allSatisfy({ $0.holder == first.holder }) else {
            throw .signature("the key \(name) is listed under different names, so it proves none of them")
        }
        let allowed = lines.filter { $0.allows(namespace: namespace) }
        guard !allowed.isEmpty else {
            throw .signature("the key \(name) of \(person) is not listed for the namespace “\(namespace)”")
        }
        for time in times where !allowed.contains(where: { $0.isValid(at: time) }) {
            let windows = allowed.map(\.validity).sorted().joined(separator: ", ")
            throw .signature("the key \(name) of \(person) was not valid at \(time), only \(windows)")
        }
        return person
    }

    private static func person(
        of holder: AllowedSigners.Holder, _ key: String
    ) throws(SignatureFailure) -> Person {
        switch holder {
        case .person(let person): return person
        case .nobody(let principals):
            throw .signature(
                "the key \(key) is listed under \(principals.quoted(200)), which is not one person; give it a line "
                    + "with one name")
        }
    }
}
