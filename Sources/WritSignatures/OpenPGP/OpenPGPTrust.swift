// Whose OpenPGP keys count, by full fingerprint: never by key id, never by the name inside the key.
import WritVocabulary

struct OpenPGPTrust: Sendable {
    private let keyrings: [[UInt8]]
    private let people: [String: Person]
    private let verifier: OpenPGPVerifier

    init(
        _ keyrings: [TrustFile], people: [String: Person], verifier: OpenPGPVerifier, faults: inout [TrustFault]
    ) {
        for keyring in keyrings {
            if let message = OpenPGPTrust.fault(keyring.bytes) { faults.append(keyring.fault(nil, message)) }
        }
        if keyrings.reduce(0, { $0 + $1.bytes.count }) > SignatureLimits.keyringBytesMaximum {
            let message = "the keyrings together have more than \(SignatureLimits.keyringBytesMaximum) bytes"
            faults.append(TrustFault(file: "openPGP", line: nil, message: message))
        }
        for key in people.keys.sorted() where OpenPGPTrust.fingerprint(key[...]) != key {
            let message = "\(key.quoted()) is no full fingerprint of 40 or 64 upper-case hexadecimal digits"
            faults.append(TrustFault(file: "openPGP", line: nil, message: message))
        }
        self.keyrings = keyrings.map(\.bytes)
        self.people = people
        self.verifier = verifier
    }

    /// Whether there is no key, so that the verifier is never asked.
    var isEmpty: Bool { keyrings.isEmpty }

    static func isArmored(_ signature: [UInt8]) -> Bool { signature.starts(with: Array("-----BEGIN PGP ".utf8)) }

    static func fingerprint(_ text: Substring) -> String? {
        let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) }
        return [40, 64].contains(text.utf8.count) && text.utf8.allSatisfy(isDigit) ? String(text) : nil
    }

    /// A binary keyring begins with a public key packet, of either form.
    private static func fault(_ bytes: [UInt8]) -> String? {
        if bytes.starts(with: Array("-----BEGIN".utf8)) {
            return "the keyring is armored; store it in binary: gpg --export KEY… > FILE, or gpg --dearmor"
        }
        guard let first = bytes.first, [0x98, 0x99, 0x9A, 0xC6].contains(first) else {
            return "it is no binary OpenPGP keyring; make one with: gpg --export KEY… > FILE"
        }
        return nil
    }

    /// Throws only when the verifier could not be run.
    func authenticity(of payload: [UInt8], signature armored: [UInt8]) async throws(SignatureFailure) -> Authenticity {
        do throws(SignatureFailure) {
            guard !keyrings.isEmpty else {
                throw .signature("it is an OpenPGP signature and no policy names a keyring")
            }
            let packet = try OpenPGPArmor.open(armored)
            let output = try await verifier.output(payload: payload, signature: packet, keyrings: keyrings)
            let report = try VerifierReport(output)
            return .signed(by: try person(report), key: report.fingerprint)
        } catch {
            guard error.code == SignatureFailure.signature("").code else { throw error }
            return .refused(reason: error.message)
        }
    }

    /// A subkey speaks for its primary key. Where both are listed they must be one person's.
    private func person(_ report: VerifierReport) throws(SignatureFailure) -> Person {
        let found = Set([report.fingerprint, report.primary].compactMap { people[$0] })
        guard let person = found.first else {
            throw .signature("the OpenPGP key \(report.primary) is not listed as anybody's")
        }
        guard found.count == 1 else {
            throw .signature(
                "the OpenPGP key \(report.fingerprint) and its primary key are listed under different names")
        }
        return person
    }
}
