// OpenSSH's `allowed_signers`: which key is whose, for what, and since when. ssh-keygen(1), ALLOWED SIGNERS.
import WritVocabulary

/// One file, read as a whole: a file with a fault is not used at all.
///
/// Stricter than ssh-keygen: times end with `Z`, `cert-authority` is refused, and a principal is a name of a person.
/// Patterns are read, since the same file may serve others, but name nobody.
public struct AllowedSigners: Hashable, Sendable {
    public let entries: [Entry]

    public struct Entry: Hashable, Sendable {
        public let key: SSHPublicKey
        public let holder: Holder
        /// A pattern list; nil is every namespace.
        public let namespaces: String?
        /// Both ends belong to the time the key is valid in. Whole seconds.
        public let validAfter: Timestamp?
        public let validBefore: Timestamp?
    }

    /// Whom a line names.
    public enum Holder: Hashable, Sendable {
        case person(Person)
        /// A pattern, or several names: the key proves none of them.
        case nobody(principals: String)
    }

    /// Throws ``SignatureFailure`` that lists every fault with its line.
    public init(_ file: TrustFile) throws(SignatureFailure) {
        let (entries, faults) = AllowedSigners.read(file)
        if let failure = SignatureFailure(faults) { throw failure }
        self.entries = entries
    }

    static func read(_ file: TrustFile) -> (entries: [Entry], faults: [TrustFault]) {
        var faults: [TrustFault] = []
        var entries: [Entry] = []
        for (number, text) in file.lines(&faults) {
            do throws(SignatureFailure) {
                entries.append(try Entry(line: text))
            } catch {
                faults.append(file.fault(number, error.message))
            }
        }
        return (entries, faults)
    }
}

extension AllowedSigners.Entry {
    func allows(namespace: String) -> Bool {
        namespaces.map { SSHPattern.list($0, matches: namespace) } ?? true
    }

    /// By whole seconds, as ssh-keygen judges.
    func isValid(at time: Timestamp) -> Bool {
        let second = time.milliseconds - (time.milliseconds % 1000 + 1000) % 1000
        return validAfter.map { second >= $0.milliseconds } ?? true
            && validBefore.map { second <= $0.milliseconds } ?? true
    }

    /// `from 2026-01-01T00:00:00.000Z`, `until …`, or both.
    var validity: String {
        [validAfter.map { "from \($0)" }, validBefore.map { "until \($0)" }].compactMap(\.self).joined(separator: " ")
    }
}
