// C2SP signed notes: a text, an empty line, and signature lines.
import Foundation

/// A text and the signatures under it.
public struct SignedNote: Hashable, Sendable {
    public struct Signature: Hashable, Sendable {
        public var name: String
        public var keyID: UInt32
        public var bytes: [UInt8]
    }

    /// Ends with a line end, which is signed too.
    public let text: String
    public let signatures: [Signature]

    /// Signs a text. Throws when a note cannot hold it.
    public init(signing text: String, with signer: NoteSigner) throws {
        guard SignedNote.isText(text) else {
            throw SignedNote.malformed("its text has control characters or no final line end")
        }
        self.text = text
        let verifier = signer.verifier
        signatures = [
            Signature(name: verifier.name, keyID: verifier.keyID, bytes: try signer.signature(over: text))
        ]
    }

    /// Reads a note; checks its form, not its signatures.
    public init(_ bytes: [UInt8]) throws {
        guard bytes.count <= Limits.noteBytes else {
            throw SignedNote.malformed("it is larger than \(Limits.noteBytes) bytes")
        }
        guard let whole = String(validating: bytes, as: UTF8.self), SignedNote.isText(whole) else {
            throw SignedNote.malformed("it is not UTF-8 text that ends with a line end")
        }
        guard let gap = whole.range(of: "\n\n", options: [.backwards, .literal]) else {
            throw SignedNote.malformed("no empty line stands before its signatures")
        }
        text = String(whole[..<gap.lowerBound]) + "\n"
        let lines = whole[gap.upperBound...].dropLast().split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count <= Limits.noteSignatures else {
            throw SignedNote.malformed("it has more than \(Limits.noteSignatures) signatures")
        }
        signatures = try lines.map(SignedNote.signature)
    }

    /// The note as bytes, exactly as it was read or signed.
    public var bytes: [UInt8] {
        let lines = signatures.map { signature in
            let id = withUnsafeBytes(of: signature.keyID.bigEndian) { Array($0) }
            return "\u{2014} \(signature.name) \(Data(id + signature.bytes).base64EncodedString())\n"
        }
        return Array("\(text)\n\(lines.joined())".utf8)
    }

    /// Throws unless this key signed the text. Signatures of other keys do not count.
    public func verify(_ verifier: NoteVerifier) throws {
        let ours = signatures.filter { $0.name == verifier.name && $0.keyID == verifier.keyID }
        guard !ours.isEmpty else {
            throw LedgerFailure.damaged(
                "not-signed-by-key", "the note is not signed by \(verifier.name)+\(verifier.hexID); another key made it"
            )
        }
        guard ours.allSatisfy({ verifier.isValid($0.bytes, over: text) }) else {
            throw LedgerFailure.damaged(
                "signature-invalid",
                "the signature of \(verifier.name)+\(verifier.hexID) does not fit the note: it was changed")
        }
    }

    private static func signature(_ line: Substring) throws -> Signature {
        let parts = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[0] == "\u{2014}", NoteVerifier.isName(parts[1]),
            let blob = Base64.decode(parts[2]), blob.count > 4
        else { throw malformed("a signature line is not “\u{2014} name base64”") }
        let id = blob.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return Signature(name: parts[1], keyID: id, bytes: Array(blob.dropFirst(4)))
    }

    private static func isText(_ text: String) -> Bool {
        text.utf8.last == 10 && text.utf8.allSatisfy { $0 >= 32 || $0 == 10 }
    }

    private static func malformed(_ what: String) -> LedgerFailure {
        .damaged("note-malformed", "not a signed note: \(what)")
    }
}
