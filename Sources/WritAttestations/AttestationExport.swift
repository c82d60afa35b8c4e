// The statements of a version as files for other people's tools, and the commands that check them.
import WritVocabulary

public enum AttestationExport {
    public struct File: Hashable, Sendable {
        /// Relative to the folder that is written.
        public var path: String
        public var bytes: [UInt8]
    }

    /// Where the version's own files belong, each under its path of the artefact manifest.
    public static let modelFolder = "files"
    static let signatureName = "model.sig"

    /// Statements as DSSE envelopes, the model signature, the public keys they need, and how to check them. The
    /// version's files are not among them: copy them to ``modelFolder``.
    public static func files(
        of version: VersionID, artefacts: Digest, statements: [StatementOnRecord], keys: [VerificationKey]
    ) throws -> [File] {
        var files: [File] = []
        var counts: [AttestationKind: Int] = [:]
        for statement in ordered(statements) {
            let kind = statement.attestation.kind
            counts[kind, default: 0] += 1
            files.append(File(path: name(kind, counts[kind] ?? 1), bytes: statement.bytes))
        }
        let signature = statements.first { $0.attestation.kind == .signature }?.attestation
        files += try keyFiles(version, Set(statements.map(\.attestation.key)), first: signature?.key, keys)
        return files + [File(path: "VERIFY.txt", bytes: Array(instructions(version, artefacts).utf8))]
    }

    /// `key.pub` is the key of the model signature; those that signed other statements are beside it.
    private static func keyFiles(
        _ version: VersionID, _ named: Set<Digest>, first: Digest?, _ keys: [VerificationKey]
    ) throws -> [File] {
        let main = first ?? named.min()
        return try named.sorted { ($0 == main ? 0 : 1, $0) < ($1 == main ? 0 : 1, $1) }.map { id in
            guard let key = keys.first(where: { $0.id == id }) else {
                throw AttestationFailure(
                    code: "key-missing",
                    message: "the key \(id.short), which signed a statement about \(version), is not at hand; "
                        + "restore attestation.pub and attestation.retired.pub", retry: .stalled)
            }
            return File(path: id == main ? "key.pub" : "key-\(id.short).pub", bytes: Array(key.pem.utf8))
        }
    }

    private static func ordered(_ statements: [StatementOnRecord]) -> [StatementOnRecord] {
        let kinds = AttestationKind.allCases
        func place(_ statement: StatementOnRecord) -> (Int, Int64, Digest) {
            let attestation = statement.attestation
            return (kinds.firstIndex(of: attestation.kind) ?? kinds.count, statement.sequence ?? .max, attestation.blob)
        }
        return statements.sorted { place($0) < place($1) }
    }

    private static func name(_ kind: AttestationKind, _ number: Int) -> String {
        let suffix = number == 1 ? "" : "-\(number)"
        return kind == .signature ? "model\(suffix).sig" : "\(kind.rawValue)\(suffix).intoto.json"
    }

    private static func instructions(_ version: VersionID, _ artefacts: Digest) -> String {
        """
        \(version)
        artefact manifest \(artefacts)

        The files, with model-signing from PyPI (it needs pyopenssl, too):

            python -m model_signing verify key \(modelFolder) --signature \(signatureName) --public_key key.pub

        The statements are DSSE envelopes over in-toto statements, ECDSA P-256. With openssl and jq:

            jq -r .payload provenance.intoto.json | base64 -d > payload
            printf 'DSSEv1 28 application/vnd.in-toto+json %d ' "$(wc -c < payload)" | cat - payload > signed
            jq -r '.signatures[0].sig' provenance.intoto.json | base64 -d > signature
            openssl dgst -sha256 -verify key.pub -signature signature signed

        A statement that key.pub did not sign was signed by the key-….pub its keyid begins with.
        Every statement's subject is the version by the digest above. Compare the keys with those you were given
        by another way: a key that lies beside what it signs proves nothing by itself.

        """
    }
}
