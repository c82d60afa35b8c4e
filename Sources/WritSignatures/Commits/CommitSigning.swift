// Puts a signature into a commit, where Git expects it.
import WritVocabulary

extension CommitObject {
    /// The commit with `key`'s signature as its last header. Throws ``SignatureFailure`` when `unsigned` is no commit
    /// or has a signature already.
    public static func signed(_ unsigned: [UInt8], with key: SigningKey) throws(SignatureFailure) -> [UInt8] {
        let headers: CommitHeaders
        do throws(CommitFault) {
            headers = try CommitHeaders(unsigned)
        } catch {
            throw .commit("A commit that cannot be read is not signed: \(error.reason).")
        }
        switch headers.signing(of: unsigned) {
        case .unsigned: break
        case .signed: throw .commit("The commit is signed already; a second signature would make it unreadable.")
        case .ambiguous(let reason): throw .commit("The commit is not signed: \(reason).")
        }
        let lines = try key.sign(unsigned, namespace: SignatureTrust.commitNamespace).split(separator: "\n")
        let header = "gpgsig " + lines.joined(separator: "\n ") + "\n"
        // Before the empty line, which is one byte.
        return unsigned[..<(headers.messageStart - 1)] + Array(header.utf8) + unsigned[(headers.messageStart - 1)...]
    }
}
